"""A status that a person sets: a command, which the fold applies unconditionally (scans.md 6)."""

from __future__ import annotations

import json
from datetime import datetime

from app.database import db
from app.extensions import signing_keys
from app.models import Order, Track
from app.operations.actors import Actor
from app.operations.ledger.macs import TRACKS, sign
from app.operations.outbox.appointments import announce_status, remind_again
from app.operations.tracks import verdicts
from app.operations.tracks.calling_off import CANCELLED, say_why
from app.operations.tracks.claims import must_follow
from app.operations.tracks.fold import Entry
from app.operations.tracks.histories import read_history, write_projection
from app.support.tokens import new_event_id, token_digest


def command_status(
    order: Order,
    status: str,
    *,
    reason: str | None,
    is_forced: bool = False,
    at: datetime,
    actor: Actor,
) -> Track:
    """Set a locked order's status by command, and keep the command among its events.

    `order` comes from operations/tracks/lock.py. Who may command what is the caller's rule, and so
    is the ledger's word for it. An appointment's place in the calendars follows; `is_forced` is
    for one that leaves the path of its life (tracks/visits.py). Raises SlotUnavailable where that
    place is somebody else's by now.
    """
    connection = db.session.connection()
    event_id = new_event_id()
    locked = read_history(connection, order.id, earliest=at)
    entry = Entry(
        effective_at=at,
        seq=0,
        event_id=event_id,
        action=status,
        is_command=True,
        forced=is_forced,
    )
    step, _ = locked.history.add(entry)
    before = order.status
    if order.starts_at is not None:
        must_follow(order.id, before, locked.state)
        now = locked.state.status
        say_why(order, now, reason=reason, role=actor.role, user_id=actor.user_id)
    verdict = verdicts.with_step((), step, locked.state, order.piece_count)
    values = {
        "event_id": event_id,
        "kind": "command",
        "order_id": order.id,
        "order_version": order.version,
        "user_id": actor.user_id,
        "content_digest": token_digest(json.dumps([event_id, status, reason])),
        "action": status,
        "occurred_at": at,
        "effective_at": at,
        "received_at": at,
        "clock": "trusted",
        "note": reason,
        "forced": is_forced,
        "result": verdict.result,
        "reasons": ",".join(verdict.reasons),
        "verdict": verdict.as_text(),
    }
    track = Track(**sign(TRACKS, values, signing_keys.ring))
    db.session.add(track)
    write_projection(order, locked.state)
    db.session.flush()
    if order.status != before:
        announce_status(order)
        if before == CANCELLED:
            remind_again(order, at=at)
    return track
