"""Users: the operations of this area."""
