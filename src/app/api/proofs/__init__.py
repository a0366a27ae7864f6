"""/api/v1: how licenses are proved, and how anybody checks that."""
