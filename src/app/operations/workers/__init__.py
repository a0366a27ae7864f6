"""Workers: the operations of this area."""
