"""Webhooks: who is told of events by a POST that they can prove to be ours (docs/webhooks.md)."""
