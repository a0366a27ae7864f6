"""/api/v1: the appointments area; importing it binds its files of routes."""

from app.api.appointments import calendar_routes, routes
from app.api.appointments.routes import area

__all__ = ["area", "calendar_routes", "routes"]
