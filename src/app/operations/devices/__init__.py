"""Devices: enrolled, seen, revoked (scans.md 1)."""
