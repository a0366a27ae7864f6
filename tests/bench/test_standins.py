"""The stand-ins leave what the product leaves, and the bench's rows are what it would have written."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from app import database
from app.models import AuditEvent, Order, OrderLine
from app.support import clock
from app.support.clock import instant_text
from bench import people, rows
from bench.stores import Store
from tests import factories, scanning

ORDERS = 4
_SCANNED = ("status", "version", "status_since", "folded_at", "folded_event_id", "location")
_TRACKED = ("event_id", "kind", "action", "order_version", "result", "clock", "location", "seq")


@pytest.fixture(scope="module")
def block() -> rows.Block:
    """The first rows of the bench, which take a while to make."""
    return next(rows.blocks(10_000, datetime.now(UTC), 5))


@pytest.fixture
def bench_rows(app, block) -> list[int]:
    """A few orders as the bench stores them, all picked up, with their events."""
    factories.service("Wash & Fold", id=1)
    store = Store("sqlite" if database.db.engine.dialect.name == "sqlite" else "mariadb", "10k")
    tracks = [row for row in block.tracks if row[1] <= ORDERS]
    connection = database.db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        people.insert(store, cursor)
        cursor.executemany(store.sql(rows.ORDERS), block.orders[:ORDERS])
        cursor.executemany(store.sql(rows.LINES), block.lines[:ORDERS])
        cursor.executemany(store.sql(rows.TRACKS), tracks)
        connection.commit()
    finally:
        connection.close()
    return [row[0] for row in block.orders[:ORDERS]]


@pytest.fixture
def clients(app, database_url, monkeypatch, tmp_path):
    """A client of the product and of each stand-in, over the same database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("BENCH_FOLDER", str(tmp_path))
    made = {"product": app}
    for name in ("raw", "idiomatic", "old"):
        made[name] = import_module(f"bench.standins.{name}").create_app()
    yield {name: one.test_client() for name, one in made.items()}
    for name in ("idiomatic", "old"):
        with made[name].app_context():
            made[name].extensions["sqlalchemy"].engine.dispose()


def _device(number: int = 0) -> dict[str, str]:
    return {"Authorization": f"Bearer {people.device_token(number)}"}


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def test_the_rows_of_the_bench_are_what_the_fold_makes_of_them(bench_rows):
    for order_id in bench_rows:
        order = scanning.assert_truthful(order_id)
        assert order.status == "picked_up"


def test_a_stand_in_records_a_scan_as_the_product_does(bench_rows, clients):
    left = {}
    for (name, client), order_id in zip(clients.items(), bench_rows, strict=True):
        order = scanning.order_of(order_id)
        at = clock.now()
        event_id = f"00000000-0000-4000-8000-00000000000{order_id}"
        body = {
            "event_id": event_id,
            "code": order.label_code,
            "action": "processing",
            "occurred_at": instant_text(at),
            "sent_at": instant_text(at),
            "seq": 7,
            "location": "COUNTER",
        }
        answer = client.post("/api/v1/workers/scan", json=body, headers=_device())
        assert answer.status_code == 201, (name, answer.text)
        (track,) = scanning.tracks(event_id=event_id)
        after = scanning.order_of(order_id)
        assert (after.status, after.version) == ("processing", 7), name
        assert (track.order_id, track.order_version, track.worker_id) == (order_id, 7, 1), name
        left[name] = (track, after, at)
    for name in ("raw", "idiomatic"):
        track, after, at = left[name]
        assert track.device_id == left["product"][0].device_id
        assert (track.effective_at, after.folded_at, after.status_since) == (at, at, at)
        own = ("event_id",) if name == "raw" else ("event_id", "offset_ms")
        expected = _columns(left["product"][0], _TRACKED)
        assert {k: v for k, v in _columns(track, _TRACKED).items() if k not in own} == {
            k: v for k, v in expected.items() if k not in own
        }
        assert after.folded_event_id == track.event_id


def test_a_stand_in_refuses_a_stranger_and_a_stored_key(bench_rows, clients):
    order = scanning.order_of(bench_rows[0])
    (stored, *_) = scanning.tracks(order_id=order.id)
    body = {
        "event_id": stored.event_id,
        "code": order.label_code,
        "action": "processing",
        "occurred_at": instant_text(clock.now()),
        "sent_at": instant_text(clock.now()),
    }
    for name in ("product", "raw", "idiomatic"):
        client = clients[name]
        stranger = {"Authorization": "Bearer hd_nobody"}
        path = "/api/v1/workers/scan"
        assert client.post(path, json=body, headers=stranger).status_code == 401, name
        assert client.post(path, json=body, headers=_device()).status_code == 409, name
    assert scanning.order_of(order.id).version == order.version


def test_a_stand_in_places_an_order_as_the_product_does(bench_rows, clients):
    # The product's own token is signed with the tests' secret: its customer signs up.
    customer = factories.sign_up(clients["product"].application, "eve@example.com", name="Eve")
    left = {}
    for name in ("product", "raw"):
        headers = customer.headers if name == "product" else {}
        body = {"service_id": 1, "instructions": "No starch"}
        answer = clients[name].post("/api/v1/orders", json=body, headers=headers)
        assert answer.status_code == 201, (name, answer.text)
        left[name] = _placed(answer.json["id"])
    assert left["raw"] == left["product"]


def _placed(order_id: int) -> dict[str, Any]:
    with database.transaction(write=False) as session:
        order = session.get(Order, order_id)
        lines = session.query(OrderLine).filter_by(order_id=order_id).all()
        entries = session.query(AuditEvent).filter_by(resource_type="order", resource_id=order_id)
        assert order is not None
        return {
            **_columns(order, ("status", "channel", "total_cost", "service_name", "version")),
            "instructions": order.instructions,
            "lines": [(line.position, line.service_id, line.price) for line in lines],
            "entries": [(one.action, one.seq, one.status_code, one.route) for one in entries],
        }


def test_the_raw_look_ups_show_what_the_product_shows(bench_rows, clients):
    order = scanning.order_of(bench_rows[0])
    paths = {
        f"/api/orders?email={order.email}": {},
        f"/api/v1/orders/{order.order_number}": _device(),
        f"/api/v1/track/{order.label_code}": {},
    }
    for path, headers in paths.items():
        product, raw = (clients[name].get(path, headers=headers) for name in ("product", "raw"))
        assert (product.status_code, raw.status_code) == (200, 200), path
        shown = [one[0] if isinstance(one, list) else one for one in (product.json, raw.json)]
        assert shown[1]["order_number"] == shown[0]["order_number"] == order.order_number
        assert shown[1]["status"] == shown[0]["status"]
    assert len(raw.json["timeline"]) == 1  # picked up; the product tells `created`, too
