"""/api/v1: the auth area."""
