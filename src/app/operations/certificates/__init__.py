"""Custody certificates: an order's way, signed, to end a dispute about who had it when (licenses.md 4)."""
