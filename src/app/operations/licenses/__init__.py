"""Licenses: who may do what, provable on paper (licenses.md)."""
