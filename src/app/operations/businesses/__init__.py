"""Businesses: the operations of this area."""
