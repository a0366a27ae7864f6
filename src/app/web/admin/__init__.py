"""The admin's pages, one module for each area."""
