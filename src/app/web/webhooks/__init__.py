"""Pages of webhooks: of a business, and for an admin of all."""
