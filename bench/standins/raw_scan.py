"""A scan by hand: the product's very statements for one known label, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from flask import Flask, Response, request

from bench.standins.drivers import Driver

DEVICE = """SELECT devices.id, devices.name, devices.station, devices.profile, devices.origin,
devices.default_action, devices.worker_id, devices.last_seen_at, devices.revoked_at, devices.drained,
devices.state, devices.state_version, workers.is_active FROM devices LEFT OUTER JOIN workers ON
workers.id = devices.worker_id WHERE devices.token_digest = ?"""

_NAMES = """SELECT 'event' AS what, tracks.event_id AS "key", tracks.id, NULL AS name FROM tracks
WHERE tracks.event_id IN (?) UNION ALL SELECT 'code', orders.label_code, orders.id, NULL FROM orders
WHERE orders.label_code IN (?) UNION ALL SELECT order_aliases.kind, order_aliases.alias,
order_aliases.order_id, NULL FROM order_aliases WHERE order_aliases.alias IN (?)"""

_LOCK = "UPDATE orders SET version=(orders.version + 1), updated_at=? WHERE orders.id IN (?)"

_HISTORY = """SELECT orders.id, orders.order_number, orders.status, orders.status_since,
orders.version, orders.created_at, orders.piece_count, orders.folded_at, orders.folded_seq,
orders.folded_event_id, orders.sightings, orders.location, orders.located_at, orders.custodian_id,
event.event_id, event.kind, event.target_event_id, event.action, event.effective_at, event.seq,
event.clock, event.forced, event.result, event.reasons, event.piece, event.worker_id,
event.location AS event_location, event.lat_e6, event.lon_e6 FROM orders LEFT OUTER JOIN tracks AS
event ON event.order_id = orders.id AND (? OR orders.folded_at >= ?) WHERE orders.id IN (?)"""

_SEEN = """UPDATE devices SET last_seen_at=?, drained=(devices.drained + ?), state=?,
state_version=(devices.state_version + 1), updated_at=? WHERE devices.id = ?
AND devices.state_version = ?"""

_INSERT = f"""INSERT INTO tracks (event_id, kind, order_id, order_version, order_email, worker_id,
device_id, code_digest, content_digest, source, action, occurred_at, effective_at, received_at, clock,
offset_ms, seq, location, lat_e6, lon_e6, piece, note, forced, force_reason, result, reasons, verdict,
mac, key_id, salt, pii_hash) VALUES ({", ".join("?" * 31)})"""

_PROJECT = """UPDATE orders SET status=?, status_since=?, folded_at=?, folded_seq=?,
folded_event_id=?, sightings=?, location=?, located_at=?, custodian_id=?, version=?, updated_at=?
WHERE orders.id = ?"""


def register(app: Flask, driver: Driver) -> None:
    """Bind the route of the product's scan."""
    app.add_url_rule("/api/v1/workers/scan", view_func=_scan_with(driver), methods=["POST"])


def _scan_with(driver: Driver) -> Callable[[], Response]:
    device_by_token, names, lock, history, seen, insert, project = map(
        driver.sql, (DEVICE, _NAMES, _LOCK, _HISTORY, _SEEN, _INSERT, _PROJECT)
    )

    def scan() -> Response:
        token = request.headers["Authorization"][7:]
        body = json.loads(request.get_data())
        found = driver.rows(device_by_token, (sha256(token.encode()).digest(),))
        if not found:
            return Response(status=401)
        device = found[0]
        now = _text(datetime.now(UTC))
        at = _text(datetime.fromisoformat(body["occurred_at"][:-1] + "+00:00"))
        code, event_id, action = body["code"], body["event_id"], body["action"]
        driver.begin_writing()
        keys = {what: row_id for what, _, row_id, _ in driver.rows(names, (event_id, code, code))}
        if "event" in keys or "code" not in keys:
            driver.roll_back()
            return Response(status=409)
        order_id = keys["code"]
        driver.execute(lock, (now, order_id))
        order = driver.rows(history, (False, at, order_id))[0]
        driver.execute(seen, (now, 0, device[10], now, device[0], device[11]))
        verdict = json.dumps({"status": action, "since": at, "from": order[2]})
        digests = (sha256(code.encode()).digest(), os.urandom(32))
        row = [event_id, "scan", order_id, order[4], None, device[6], device[0], *digests, None]
        row += [action, at, at, now, "trusted", 0, body.get("seq"), body.get("location")]
        row += [None, None, None, None, False, None, "accepted", "", verdict]
        row += [os.urandom(32), "0" * 16, None, None]
        inserted = driver.execute(insert, row)
        place = (body.get("location"), at, device[6])
        driver.execute(
            project,
            (action, at, at, body.get("seq"), event_id, None, *place, order[4], now, order_id),
        )
        driver.commit()
        told = {"scan_id": inserted.lastrowid, "order_number": order[1], "status": action}
        return Response(json.dumps(told), 201, mimetype="application/json")

    return scan


def _text(at: datetime) -> str:
    """An instant as both databases take it."""
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
