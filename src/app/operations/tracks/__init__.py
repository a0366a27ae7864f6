"""Scans and what follows from them: recorded once, folded into one status (scans.md)."""
