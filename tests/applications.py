"""Applications under test, beside the one that all tests share; their databases are closed."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app, database
from app.config import Settings
from app.http.application import Application
from tests import routing

_made: list[Application] = []
routing.compile_once()


class LoneClient(FlaskClient):
    """A client whose every request has a context of its own, as over the network."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            database.db.session.remove()  # what a test has read is read anew after a request
        return Context().run(super().open, *args, **kwargs)


def make_application(environment: dict[str, str]) -> Application:
    """An application of its own; `close_databases` ends it."""
    app = create_app(Settings.load(environment))
    app.testing = True
    app.test_client_class = LoneClient
    _made.append(app)
    return app


def close_databases() -> None:
    """Close the connections of every application that was made."""
    while _made:
        close_database(_made.pop())


def close_database(app: Application) -> None:
    """Close one application's connections."""
    with app.app_context():
        database.db.engine.dispose()
