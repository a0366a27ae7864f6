"""/api/v1: the businesses area; importing it binds its files of routes."""

from app.api.businesses import (
    favorite_routes,
    hours_routes,
    message_routes,
    moderation_routes,
    offer_routes,
    review_routes,
    routes,
    stats_routes,
    time_off_routes,
    worker_routes,
)
from app.api.businesses.routes import area

__all__ = [
    "area",
    "favorite_routes",
    "hours_routes",
    "message_routes",
    "moderation_routes",
    "offer_routes",
    "review_routes",
    "routes",
    "stats_routes",
    "time_off_routes",
    "worker_routes",
]
