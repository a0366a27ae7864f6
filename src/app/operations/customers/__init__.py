"""Customers: the operations of this area."""
