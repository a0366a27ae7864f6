"""Speed, measured side by side with a bare handler in one run (README.md)."""
