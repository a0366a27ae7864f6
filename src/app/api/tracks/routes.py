"""Scans in, tracks out (contract.md V21-V23, V25; scans.md)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from app.api.tracks import intake, shapes
from app.api.tracks.schemas import (
    ApplyScan,
    BatchView,
    DismissScan,
    RecordBatch,
    RecordScanAlone,
    RecordScanNow,
    ScanView,
    TrackingView,
    TracksQuery,
    TrackView,
    VoidScan,
)
from app.http.access import actor, allow, public, scanning_device
from app.http.application import keep_key
from app.http.areas import Area
from app.http.bodies import json_object
from app.http.errors import render
from app.http.limits import limited
from app.http.paging import cursor_headers, take_window
from app.http.turns import hold_turn
from app.operations.actors import Role
from app.operations.orders.find import get_order
from app.operations.tracks import find, review
from app.operations.tracks.record import record_scans
from app.operations.tracks.sightings import Sighting, void_digest

area = Area("tracks", __name__, description="Scans of devices, and what they say of orders.")


def tell_batch_limit(answer: Response) -> Response:
    """Every answer to a batch says how many events fit, a refusal for its size too (scans.md 7)."""
    if request.endpoint == f"{area.name}.{record_batch.__name__}":
        answer.headers["Scan-Batch-Limit"] = str(intake.MOST_EVENTS)
    return answer


area.after_request(tell_batch_limit)


@area.route("/workers/scan", methods=["POST"])
@allow(Role.WORKER)
@area.response(201, ScanView, description="Recorded: the device may delete it")
@area.alt_response(200, schema=ScanView, description="It was recorded before; nothing changed")
@area.doc(requestBody=shapes.one_body(RecordScanAlone, RecordScanNow))
def record_one_scan() -> Response:
    """Record one scan; the short form leaves its key and times to the server."""
    body = json_object()
    if intake.is_short_form(body):
        return _record_now(intake.sighting_now(body))
    sighting, queue_depth = intake.sighting_alone(body)
    keep_key()
    upload = record_scans(
        [sighting], received_at=g.received_at, queue_depth=queue_depth, device=scanning_device()
    )
    return shapes.scan_answer(upload)


def _record_now(sighting: Sighting) -> Response:
    upload = record_scans([sighting], received_at=g.received_at, device=scanning_device())
    refusal = shapes.short_form_refusal(upload, sighting)
    return shapes.scan_answer(upload) if refusal is None else render(refusal)


@area.route("/workers/scans", methods=["POST"])
@allow(Role.WORKER, Role.REVOKED_DEVICE)
@area.arguments(RecordBatch)
@area.response(200, BatchView, description="A verdict for each event, in the request's order")
def record_batch(body: dict[str, Any]) -> Response:
    """Record up to 500 queued scans; a bad one never spoils the good ones.

    Batches of more than 50 take turns, so that after an outage single scans are answered as
    ever. After a 503 send the same events again, `Retry-After` seconds and a random part of a
    second later, so that all devices do not come back together; each is recorded once.
    """
    keep_key()
    device = scanning_device()
    if intake.is_large(body["events"]):
        hold_turn()
    events = intake.sightings_of(body["events"], body["sent_at"])
    sightings = [event for event in events if isinstance(event, Sighting)]
    upload = record_scans(
        sightings,
        received_at=g.received_at,
        queue_depth=body["queue_depth"],
        device=device,
    )
    return shapes.batch_answer(events, upload, is_quarantine=device.is_revoked)


@area.route("/workers/scans/<uuid:event_id>/void", methods=["POST"])
@allow(Role.WORKER, Role.ADMIN)
@area.arguments(VoidScan)
@area.response(201, ScanView)
@area.alt_response(200, schema=ScanView, description="It was recorded before; nothing changed")
def void_scan(body: dict[str, Any], event_id: Any) -> Response:
    """Take a scan back: its own worker for 15 minutes, a supervisor or an admin at any time."""
    keep_key()
    voided = review.void_scan(
        str(event_id),
        void_id=body["event_id"],
        reason=body["reason"],
        replaced_by=body["replaced_by"],
        note=body["note"],
        content_digest=void_digest(str(event_id), body),
        at=g.received_at,
        actor=actor(),
    )
    return shapes.recorded_answer(voided)


@area.route("/workers/scans/<uuid:event_id>/apply", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(ApplyScan)
@area.response(201, ScanView)
def apply_scan(body: dict[str, Any], event_id: Any) -> Response:
    """Give effect to a scan that had none."""
    order = None if body["order"] is None else get_order(body["order"], actor=actor())
    applied = review.apply_scan(
        str(event_id), order=order, reason=body["reason"], at=g.received_at, actor=actor()
    )
    return shapes.recorded_answer(applied)


@area.route("/workers/scans/<uuid:event_id>/dismiss", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(DismissScan)
@area.response(201, ScanView)
def dismiss_scan(body: dict[str, Any], event_id: Any) -> Response:
    """Close the review of a scan without giving it any effect."""
    dismissed = review.dismiss_scan(
        str(event_id), reason=body["reason"], at=g.received_at, actor=actor()
    )
    return shapes.recorded_answer(dismissed)


@area.route("/tracks", methods=["GET"])
@allow(Role.CUSTOMER, Role.WORKER, Role.ADMIN)
@area.arguments(TracksQuery, location="query")
@area.response(200, TrackView(many=True))
def list_tracks(query: dict[str, Any]) -> Response:
    """The events that the caller may see, newest first."""
    window = take_window(query)
    wanted = shapes.track_filter(query)
    if wanted is None:
        return shapes.track_list([], {})
    rows = find.list_tracks(wanted, after_id=window.after_id, limit=window.limit, actor=actor())
    total = find.count_tracks(wanted, actor=actor()) if query["total"] else None
    return shapes.track_list(rows, cursor_headers([row["id"] for row in rows], window, total))


@area.route("/tracks/order/<string:ref>", methods=["GET"])
@area.route("/orders/<string:ref>/tracks", methods=["GET"])
@allow(Role.CUSTOMER, Role.WORKER, Role.ADMIN)
@area.response(200, TrackView(many=True))
def list_order_tracks(ref: str) -> Response:
    """One order's events, oldest first."""
    return shapes.track_list(find.list_order_tracks(get_order(ref, actor=actor())), {})


@area.route("/track/<string:label_code>", methods=["GET"])
@limited("lookup")
@public
@area.response(200, TrackingView)
def track(label_code: str) -> dict[str, Any]:
    """What the holder of a label may know: status and timeline, nothing of people."""
    return shapes.tracking(find.get_tracking(label_code))
