"""Drills: faults against the whole stack under load, and the proof that nothing was lost."""
