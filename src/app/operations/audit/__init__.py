"""The ledger as it is read: sealed, verified, anchored outside, and lawfully forgotten."""
