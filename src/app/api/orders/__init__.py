"""/api/v1: the orders area; importing it binds its files of routes."""

from app.api.orders import certificate_routes, label_routes, routes

__all__ = ["certificate_routes", "label_routes", "routes"]
