"""Answers about scans and tracks (scans.md 3, 7; contract.md 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify

from app.errors import AppError, Invalid, OrderNotFound
from app.http.access import actor
from app.operations.orders.find import get_order
from app.operations.tracks.find import TrackFilter, Tracking
from app.operations.tracks.record import Upload
from app.operations.tracks.sightings import Outcome, Recorded, Refused, Sighting
from app.operations.tracks.verdicts import answer_of, track_of

_NOT_A_LABEL = {"bad_check", "foreign_label"}


def one_body(*schemas: Any) -> dict[str, Any]:
    """An OpenAPI request body that has one of several shapes."""
    return {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": list(schemas)}}},
    }


def scan_answer(upload: Upload) -> Response:
    """201 for a scan that is new, 200 for a replay; raises IdempotencyConflict."""
    (outcome,) = upload.outcomes
    if isinstance(outcome, Refused):
        raise outcome.refusal
    return recorded_answer(outcome, upload.missing_seq)


def recorded_answer(recorded: Recorded, missing_seq: list[list[int]] | None = None) -> Response:
    """The verdict on one event that is stored."""
    answer = jsonify(answer_of(recorded, missing_seq=missing_seq or []))
    answer.status_code = 200 if recorded.is_replay else 201
    return answer


def short_form_refusal(upload: Upload, sighting: Sighting) -> AppError | None:
    """What the short form answers in place of a scan that names no order; its row is kept."""
    (outcome,) = upload.outcomes
    if isinstance(outcome, Refused) or outcome.row["order_id"] is not None:
        return None
    reasons = set(outcome.row["reasons"].split(","))
    if reasons & _NOT_A_LABEL or sighting.label.kind == "unknown":
        return Invalid.field("code", "This is not an order's label.")
    return OrderNotFound() if "unknown_code" in reasons else None


def batch_answer(
    events: Sequence[Sighting | Refused], upload: Upload, *, is_quarantine: bool
) -> Response:
    """A verdict for each event of a batch, in the request's order (scans.md 7)."""
    outcomes = iter(upload.outcomes)
    counts = dict.fromkeys(("accepted", "flagged", "rejected", "replayed", "error"), 0)
    results = []
    for event in events:
        if isinstance(event, Refused):
            counts["error"] += 1
            results.append(_refused(event))
            continue
        outcome = next(outcomes)
        counts[_kind(outcome)] += 1
        results.append(
            _refused(outcome)
            if isinstance(outcome, Refused)
            else answer_of(outcome, missing_seq=[], is_quarantine=is_quarantine)
        )
    return jsonify(
        batch="partial" if counts["error"] else "ok",
        counts=counts,
        results=results,
        missing_seq=[] if is_quarantine else upload.missing_seq,
    )


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "error"
    return "replayed" if outcome.is_replay else outcome.result


def _refused(refused: Refused) -> dict[str, Any]:
    refusal = refused.refusal
    field = next(iter(refusal.details), None) if refusal.details else "event_id"
    return {
        "event_id": refused.event_id,
        "error": refusal.code,
        "field": field,
        "message": refusal.message,
    }


def track_filter(query: Mapping[str, Any]) -> TrackFilter | None:
    """The filter of a parsed query; None when it names an order that the caller has not."""
    order_id = None
    if query["order"]:
        try:
            order_id = get_order(query["order"], actor=actor()).id
        except OrderNotFound:
            return None
    return TrackFilter(order_id, query["worker"], query["action"], query["from_"], query["to"])


def track_list(rows: Sequence[Mapping[str, Any]], headers: Mapping[str, str]) -> Response:
    """Tracks as a bare array."""
    answer = jsonify([track_of(row, row["order_number"]) for row in rows])
    answer.headers.update(headers)
    return answer


def tracking(seen: Tracking) -> dict[str, Any]:
    """The public view of an order."""
    order = seen.order
    return {
        "order_number": order.order_number,
        "status": seen.state.status,
        "since": seen.state.since,
        "service_name": order.service_name,
        "pickup_date": order.pickup_date,
        "pieces": {"seen": seen.state.pieces_seen, "of": order.piece_count},
        "timeline": [{"status": step.status, "at": step.at} for step in seen.timeline],
    }
