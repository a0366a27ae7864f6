"""/api/v1: the licenses area."""
