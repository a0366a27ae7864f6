"""/api/v1: the customers area."""
