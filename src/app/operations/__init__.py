"""What the business does: plain values and an actor in, models out; never commits."""
