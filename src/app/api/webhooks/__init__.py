"""/api/v1/webhooks: the webhooks area."""
