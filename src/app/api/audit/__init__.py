"""/api/v1: the audit area."""
