"""Pages of customers: businesses to choose from, booking, appointments."""
