"""/api/v1: the workers area."""
