"""From a sighting to its row: when it was, by whom, of which order, and what the device is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.operations.devices.scanning import ScanningDevice
from app.operations.tracks import resolving, verdicts
from app.operations.tracks.claims import SLOT_TAKEN, follow
from app.operations.tracks.device_state import DeviceState
from app.operations.tracks.fold import Entry, Position
from app.operations.tracks.histories import TRUSTED_CLOCK, LockedOrder, does_count
from app.operations.tracks.news import is_news
from app.operations.tracks.resolving import Lookup, Resolved
from app.operations.tracks.sightings import Sighting
from app.operations.tracks.timing import Timing, correct, on_arrival, out_of_order
from app.operations.tracks.verdicts import Verdict
from app.support.licensing import COULD_START, UNLICENSED, Held, prove
from app.support.words import is_withheld, result_of

SCANNED = "scanned"


@dataclass(frozen=True, slots=True)
class Judged:
    """A scan with its time, its order and the reasons that do not depend on the fold."""

    sighting: Sighting
    timing: Timing
    resolved: Resolved
    worker_id: int | None
    business_id: int
    action: str
    reasons: tuple[str, ...]
    is_effective: bool
    held: Sequence[Held] = ()


def judge(
    sightings: Sequence[Sighting],
    lookup: Lookup,
    state: DeviceState,
    received_at: datetime,
    device: ScanningDevice,
) -> list[Judged]:
    """Judge what does not depend on the fold, in the order in which it happened (scans.md 7)."""
    timings = _timings(sightings, state, received_at)
    timed = list(zip(sightings, timings, strict=True))
    timed.sort(key=lambda one: (one[1].occurred_at, one[0].seq or 0))
    return [_judge(sighting, timing, lookup, state, device) for sighting, timing in timed]


def _timings(
    sightings: Sequence[Sighting], state: DeviceState, received_at: datetime
) -> list[Timing]:
    disordered = out_of_order([(one.seq, one.occurred_at or received_at) for one in sightings])
    timings = []
    for sighting, is_disordered in zip(sightings, disordered, strict=True):
        if sighting.occurred_at is None or sighting.sent_at is None:
            timings.append(on_arrival(received_at))
            continue
        timings.append(
            correct(
                occurred_at=sighting.occurred_at,
                sent_at=sighting.sent_at,
                received_at=received_at,
                offset=state.observe_offset(sighting.sent_at, received_at),
                mono=sighting.mono,
                out_of_order=is_disordered,
            )
        )
    return timings


def _judge(
    sighting: Sighting,
    timing: Timing,
    lookup: Lookup,
    state: DeviceState,
    device: ScanningDevice,
) -> Judged:
    resolved = resolving.resolve(sighting, lookup)
    worker_id, doubt = _worker(sighting, lookup, device)
    action = sighting.action or device.default_action or SCANNED
    reasons = [*resolved.reasons, *sighting.doubts, *doubt, *verdicts.about_time(timing)]
    if device.is_revoked:
        reasons.append(verdicts.QUARANTINED)
    if sighting.code_digest is not None:
        code = sighting.code_digest.hex()[:16]
        if not device.is_shared and state.is_double_read(code, action, timing.occurred_at):
            reasons.append("double_read")
    result = result_of(reasons)
    return Judged(
        sighting,
        timing,
        resolved,
        worker_id,
        lookup.worker_businesses.get(worker_id or 0, device.business_id),
        action,
        tuple(reasons),
        is_effective=result != "rejected" and not is_withheld(reasons),
        held=lookup.licenses.get(worker_id or 0, ()),
    )


def _worker(
    sighting: Sighting, lookup: Lookup, device: ScanningDevice
) -> tuple[int | None, tuple[str, ...]]:
    meant = lookup.worker_of(sighting)
    if device.worker_id is not None:
        named = sighting.worker_id if meant is None else meant
        is_other = named is not None and named != device.worker_id
        return device.worker_id, ("worker_mismatch",) if is_other else ()
    is_named = sighting.worker_id is not None or sighting.named_worker is not None
    return meant, ("worker_unknown",) if is_named and meant is None else ()


def row_of(
    judged: Judged, orders: Mapping[int, LockedOrder], device: ScanningDevice
) -> dict[str, Any]:
    """A scan's row in tracks; what it does to its locked order is folded here."""
    sighting, timing = judged.sighting, judged.timing
    order = None if judged.resolved.order_id is None else orders[judged.resolved.order_id]
    license_ = _license(judged, order)
    verdict = _verdict(judged, order, is_licensed=license_ != UNLICENSED)
    place = sighting.place
    return {
        "event_id": sighting.event_id,
        "kind": "scan",
        "order_id": None if order is None else order.id,
        "order_version": None if order is None else order.take_version(),
        "order_email": sighting.order_email,
        "worker_id": judged.worker_id,
        "device_id": device.id,
        "code_digest": sighting.code_digest,
        "content_digest": sighting.content_digest,
        "source": sighting.source,
        "action": judged.action,
        "occurred_at": timing.occurred_at,
        "effective_at": timing.effective_at,
        "received_at": timing.received_at,
        "clock": timing.clock,
        "offset_ms": verdicts.milliseconds(timing.offset),
        "seq": sighting.seq,
        "location": place.words,
        "lat_e6": verdicts.micro_degrees(place.lat),
        "lon_e6": verdicts.micro_degrees(place.lon),
        "piece": _piece(judged),
        "note": sighting.note,
        "forced": sighting.force_reason is not None,
        "force_reason": sighting.force_reason,
        "result": verdict.result,
        "reasons": ",".join(verdict.reasons),
        "verdict": verdict.as_text(),
        "license": license_,
    }


