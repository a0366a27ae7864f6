"""Who is told of what, on which channels, and in which words (docs/notifications.md)."""
