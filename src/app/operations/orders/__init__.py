"""Orders: placed, found, changed, handed back (contract.md 2-5)."""
