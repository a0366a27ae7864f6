"""/api/v1: the users area."""
