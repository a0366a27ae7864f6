"""What leaves the process: announced in a transaction, sent after its commit (architecture.md 2)."""
