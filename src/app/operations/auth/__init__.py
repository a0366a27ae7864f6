"""Auth: the operations of this area."""
