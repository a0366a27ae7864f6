"""The changes feed: what happened, in one order that a reader can go on from."""
