"""An order folded again from its start, because a person judged one of its scans (scans.md 8)."""

from __future__ import annotations

from app.database import db
from app.models import Order, Track
from app.operations.outbox.appointments import announce_status
from app.operations.tracks.calling_off import say_why_again
from app.operations.tracks.claims import must_follow
from app.operations.tracks.fold import Step
from app.operations.tracks.histories import applied_entry, read_whole_history, write_projection
from app.operations.tracks.news import is_news
from app.operations.tracks.verdicts import Verdict, with_step


def refold(order: Order, judgement: Track) -> Verdict:
    """Fold a locked order anew, without the voided scan or with the applied one.

    Raises SlotUnavailable for an appointment that would be active again, in a time that is given
    to somebody else.
    """
    connection = db.session.connection()
    before, since = order.status, order.status_since
    locked = read_whole_history(connection, order.id, voiding=judgement.target_event_id)
    if judgement.kind == "void":
        is_told = True
    else:
        made, is_late = locked.history.add(applied_entry(judgement))
        scanned_at, at = judgement.effective_at, judgement.received_at
        is_told = is_news(made, is_late=is_late, effective_at=scanned_at, at=at)
    state = locked.state
    if order.starts_at is not None:
        must_follow(order.id, before, state)
        say_why_again(order, state.status)
    write_projection(order, state)
    step = Step(before, state.status, since, applied=state.status != before)
    if step.applied and is_told:
        announce_status(order)
    return with_step((), step, state, order.piece_count)
