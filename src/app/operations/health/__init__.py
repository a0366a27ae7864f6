"""Whether the installation is sound, as its database tells it."""
