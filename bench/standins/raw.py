"""*raw*: bare Flask and the bare driver. What the same statements cost when nothing else is done."""

from __future__ import annotations

from flask import Flask, Response

from bench.standins import raw_orders, raw_reads, raw_scan
from bench.standins.drivers import Driver


def create_app() -> Flask:
    """The WSGI application over DATABASE_URL."""
    app, driver = Flask("raw", static_folder=None), Driver.of_environment()
    app.add_url_rule("/health", view_func=lambda: Response("ok"))
    for part in (raw_scan, raw_orders, raw_reads):
        part.register(app, driver)
    return app
