"""/api/v1: the tracks area."""
