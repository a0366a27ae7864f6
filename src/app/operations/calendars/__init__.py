"""Calendars: what is taken of whom, and by which appointment; below orders, scans and bookings."""
