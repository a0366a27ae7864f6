"""*old*: the idioms of the old server: ORM defaults, a QR image inside the request, two commits."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import qrcode
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.support.label_codes import new_label_code
from bench.rows import FIRST_DEVICE
from bench.standins.tables import Device, Order, Service, Track, User, db, make_app

_FOLDER = Path(os.environ.get("BENCH_FOLDER", ".")) / "qr"


def create_app() -> Flask:
    """The WSGI application over DATABASE_URL; images go to BENCH_FOLDER."""
    app = make_app("old")
    _FOLDER.mkdir(exist_ok=True)
    app.add_url_rule("/health", view_func=lambda: Response("ok"))
    app.add_url_rule("/api/v1/workers/scan", view_func=worker_scan, methods=["POST"])
    app.add_url_rule("/api/v1/orders", view_func=create_order, methods=["POST"])
    return app


def worker_scan() -> ResponseReturnValue:
    """The event first, the order's status after it."""
    body = request.get_json()
    order = Order.query.filter_by(label_code=body["code"]).first()
    device = db.session.get(Device, FIRST_DEVICE)
    if order is None or device is None:
        return jsonify(error="Order not found"), 404
    now = datetime.now(UTC)
    track = Track(
        event_id=body["event_id"],
        kind="scan",
        order_id=order.id,
        order_version=order.version + 1,
        worker_id=device.worker_id,
        device_id=device.id,
        content_digest=os.urandom(32),
        action=body["action"],
        occurred_at=now,
        effective_at=now,
        received_at=now,
        clock="trusted",
        location=body.get("location"),
        forced=False,
        result="accepted",
        reasons="",
        verdict="{}",
        mac=os.urandom(32),
        key_id="0" * 16,
    )
    db.session.add(track)
    db.session.commit()
    order.status, order.status_since = body["action"], now
    order.version += 1
    db.session.commit()
    return jsonify(
        message="Scan recorded",
        track={"id": track.id, "action": track.action, "created_at": str(track.received_at)},
        order={"id": order.id, "order_number": order.order_number, "status": order.status},
    ), 201


def create_order() -> ResponseReturnValue:
    """The order first, its image and what depends on its id after it."""
    body = request.get_json()
    user = User.query.filter_by(email="ada@example.com").first()
    service = db.session.get(Service, body["service_id"])
    if user is None or service is None:
        return jsonify(error="Invalid service"), 400
    now = datetime.now(UTC)
    order = Order(
        order_number=uuid.uuid4().hex[:12].upper(),
        label_code=new_label_code(),
        channel="legacy",
        customer_id=user.id,
        service_id=service.id,
        service_name=service.name,
        total_cost=service.price,
        name=user.name,
        email=user.email,
        email_key=user.email,
        instructions=body.get("instructions"),
        status_since=now,
        folded_seq=0,
    )
    db.session.add(order)
    db.session.commit()
    image = qrcode.make(f"{order.order_number}\n{order.email}\n{order.service_name}")
    with (_FOLDER / f"{order.order_number}.png").open("wb") as file:
        image.save(file)
    order.updated_at = datetime.now(UTC)
    db.session.commit()
    return jsonify(id=order.id, order_number=order.order_number, status=order.status), 201
