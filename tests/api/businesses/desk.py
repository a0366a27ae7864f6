"""A business from its owner's side: what tests of owners start from."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.http.application import Application
from tests import factories
from tests.booking import Shop, shop
from tests.factories import Customer

BUSINESSES = "/api/v1/businesses"
CUTS = {"name": "Fine Cuts", "category": "hairdresser", "timezone": "Europe/Warsaw"}
REASON = {"reason": "It is not what it says."}


class Desk:
    """An owner with a business of their own."""

    def __init__(self, app: Application, email: str = "olga@example.com", **more: Any) -> None:
        self.app = app
        self.owner = factories.sign_up(app, email, name="Olga")
        self.shop: Shop = shop(more.pop("workers", 0), owner_id=self.owner.id, **more)

    @property
    def path(self) -> str:
        return f"{BUSINESSES}/{self.shop.slug}"

    def send(
        self, method: str, below: str = "", body: object = None, **headers: str
    ) -> TestResponse:
        """One request of the owner."""
        return self.send_as(self.owner, method, self.path + below, body, **headers)

    def send_as(
        self,
        who: Customer,
        method: str,
        path: str,
        body: object = None,
        **headers: str,
    ) -> TestResponse:
        content = {} if body is None else {"json": body}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**who.headers, **named}
        return self.app.test_client().open(path, method=method, headers=given, **content)

    def manager(self, email: str = "mia@example.com") -> Customer:
        """Somebody who manages the business, and is not its owner."""
        person = factories.sign_up(self.app, email, name="Mia")
        business_id = self.shop.business.id
        factories.worker("Mia", business_id=business_id, user_id=person.id, is_manager=True)
        return person


def register(app: Application, who: Customer, **more: Any) -> TestResponse:
    client: FlaskClient = app.test_client()
    return client.post(BUSINESSES, json={**CUTS, **more}, headers=who.headers)
