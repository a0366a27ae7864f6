"""*idiomatic*: a default ORM session and marshmallow, as a good tutorial would write it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import sha256

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validate

from bench.standins.tables import Device, Order, Track, db, make_app

_ACTIONS = ("scanned", "picked_up", "processing", "completed", "delivered")


class ScanIn(Schema):
    """What a device sends."""

    event_id = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(1, 4096))
    action = fields.String(required=True, validate=validate.OneOf(_ACTIONS))
    occurred_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True)
    seq = fields.Integer(load_default=None)
    location = fields.String(load_default=None, validate=validate.Length(max=255))


class TrackOut(Schema):
    """What it is told."""

    id = fields.Integer()
    event_id = fields.String()
    action = fields.String()
    result = fields.String()
    occurred_at = fields.DateTime()
    received_at = fields.DateTime()
    device_id = fields.Integer()
    worker_id = fields.Integer()


class OrderOut(Schema):
    """The order that was scanned."""

    id = fields.Integer()
    order_number = fields.String()
    status = fields.String()
    status_since = fields.DateTime()
    version = fields.Integer()


_scan_in, _track_out, _order_out = ScanIn(), TrackOut(), OrderOut()


def create_app() -> Flask:
    """The WSGI application over DATABASE_URL."""
    app = make_app("idiomatic")
    app.add_url_rule("/health", view_func=lambda: Response("ok"))
    app.add_url_rule("/api/v1/workers/scan", view_func=record_scan, methods=["POST"])
    return app


def record_scan() -> ResponseReturnValue:
    """Record one scan and move its order on."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    device = db.session.scalar(
        db.select(Device).where(Device.token_digest == sha256(token.encode()).digest())
    )
    if device is None or device.revoked_at is not None:
        return jsonify(error="unauthorized"), 401
    if device.worker is not None and not device.worker.is_active:
        return jsonify(error="unauthorized"), 401
    try:
        scan = _scan_in.load(request.get_json())
    except ValidationError as error:
        return jsonify(error=error.messages), 400
    event_id = str(scan["event_id"])
    if db.session.scalar(db.select(Track).where(Track.event_id == event_id)) is not None:
        return jsonify(error="conflict"), 409
    order = db.session.scalar(
        db.select(Order).where(Order.label_code == scan["code"]).with_for_update()
    )
    if order is None:
        return jsonify(error="not found"), 404
    now = datetime.now(UTC)
    latest = order.tracks[-1] if order.tracks else None
    if latest is None or latest.effective_at <= scan["occurred_at"]:
        order.status, order.status_since = scan["action"], scan["occurred_at"]
    order.folded_at, order.folded_event_id = scan["occurred_at"], event_id
    order.location, order.located_at = scan["location"], scan["occurred_at"]
    order.custodian_id = device.worker_id
    order.version += 1
    device.last_seen_at = now
    device.state_version += 1
    track = Track(
        event_id=event_id,
        kind="scan",
        order_id=order.id,
        order_version=order.version,
        worker_id=device.worker_id,
        device_id=device.id,
        code_digest=sha256(scan["code"].encode()).digest(),
        content_digest=os.urandom(32),
        action=scan["action"],
        occurred_at=scan["occurred_at"],
        effective_at=scan["occurred_at"],
        received_at=now,
        clock="trusted",
        seq=scan["seq"],
        location=scan["location"],
        forced=False,
        result="accepted",
        reasons="",
        verdict="{}",
        mac=os.urandom(32),
        key_id="0" * 16,
    )
    db.session.add(track)
    db.session.commit()
    return jsonify(track=_track_out.dump(track), order=_order_out.dump(order)), 201
