"""Pages for people."""

from __future__ import annotations

from flask import Flask

from app.http.errors import render_with
from app.web import errors, rendering
from app.web.admin.account import account
from app.web.admin.audit import audit
from app.web.admin.board import board
from app.web.admin.customers import customers
from app.web.admin.dashboard import dashboard
from app.web.admin.devices import devices
from app.web.admin.exports import exports
from app.web.admin.new_order import new_order
from app.web.admin.order import order
from app.web.admin.order_edit import order_edit
from app.web.admin.orders import orders
from app.web.admin.password import password
from app.web.admin.review import review
from app.web.admin.services import services
from app.web.admin.sessions import sessions
from app.web.admin.two_factor import two_factor
from app.web.admin.workers import workers
from app.web.admin_code import admin_code
from app.web.admin_login import PagePath, admin_login
from app.web.assets import assets
from app.web.docs import docs
from app.web.scanner import scanner
from app.web.set_password import set_password
from app.web.tracking import tracking


def register(app: Flask) -> None:
    """Bind the pages, and let their refusals be pages too."""
    render_with(app, errors.concerns, errors.render)
    rendering.register(app)
    app.url_map.converters["page"] = PagePath
    for pages in (assets, docs, admin_login, dashboard, scanner, set_password, tracking):
        app.register_blueprint(pages)
    for pages in (audit, customers, devices, exports, review, services, workers):
        app.register_blueprint(pages)
    for pages in (board, new_order, order, order_edit, orders):
        app.register_blueprint(pages)
    for pages in (admin_code, account, password, two_factor, sessions):
        app.register_blueprint(pages)
