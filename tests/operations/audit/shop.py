"""A small business whose every row came about through the application, so that all is on record."""

from __future__ import annotations

import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Table, select, text
from werkzeug.test import TestResponse

from app import database
from app.extensions import signing_keys
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.audit.checkpoints import read_checkpoint
from app.operations.audit.sealing import Sealed, seal_all
from app.operations.audit.verifying import Report, verify_ledger
from app.operations.auth.admins import create_admin
from app.operations.ledger.macs import BOOKS, EVENTS, sign
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.rows import writing
from tests.scanning import SCAN, SCANS, long_form

ORIGIN = "handover.test"
BOOK = {book.table.name: book for book in BOOKS}


class Shop:
    """An admin, a customer, a device; orders and scans come as a test wants them."""

    def __init__(self, app: Application, *, number: int = 0) -> None:
        """One of several over the same database has another `number`."""
        self.app = app
        self.boss = f"boss{number or ''}"
        hasher = app.extensions["handover_passwords"]
        database.replaying(
            lambda: create_admin(
                username=self.boss,
                email=None,
                password=PASSWORD,
                passwords=hasher,
                at=clock.now(),
                actor=SYSTEM,
            )
        )
        self.admin: FlaskClient = app.test_client()
        login = {"username": self.boss, "password": PASSWORD}
        self.ask(self.admin.post("/admin/login", json=login))
        service = {"name": f"Wash {number or ''}".strip(), "price": "12.50"}
        self.service = self.ask(self.admin.post("/api/v1/services", json=service))["id"]
        self.customer = factories.sign_up(app, f"ada{number or ''}@example.com", name="Ada")
        device = {"name": "Counter", "station": "SHOP-1", "profile": "supervisor"}
        code = self.ask(self.admin.post("/api/v1/devices", json=device))["code"]
        enrolled = app.test_client().post("/api/v1/devices/enroll", json={"code": code})
        self.bearer = {"Authorization": f"Bearer {self.ask(enrolled)['token']}"}

    def ask(self, answer: TestResponse) -> Any:
        assert answer.status_code < 300, answer.text
        return answer.json

    def place(self) -> Any:
        body = {"service_id": self.service}
        client, headers = self.app.test_client(), self.customer.headers
        return self.ask(client.post("/api/v1/orders", json=body, headers=headers))

    def scan(self, code: str, action: str = "picked_up", **more: Any) -> Any:
        body = long_form(code, action, **more)
        client = self.app.test_client()
        return self.ask(client.post(SCAN, json=body, headers=self.bearer))

    def command(self, order: Any, status: str, **more: Any) -> Any:
        path = f"/admin/api/orders/{order['order_number']}"
        return self.ask(self.admin.put(path, json={"status": status, **more}))

    def void(self, event_id: str) -> None:
        now = clock.instant_text(clock.now())
        body = {"event_id": str(uuid.uuid4()), "occurred_at": now, "sent_at": now}
        path = f"{SCANS}/{event_id}/void"
        self.ask(
            self.app.test_client().post(
                path, json={**body, "reason": "did_not_occur"}, headers=self.bearer
            )
        )

    def log_in(self, password: str = PASSWORD) -> int:
        body = {"email": self.customer.email, "password": password}
        return self.app.test_client().post("/api/v1/auth/login", json=body).status_code

    def work(self) -> Any:
        """An order's short life, and what goes wrong beside it; the order."""
        order = self.place()
        number = order["order_number"]
        self.scan(number, location="SHOP-1", note="two bags")
        second = self.scan(number, "processing")
        self.void(second["event_id"])
        self.command(order, "completed")
        rejected = self.scan("NOSUCHORDER")
        self.ask(
            self.admin.post(f"{SCANS}/{rejected['event_id']}/dismiss", json={"reason": "a test"})
        )
        self.log_in()
        return order


def seal() -> Sealed:
    return seal_all()


def verify(**wishes: Any) -> Report:
    with database.transaction(write=False):
        return verify_ledger(**wishes)


def checkpoint() -> str:
    with database.transaction(write=False):
        return read_checkpoint(origin=ORIGIN)


def found(report: Report) -> set[tuple[str, str, int | None]]:
    return {(one.what, one.table, one.row_id) for one in report.findings.found}


def assert_clean(**wishes: Any) -> Report:
    report = verify(**wishes)
    assert report.findings.found == [], report.findings.found
    assert report.findings.total == 0
    return report


def sql(statement: str, **values: Any) -> int:
    """What somebody with the database's password does; how many rows it changed."""
    with writing() as session:
        changed = session.execute(text(statement), values).rowcount
    assert changed
    return int(changed)


def three_seals(app: Application) -> Shop:
    """Three seals over a day's work, and as much again that is not sealed yet."""
    shop = Shop(app)
    for _ in range(3):
        shop.work()
        seal()
    shop.work()
    assert_clean(with_state=True)
    return shop


def ids(table: str, where: str = "1 = 1") -> list[int]:
    with database.transaction(write=False) as session:
        query = text(f"SELECT id FROM {table} WHERE {where} ORDER BY id")
        return list(session.execute(query).scalars())


def row_of(table: str, row_id: int) -> dict[str, Any]:
    rows: Table = BOOK[table].table
    with database.transaction(write=False) as session:
        query = select(rows).where(rows.c.id == row_id)
        return dict(session.execute(query).mappings().one())


def insert(table: str, values: dict[str, Any]) -> None:
    with writing() as session:
        session.execute(BOOK[table].table.insert(), values)


def write_events(count: int, *, chunk: int = 1000, **more: Any) -> None:
    """Records in bulk, signed as the application signs them."""
    for start in range(0, count, chunk):
        rows = [
            sign(EVENTS, event(**more), signing_keys.ring) for _ in range(min(chunk, count - start))
        ]
        with writing() as session:
            session.execute(EVENTS.table.insert(), rows)


def event(**more: Any) -> dict[str, Any]:
    """An unsigned record as `record` makes them."""
    values = {column.name: None for column in EVENTS.table.columns if column.name != "id"}
    values |= {
        "at": clock.now(),
        "user_id": 7,
        "actor_role": "customer",
        "actor_label": "customer 7",
        "action": "LOGIN",
        "outcome": "success",
        "status_code": 200,
        "method": "POST",
        "route": "/api/v1/auth/login",
        "request_id": uuid.uuid4().hex,
        "data": "{}",
        "ip_address": "192.0.2.7",
        "user_agent": "a browser",
        "count": 1,
    }
    return values | more
