"""Appointments: when they are possible, and how they are made."""
