"""/api/v1: the admin area."""
