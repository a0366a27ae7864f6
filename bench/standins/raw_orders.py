"""Placing an order by hand: the product's very statements, the customer named by plain numbers."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, request

from bench.people import CUSTOMER_ID, FAMILY_ID
from bench.standins.drivers import Driver

_ROLE = """SELECT users.role FROM users JOIN token_families ON token_families.user_id = users.id
WHERE users.id = ? AND users.is_active IS TRUE AND token_families.id = ?
AND token_families.revoked_at IS NULL"""

_ACCOUNT = "SELECT users.name, users.email, users.phone FROM users WHERE users.id = ?"

_SERVICE = "SELECT id, name, price FROM services WHERE status = ? AND id IN (?) ORDER BY id"

_ORDER = f"""INSERT INTO orders (order_number, label_code, channel, customer_id, service_id,
service_name, total_cost, name, name_key, email, email_key, phone, pickup_date, instructions, piece_count,
status, status_since, folded_at, folded_seq, folded_event_id, sightings, location, located_at,
custodian_id, version, deleted_at, created_at, updated_at) VALUES ({", ".join("?" * 28)})"""

_LINE = """INSERT INTO order_lines (order_id, position, service_id, name, price) VALUES
(?, ?, ?, ?, ?)"""

_EVENT = f"""INSERT INTO audit_events (at, user_id, device_id, actor_role, actor_label, action,
resource_type, resource_id, subject_user_id, seq, outcome, status_code, method, route, request_id,
data, ip_address, user_agent, pii, count, refusal_key, address_key, slot, mac, key_id, salt, pii_hash)
VALUES ({", ".join("?" * 27)})"""


def register(app: Flask, driver: Driver) -> None:
    """Bind the route of the product's v1 orders."""
    app.add_url_rule("/api/v1/orders", view_func=_place_with(driver), methods=["POST"])


def _place_with(driver: Driver) -> Callable[[], Response]:
    role_of, account_of, service_of, order, line, event = map(
        driver.sql, (_ROLE, _ACCOUNT, _SERVICE, _ORDER, _LINE, _EVENT)
    )

    def place() -> Response:
        body = json.loads(request.get_data())
        if not driver.rows(role_of, (CUSTOMER_ID, FAMILY_ID)):
            return Response(status=401)
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        number, code = secrets.token_hex(6).upper(), secrets.token_hex(12).upper()
        driver.begin_writing()
        ((name, email, phone),) = driver.rows(account_of, (CUSTOMER_ID,))
        service = driver.rows(service_of, ("active", body["service_id"]))[0]
        row = [number, code, "v1", CUSTOMER_ID, service[0], service[1], service[2], name]
        row += [
            name.lower(),
            email,
            email,
            phone,
            None,
            body["instructions"],
            1,
            "created",
            now,
            None,
            0,
            None,
            None,
        ]
        row += [None, None, None, 1, None, now, now]
        order_id = driver.execute(order, row).lastrowid
        driver.execute(line, (order_id, 0, service[0], service[1], service[2]))
        told = {"id": order_id, "order_number": number, "total_cost": str(service[2])}
        data = json.dumps(told)
        entry = [now, CUSTOMER_ID, None, "customer", "customer 1000", "ORDER_CREATED", "order"]
        entry += [order_id, CUSTOMER_ID, 1, "success", 201, "POST", "/api/v1/orders", None, data]
        entry += ["10.0.0.1", None, None, 1, None, None, None, os.urandom(32), "0" * 16]
        entry += [os.urandom(16), os.urandom(32)]
        driver.execute(event, entry)
        driver.commit()
        return Response(data, 201, mimetype="application/json")

    return place
