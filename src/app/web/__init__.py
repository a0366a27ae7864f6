"""Pages for people."""

from __future__ import annotations

from flask import Flask

from app.http.errors import render_with
from app.web import errors, rendering
from app.web.admin_login import PagePath, admin_login
from app.web.assets import assets
from app.web.docs import docs
from app.web.set_password import set_password
from app.web.tracking import tracking


def register(app: Flask) -> None:
    """Bind the pages, and let their refusals be pages too."""
    render_with(app, errors.concerns, errors.render)
    rendering.register(app)
    app.url_map.converters["page"] = PagePath
    for pages in (assets, docs, admin_login, set_password, tracking):
        app.register_blueprint(pages)