def _piece(judged: Judged) -> int | None:
    return judged.resolved.piece if judged.resolved.piece is not None else judged.sighting.piece


def _license(judged: Judged, order: LockedOrder | None) -> str | None:
    """What the row keeps of the worker's license, where this scan could start what requires one.

    A phone says its own time: a license that ended before the order was placed never counts for it.
    """
    if order is None or judged.action not in COULD_START:
        return None
    if judged.action == SCANNED and order.starts_at is None:
        return None
    at = max(judged.timing.effective_at, order.created_at)
    return prove(order.required, judged.held, at)


def _verdict(judged: Judged, order: LockedOrder | None, *, is_licensed: bool) -> Verdict:
    if order is None:
        return verdicts.without_order(judged.reasons)
    reasons = [*judged.reasons]
    if judged.timing.effective_at < order.created_at:
        reasons.append("before_order")
    timing = judged.timing
    if order.is_outside(timing.effective_at):
        reasons.append("outside_window")
    is_effective = judged.is_effective
    if order.business_id != judged.business_id:
        reasons.append(verdicts.WRONG_BUSINESS)
        is_effective = False
    if not is_effective:
        return verdicts.without_effect(reasons, order.state, order.piece_count)
    before, entry = order.state.status, _entry(judged, reasons, is_licensed=is_licensed)
    step, is_late = order.history.add(entry)
    if order.starts_at is not None and not follow(order.id, before, order.state):
        order.history.drop(entry)
        return verdicts.without_effect([*reasons, SLOT_TAKEN], order.state, order.piece_count)
    if is_news(step, is_late=is_late, effective_at=timing.effective_at, at=timing.received_at):
        order.news.append(step.after)
    # Read twice, a scan is its own repetition, and no business repeat (scans.md 4).
    is_double_read = "double_read" in reasons
    reasons.extend(
        one for one in step.reasons if not (is_double_read and one == "already_in_state")
    )
    if is_late and result_of(reasons) == "accepted" and order.state.status == before:
        reasons.append("late_no_change")
    return verdicts.with_step(reasons, step, order.state, order.piece_count)


def _entry(judged: Judged, reasons: Sequence[str], *, is_licensed: bool) -> Entry:
    place, timing = judged.sighting.place, judged.timing
    lat, lon = verdicts.micro_degrees(place.lat), verdicts.micro_degrees(place.lon)
    is_placed = timing.clock == TRUSTED_CLOCK and lat is not None and lon is not None
    return Entry(
        effective_at=timing.effective_at,
        seq=judged.sighting.seq or 0,
        event_id=judged.sighting.event_id,
        action=judged.action,
        forced=judged.sighting.force_reason is not None,
        piece=_piece(judged),
        worker_id=judged.worker_id,
        location=place.words,
        position=Position(lat or 0, lon or 0, timing.effective_at) if is_placed else None,
        counts=does_count(reasons),
        is_licensed=is_licensed,
    )
