"""One of every kind of principal, and a fresh object for every word in a path."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from types import MappingProxyType
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import database
from app.extensions import signing_keys
from app.http.application import Application
from app.models import AuditEvent, Base, BrowserSession
from app.support import clock
from app.support.tokens import token_digest
from tests import booking, factories
from tests.factories import PASSWORD
from tests.holes.desks import Desks
from tests.holes.hooks import Hooks
from tests.holes.licensed import Licensed
from tests.holes.visits import Visits

PRINCIPALS = ("nobody", "customer", "other", "device", "revoked", "owner", "admin")
SESSIONS = ("customer's session", "other's session", "owner's session")
WORDS = re.compile(r"{(\w+)}")
_count = itertools.count(1)


class World(Desks, Hooks, Licensed, Visits):
    """The principals of an access matrix; `customer` is the one whose objects paths name."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.customer = factories.sign_up(app, "ada@example.com", name="Ada")
        self.other = factories.sign_up(app, "bob@example.com", name="Bob")
        factories.after_a_while()
        self.worker = factories.worker("Wanda", email="wanda@example.com")
        self.device = factories.device("Counter", worker_id=self.worker.id)
        self.revoked = factories.device("Lost", revoked_at=clock.now())
        self.admin = factories.sign_in_admin(app, "chief@example.com")
        self.new_session()
        self.owner = factories.user(app, "owner@example.com", role="owner")
        factories.service("Wash")
        self.bearers = {
            "customer": self.customer.token,
            "other": self.other.token,
            "device": self.device.token,
            "revoked": self.revoked.token,
            "owner": self._log_in("owner@example.com"),
            "admin's JWT": self._log_in("chief@example.com"),
            "made up": "hd_" + "A" * 43,
        }
        people = (self.customer.id, self.other.id, self.owner.id)
        self.cookies = dict(zip(SESSIONS, map(factories.page_cookie, people), strict=True))

    def _log_in(self, email: str) -> str:
        body = {"email": email, "password": PASSWORD}
        answer = self.app.test_client().post("/api/v1/auth/login", json=body)
        assert answer.json is not None
        return str(answer.json["access_token"])

    def send(
        self,
        principal: str,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """One request of a principal, with JSON as its content type as old clients have it."""
        client: FlaskClient = self.admin if principal == "admin" else self.app.test_client()
        given = dict(headers or {})
        if principal in self.cookies:
            client.set_cookie("session", self.cookies[principal])
        if (token := self.bearers.get(principal)) is not None:
            given["Authorization"] = f"Bearer {token}"
        content: dict[str, Any] = {"content_type": "application/json"}
        if isinstance(body, Form):
            content = {"data": dict(body)}
            for name, value in body.cookies.items():
                client.set_cookie(name, value)
        elif body is not None:
            content = {"json": body}
        answer = client.open(path, method=method, headers=given, **content)
        answer.get_data()
        answer.close()
        return answer

    def path(self, template: str) -> str:
        """The path with a fresh object for each of its words."""
        return WORDS.sub(lambda word: str(getattr(self, f"new_{word[1]}")()), template)

    def worker_email(self) -> str:
        """The address of a worker whose password is PASSWORD."""
        email = new_email()
        body = {"name": "Will", "email": email, "password": PASSWORD}
        assert self.send("admin", "POST", "/api/v1/workers", body).status_code == 201
        return email

    def refresh_token(self) -> str:
        body = {"email": self.other.email, "password": PASSWORD}
        return str(self.send("nobody", "POST", "/auth/login", body).json["refresh_token"])

    def new_order(self) -> str:
        return factories.placed_order(customer_id=self.customer.id).order_number

    def new_news(self) -> int:
        """Something in the customer's inbox."""
        return factories.notification(self.customer.id).id

    def new_stop(self) -> str:
        """What is in a link that stops mails to an address."""
        with self.app.app_context():
            return signing_keys.ring.lock(new_email(), "mail-stop")

    def new_legacy_order(self) -> str:
        return factories.order(channel="legacy").order_number

    def new_label(self) -> str:
        return factories.order().label_code

    def new_service(self) -> int:
        return factories.service().id

    @cached_property
    def shop(self) -> booking.Shop:
        """A business with a service and a worker."""
        return booking.shop()

    def new_shop(self) -> str:
        return self.shop.slug

    def new_offer(self) -> int:
        """The service of that business."""
        return self.shop.service.id

    def new_worker(self) -> int:
        return factories.worker().id

    def new_device(self) -> int:
        return factories.device().id

    def new_waiting_device(self) -> int:
        """One that was never enrolled."""
        return factories.device(enrolled_at=None, last_seen_at=None).id

    def new_customer(self) -> int:
        return self.customer.id

    def new_person(self) -> int:
        """Somebody with an account and a browser that is signed in, whom an admin looks after."""
        user_id = factories.user(self.app).id
        factories.page_cookie(user_id)
        return user_id

    def new_inactive_customer(self) -> int:
        return factories.user(self.app, is_active=False).id

    def new_inactive_worker(self) -> int:
        return factories.worker(is_active=False).id

    def new_record(self) -> int:
        """The newest of the ledger."""
        with database.transaction(write=False) as session:
            newest = select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)
            return int(session.scalars(newest).one())

    def new_scan(self) -> str:
        """The event of a scan that its device has just made, and that a person should look at."""
        return self._scanned(factories.order(status="created").order_number, "completed")

    def new_rejected_scan(self) -> str:
        return self._scanned("NOSUCHORDER", "picked_up")

    def new_session(self) -> int:
        """Another browser of the admin's."""
        return factories.admin_session(self.admin_id()).id

    def admin_id(self) -> int:
        cookie = self.admin.get_cookie("session")
        assert cookie is not None
        with database.transaction(write=False) as session:
            digest = BrowserSession.token_digest == token_digest(cookie.value)
            return session.scalars(select(BrowserSession.user_id).where(digest)).one()

    def _scanned(self, code: str, action: str) -> str:
        now = clock.instant_text(clock.now())
        event_id = str(uuid.uuid4())
        body = {"event_id": event_id, "code": code, "occurred_at": now, "sent_at": now}
        answer = self.send("device", "POST", "/api/v1/workers/scan", {**body, "action": action})
        assert answer.status_code == 201, answer.text
        return event_id

    def enrol_code(self) -> str:
        """A code that waits for its device."""
        answer = self.send("admin", "POST", "/api/v1/devices", {"name": "New"})
        return str(answer.json["code"])

    def password_link(self) -> str:
        """The token of a link with which a person may set a password."""
        body = {"name": "New", "email": new_email()}
        answer = self.send("admin", "POST", "/admin/api/customers", body)
        return str(answer.json["set_password_url"]).partition("#")[2]


def new_email() -> str:
    return f"new{next(_count)}@example.com"


def new_phone() -> str:
    return f"+4930{1_000_000 + next(_count)}"


def new_name() -> str:
    return f"New {next(_count)}"


def stored(model: type[Any], row_id: int) -> Any:
    """A row as the database has it now."""
    with database.transaction(write=False) as session:
        return session.get(model, row_id, populate_existing=True)


_ALL = {
    table.name: f"SELECT * FROM {table.name}"
    + (" WHERE refusal_key IS NULL" if "refusal_key" in table.columns else "")
    for table in Base.metadata.sorted_tables
}


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored, but for the ledger's records of refusals."""
    with database.transaction(write=False) as session, closing(_cursor(session)) as cursor:
        stored = {}
        for table, question in _ALL.items():
            cursor.execute(question)
            stored[table] = [tuple(row) for row in cursor.fetchall()]
        return stored


def _cursor(session: Session) -> Any:
    """The driver's own: thousands of comparisons have no use for its values as our types."""
    return session.connection().connection.cursor()


class Form(dict[str, str]):
    """A body that is sent as a form, by a browser that has these cookies."""

    cookies: Mapping[str, str] = MappingProxyType({})
