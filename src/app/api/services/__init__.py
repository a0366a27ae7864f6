"""/api/v1: the services area."""
