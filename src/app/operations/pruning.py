"""Pruning: what nobody can use any more and nothing has to prove, deleted some time later.

Orders, scans, the ledger, accounts and devices stay, and so does every Idempotency-Key: the first
answer to it counts for good (contract.md 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from app.database import db, reading, replaying
from app.database.guard import UNRECORDED
from app.models import (
    Base,
    BrowserSession,
    EmailVerification,
    FeedEvent,
    Notification,
    OutboxMessage,
    PasswordLink,
    PendingSignIn,
    TokenFamily,
    WebhookDelivery,
)
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support import clock

KEPT_FOR: Final = timedelta(days=30)
FEED_KEPT_FOR: Final = timedelta(days=7)
"""Of the feed; who was away for longer reads anew what they keep."""
BATCH: Final = 500
"""Rows that one transaction deletes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long what people may still want to see is kept: messages that were given up, since
    then; news in an inbox, since they were read, and read or not since they came.
    """

    dead: timedelta
    read: timedelta
    inbox: timedelta


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table are of no use once they have been over, by this column, for so long."""

    model: type[Base]
    end: Any
    kept_for: timedelta


def _rules(kept: Kept) -> Iterator[_Rule]:
    """What was ended early waits for its expiry all the same: an id that is given anew must not meet
    a token that still bears the old one.
    """
    yield _Rule(OutboxMessage, OutboxMessage.sent_at, KEPT_FOR)
    yield _Rule(OutboxMessage, OutboxMessage.dead_at, kept.dead)
    yield _Rule(Notification, Notification.read_at, kept.read)
    yield _Rule(Notification, Notification.created_at, kept.inbox)
    for model in (BrowserSession, TokenFamily, PasswordLink, PendingSignIn, EmailVerification):
        yield _Rule(model, model.expires_at, KEPT_FOR)
    yield _Rule(FeedEvent, FeedEvent.added_at, FEED_KEPT_FOR)
    yield _Rule(WebhookDelivery, WebhookDelivery.at, KEPT_FOR)


def prune(
    kept: Kept, *, progress: Callable[[str, int], None] = lambda _, __: None, actor: Actor
) -> dict[str, int]:
    """Delete what has been over for 30 days, of the feed for 7, and what was `kept` for its time.

    How many rows of which table. At most 500 rows in a transaction of its own; `progress` is told
    of each. Raises PermissionDenied.
    """
    admins_only(actor)
    pruned: dict[str, int] = {}
    for rule in _rules(kept):
        table, after = rule.model.__tablename__, 0
        pruned.setdefault(table, 0)
        while (found := replaying(partial(_prune, rule, after))) is not None:
            count, after = found
            pruned[table] += count
            progress(table, count)
    return pruned


def _prune(rule: _Rule, after: int) -> tuple[int, int] | None:
    """Delete the next rows beyond the id `after`; how many, and the last one's id, None at the end."""
    model: Any = rule.model
    is_over = rule.end < bindparam("before", type_=rule.end.type)
    before = {"before": clock.now() - rule.kept_for}
    look = select(model.id).where(model.id > after, is_over).order_by(model.id).limit(BATCH)
    with reading() as session:
        ids = session.scalars(look, before).all()
    if not ids:
        return None
    gone = delete(model).where(model.id.in_(ids), is_over).execution_options(**UNRECORDED)
    return db.session.connection().execute(gone, before).rowcount, ids[-1]
