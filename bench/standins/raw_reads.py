"""Look-ups by hand: the product's very SELECTs, and the columns that it shows, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from flask import Flask, Response, request

from bench.standins.drivers import Driver, Row
from bench.standins.raw_scan import DEVICE

_COLUMNS = [
    "id",
    "order_number",
    "label_code",
    "channel",
    "customer_id",
    "service_id",
    "service_name",
    "total_cost",
    "name",
    "email",
    "email_key",
    "phone",
    "pickup_date",
    "instructions",
    "piece_count",
    "status",
    "status_since",
    "folded_at",
    "folded_seq",
    "folded_event_id",
    "sightings",
    "location",
    "located_at",
    "custodian_id",
    "version",
    "deleted_at",
    "created_at",
    "updated_at",
]
_SHOWN = [
    "id",
    "order_number",
    "customer_id",
    "service_id",
    "service_name",
    "name",
    "email",
    "phone",
    "pickup_date",
    "instructions",
    "total_cost",
    "status",
    "created_at",
    "updated_at",
    "label_code",
    "version",
]
_PLACES = [(name, _COLUMNS.index(name)) for name in _SHOWN]
_ORDER = ", ".join(f"orders.{name}" for name in _COLUMNS)

_BY_EMAIL = f"""SELECT {_ORDER} FROM orders WHERE orders.deleted_at IS NULL AND orders.channel = ?
AND orders.email_key = ? AND orders.id < ? ORDER BY orders.id DESC LIMIT ?"""

_LINES = (
    "SELECT order_id, service_id, name FROM order_lines WHERE order_id IN ({})"
    " ORDER BY order_id, position"
)

_BY_NUMBER = f"""SELECT {_ORDER} FROM orders JOIN (SELECT orders.id AS id, 0 AS precedence FROM orders
WHERE orders.order_number = ? UNION ALL SELECT order_aliases.order_id AS order_id, 1 AS precedence
FROM order_aliases WHERE order_aliases.alias = ? AND order_aliases.kind <> 'label' UNION ALL SELECT
orders.id AS id, 2 AS precedence FROM orders WHERE orders.id = ?) AS meant ON meant.id = orders.id
WHERE orders.deleted_at IS NULL ORDER BY meant.precedence LIMIT 1"""

_BY_LABEL = f"SELECT {_ORDER} FROM orders WHERE orders.label_code = ? AND orders.deleted_at IS NULL"

_TRACKS = """SELECT event_id, kind, target_event_id, action, effective_at, seq, clock, forced, result,
reasons, piece, worker_id, location AS event_location, lat_e6, lon_e6 FROM tracks WHERE order_id = ?"""
_ACTION, _EFFECTIVE_AT = 3, 4


def register(app: Flask, driver: Driver) -> None:
    """Bind the routes of the product's look-ups."""
    app.add_url_rule("/api/orders", view_func=_by_email_with(driver))
    app.add_url_rule("/api/v1/orders/<number>", view_func=_by_number_with(driver))
    app.add_url_rule("/api/v1/track/<code>", view_func=_tracking_with(driver))


def _by_email_with(driver: Driver) -> Callable[[], Response]:
    statement = driver.sql(_BY_EMAIL)

    def by_email() -> Response:
        orders = driver.rows(statement, ("legacy", request.args["email"], 2**63 - 1, 1001))
        ids = [row[0] for row in orders]
        lines: dict[int, list[str]] = {order_id: [] for order_id in ids}
        for row in driver.rows(driver.sql(_LINES.format(", ".join("?" * len(ids)))), ids):
            lines[row[0]].append(row[2])
        driver.commit()
        return _json([{**_shown(row), "services": lines[row[0]]} for row in orders])

    return by_email


def _by_number_with(driver: Driver) -> Callable[[str], Response]:
    device, statement = driver.sql(DEVICE), driver.sql(_BY_NUMBER)

    def by_number(number: str) -> Response:
        digest = sha256(request.headers["Authorization"][7:].encode()).digest()
        if not driver.rows(device, (digest,)):
            return Response(status=401)
        found = driver.rows(statement, (number, number, None))
        driver.commit()
        return _json(_shown(found[0])) if found else Response(status=404)

    return by_number


def _tracking_with(driver: Driver) -> Callable[[str], Response]:
    by_label, tracks = driver.sql(_BY_LABEL), driver.sql(_TRACKS)

    def tracking(code: str) -> Response:
        found = driver.rows(by_label, (code,))
        if not found:
            return Response(status=404)
        events: Sequence[Row] = driver.rows(tracks, (found[0][0],))
        driver.commit()
        steps = sorted((str(row[_EFFECTIVE_AT]), row[_ACTION]) for row in events)
        timeline = [{"status": action, "at": at} for at, action in steps if action != "scanned"]
        return _json({**_shown(found[0]), "timeline": timeline})

    return tracking


def _shown(row: Row) -> dict[str, Any]:
    return {name: row[place] for name, place in _PLACES}


def _json(value: Any) -> Response:
    return Response(json.dumps(value, default=str), mimetype="application/json")
