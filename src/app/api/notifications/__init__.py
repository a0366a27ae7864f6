"""/api/v1: the notifications area."""
