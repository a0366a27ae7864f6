"""/api/v1: the devices area."""
