"""Exports: lists as a whole, each taken once and on record."""
