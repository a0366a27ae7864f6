"""Refusals: each is recorded, a flood of them is one row with a count, and none ever becomes a fault."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.database import db
from app.extensions import signing_keys
from app.http.access import public
from app.models import AuditEvent
from app.operations.ledger import refusals
from app.operations.ledger.macs import EVENTS, mac_of
from app.operations.ledger.refusals import ROWS_A_MINUTE
from tests import factories
from tests.ledger import data_of, event, events, pii_of
from tests.rows import writing

LOGIN = "/api/v1/auth/login"
NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


def fail(client, email="ada@example.com", path=LOGIN, **more):
    answer = client.post(path, json={"email": email, "password": "wrong one"}, **more)
    assert answer.status_code == 401
    return answer


def assert_genuine(row: AuditEvent) -> None:
    values = {column.name: getattr(row, column.name) for column in EVENTS.table.columns}
    assert mac_of(EVENTS, values, signing_keys.ring.current) == row.mac


def test_a_thousand_failed_logins_of_one_name_are_one_row_with_their_count(app, client):
    with time_machine.travel(NOON, tick=False):
        for _ in range(1000):
            fail(client)
    row = event(action="LOGIN_FAILED")
    assert row.count == 1000
    assert (row.outcome, row.status_code, row.route) == ("refused", 401, LOGIN)
    assert data_of(row) == {"error_code": "INVALID_CREDENTIALS"}
    assert pii_of(row) == {"tried_login": "ada@example.com"}
    assert row.user_id is None
    assert_genuine(row)


@pytest.mark.parametrize(
    "other",
    [
        {"email": "bob@example.com"},
        {"path": "/auth/login"},
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    ],
)
def test_another_name_route_or_address_is_another_row(client, other):
    with time_machine.travel(NOON, tick=False):
        fail(client)
        fail(client, **other)
    assert [row.count for row in events(action="LOGIN_FAILED")] == [1, 1]


def test_another_minute_is_another_row(client):
    with time_machine.travel(NOON, tick=False) as clock:
        fail(client)
        clock.shift(60)
        fail(client)
    assert [row.count for row in events(action="LOGIN_FAILED")] == [1, 1]


def test_an_address_has_at_most_a_hundred_rows_a_minute_and_every_refusal_is_counted(client):
    with time_machine.travel(NOON, tick=False):
        for number in range(ROWS_A_MINUTE + 30):
            fail(client, f"guess{number}@example.com")
    rows = events(action="LOGIN_FAILED")
    assert ROWS_A_MINUTE - 10 < len(rows) <= ROWS_A_MINUTE
    assert sum(row.count for row in rows) == ROWS_A_MINUTE + 30
    for row in rows:
        assert_genuine(row)


def test_a_sealed_row_is_not_counted_up(client):
    with time_machine.travel(NOON, tick=False):
        fail(client)
        with writing() as session:
            session.execute(text("UPDATE audit_events SET seal_id = 1"))
        for _ in range(2):
            fail(client)
    rows = events(action="LOGIN_FAILED")
    assert [row.count for row in rows] == [1, 1, 1]
    assert [row.seal_id for row in rows] == [1, None, None]


def test_a_row_that_somebody_forged_is_not_signed_for_them(client):
    with time_machine.travel(NOON, tick=False):
        fail(client)
        with writing() as session:
            session.execute(text("UPDATE audit_events SET action = 'PII_ERASED', count = 7"))
        forged = event()
        fail(client)
    first, second = events()
    assert (first.action, first.count, first.mac) == ("PII_ERASED", 7, forged.mac)
    assert (second.action, second.count, second.refusal_key) == ("LOGIN_FAILED", 1, None)
    assert_genuine(second)


def test_what_is_beyond_the_hundred_is_counted_by_its_action_and_of_nobody(app, client, customer):
    with time_machine.travel(NOON, tick=False):
        for number in range(ROWS_A_MINUTE):
            fail(client, f"guess{number}@example.com")
        for _ in range(2):
            client.get("/api/v1/admin/stats", headers=customer.headers)
        fail(client, "one.more@example.com")
    denied = event(action="ACCESS_DENIED")
    assert (denied.count, denied.user_id, denied.actor_role, denied.route) == (
        2,
        None,
        "nobody",
        None,
    )
    assert sum(row.count for row in events(action="LOGIN_FAILED")) == ROWS_A_MINUTE + 1
    assert len(events(address_key=denied.address_key)) <= ROWS_A_MINUTE


def test_a_password_in_the_wrong_field_is_not_kept(app, client):
    factories.user(app, "chief@example.com", role="admin", username="chief")
    for login in ("hunter2hunter2", "chief"):
        client.post("/admin/login", json={"username": login, "password": "x"})
    told = [pii_of(row)["tried_login"] for row in events(action="LOGIN_FAILED")]
    assert told == [refusals.NO_LOGIN, "chief"]


def test_a_cookie_that_is_nobodys_is_no_denial(client):
    client.set_cookie("session", "hs_garbage")
    answer = client.post("/api/v1/services", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 401
    assert events() == []


def test_a_refusal_waits_but_briefly_for_the_one_writer(make_app, client, customer):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one writer")
    path = make_url(str(db.engine.url)).database
    with closing(sqlite3.connect(path, isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        denied = client.get("/api/v1/admin/stats", headers=customer.headers)
        assert (denied.status_code, time.monotonic() - began < 5) == (403, True)
        rival.execute("ROLLBACK")
    assert client.get("/api/v1/admin/stats", headers=customer.headers).status_code == 403
    assert event(action="ACCESS_DENIED").count == 1


def test_a_refusal_that_cannot_be_recorded_stays_what_it_is(app, client, customer, monkeypatch):
    """The ledger's table is gone: 403 and 401 stay 403 and 401."""
    monkeypatch.setattr(refusals, "_KNOWN", text("SELECT * FROM no_such_table"))
    fail(client)
    denied = client.get("/api/v1/admin/stats", headers=customer.headers)
    assert (denied.status_code, denied.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert events(action="ACCESS_DENIED") == []


def test_a_denial_names_the_actor_and_the_route_and_not_the_path(client, customer):
    order = factories.order()
    client.post(f"/api/v1/orders/{order.id}/rotate-label", headers=customer.headers)
    row = event(action="ACCESS_DENIED")
    assert (row.user_id, row.actor_role) == (customer.id, "customer")
    assert row.route == "/api/v1/orders/<string:ref>/rotate-label"
    assert data_of(row) == {"error_code": "PERMISSION_DENIED"}


def test_a_revoked_device_is_denied_by_name(client):
    handle = factories.device("Lost", revoked_at=datetime.now(UTC))
    client.get("/api/v1/devices/me", headers=handle.headers)
    row = event(action="ACCESS_DENIED")
    assert (row.device_id, row.actor_label) == (handle.id, "Lost")
    assert data_of(row) == {"error_code": "DEVICE_REVOKED"}


def test_a_fault_is_recorded_by_its_kind_and_not_by_its_words(make_app):
    @public
    def broken():
        raise RuntimeError("ada@example.com")

    other = make_app()
    other.testing = False
    other.add_url_rule("/api/v1/broken", view_func=broken)
    assert other.test_client().get("/api/v1/broken").status_code == 500
    row = event(action="SERVER_ERROR")
    assert (row.outcome, row.status_code) == ("error", 500)
    assert data_of(row) == {"error_code": "SERVER_ERROR", "kind": "RuntimeError"}


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/orders/1", "/api/v1/services/0"])
def test_an_unknown_path_and_a_missing_credential_leave_nothing(client, path):
    assert client.get(path).status_code in (401, 404)
    assert client.post(LOGIN, json={}).status_code == 400
    assert events() == []


def test_an_address_that_is_refused_for_its_rate_is_recorded_once_a_minute(make_app):
    limited = make_app(RATELIMIT_ENABLED="true")
    client = limited.test_client()
    statuses = [
        client.post(LOGIN, json={"email": f"a{number}@example.com", "password": "x"}).status_code
        for number in range(30)
    ]
    assert statuses.count(429) == 20
    row = event(action="RATE_LIMITED")
    assert (row.status_code, row.count, row.route) == (429, 1, LOGIN)


def test_a_stolen_refresh_token_is_recorded_where_it_ends_the_sign_in(client, customer):
    body = {"refresh_token": customer.refresh_token}
    assert client.post("/api/v1/auth/refresh", json=body).status_code == 200
    with time_machine.travel(datetime.now(UTC), tick=False):  # all in one minute
        for _ in range(3):
            assert client.post("/api/v1/auth/refresh", json=body).status_code == 401
    ended, again = events(action="TOKEN_REUSED")
    assert (ended.resource_id, ended.subject_user_id) == (customer.id, customer.id)
    assert (ended.outcome, ended.status_code, ended.refusal_key) == ("refused", 401, None)
    assert (again.count, again.outcome) == (2, "refused")


@pytest.mark.parametrize(
    ("peer", "kept"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[::1]:80", "[::1]:80"),
    ],
)
def test_an_address_is_kept_in_one_spelling(client, peer, kept):
    fail(client, environ_base={"REMOTE_ADDR": peer})
    assert event(action="LOGIN_FAILED").ip_address == kept
