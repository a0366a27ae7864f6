"""Services: the operations of this area."""
