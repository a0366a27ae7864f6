"""Pure helpers: no Flask, no tables, no environment."""
