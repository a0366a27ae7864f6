"""What proves a license to somebody who does not trust us, and what anybody is told of one (licenses.md 2)."""
