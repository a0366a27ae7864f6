"""/api/v1/events: the changes feed."""
