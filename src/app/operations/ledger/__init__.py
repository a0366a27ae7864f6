"""The ledger as it is written: one provable record of each change, in the change's transaction."""
