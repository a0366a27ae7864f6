"""The old URLs and shapes, translated and nothing else (contract.md 2)."""

from __future__ import annotations

import structlog
from flask import Blueprint

from app.http.application import Application
from app.http.errors import render_with
from app.legacy import errors
from app.legacy.admin_customers import admin_customers
from app.legacy.admin_orders import admin_orders
from app.legacy.admin_services import admin_services
from app.legacy.admin_workers import admin_workers
from app.legacy.auth import auth
from app.legacy.health import health
from app.legacy.orders import orders
from app.legacy.qr import qr
from app.legacy.scans import scans
from app.legacy.services import services
from app.legacy.workers import workers

log = structlog.get_logger(__name__)

ALWAYS: tuple[Blueprint, ...] = (
    health,
    qr,
    admin_orders,
    admin_services,
    admin_customers,
    admin_workers,
)
SWITCHED: tuple[Blueprint, ...] = (
    services,
    orders,
    auth,
    workers,
    scans,
)


def register(app: Application) -> None:
    """Bind the old routes; `LEGACY_ROUTES=off` leaves the switched ones out as a whole."""
    render_with(app, errors.concerns, errors.render)
    for blueprint in ALWAYS:
        app.register_blueprint(blueprint)
    if app.settings.legacy_routes:
        for blueprint in SWITCHED:
            app.register_blueprint(blueprint)
        if app.settings.legacy_scan == "apply":
            log.warning("LEGACY_SCAN=apply", effect="scans without a token move orders")
