"""The stage of the pages of businesses: somebody signed in, a business of theirs, appointments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask.testing import FlaskClient

from app.http.application import Application
from tests import booking, factories
from tests.booking import Shop

OWNER = "owner@example.com"


def sign_in(app: Application, email: str = OWNER, role: str = "owner") -> tuple[FlaskClient, int]:
    """A browser of a new account that is signed in, and the account's id."""
    user_id = factories.user(app, email, role=role, name="Olga").id
    return browser_of(app, user_id), user_id


def browser_of(app: Application, user_id: int) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", factories.page_cookie(user_id))
    return client


def visit(shop: Shop, begins: datetime, **more: Any) -> str:
    """A confirmed appointment with one of the workers; its number."""
    return booking.visit(shop, begins, **({"status": "confirmed"} | more))
