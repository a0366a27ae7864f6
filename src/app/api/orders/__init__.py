"""/api/v1: the orders area; importing it binds its two files of routes."""

from app.api.orders import label_routes, routes

__all__ = ["label_routes", "routes"]
