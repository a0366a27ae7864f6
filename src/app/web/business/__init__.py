"""Pages of a business: its owner's, the same for an admin, and those of who works there."""
