"""Pruning: what nobody can use any more and nothing has to prove, deleted a month later.

Orders, scans, the ledger, accounts and devices stay, and so does every Idempotency-Key: the first
answer to it counts for good (contract.md 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from app.database import db, reading, replaying
from app.database.guard import UNRECORDED
from app.models import (
    AdminSession,
    Base,
    OutboxMessage,
    PasswordLink,
    PendingSignIn,
    TokenFamily,
)
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support import clock

KEPT_FOR: Final = timedelta(days=30)
BATCH: Final = 500
"""Rows that one transaction deletes."""

ENDS: Final[Mapping[type[Base], Any]] = MappingProxyType(
    {
        OutboxMessage: OutboxMessage.sent_at,
        AdminSession: AdminSession.expires_at,
        TokenFamily: TokenFamily.expires_at,
        PasswordLink: PasswordLink.expires_at,
        PendingSignIn: PendingSignIn.expires_at,
    }
)
"""When a row of each table became useless. What was ended early waits for its expiry all the same:
an id that is given anew must not meet a token that still bears the old one."""


def prune(
    *, progress: Callable[[str, int], None] = lambda _, __: None, actor: Actor
) -> dict[str, int]:
    """Delete what has been over for 30 days; how many rows of which table.

    At most 500 rows in a transaction of its own; `progress` is told of each. Raises
    PermissionDenied.
    """
    admins_only(actor)
    pruned: dict[str, int] = {}
    for model in ENDS:
        table = model.__tablename__
        pruned[table], after = 0, 0
        while (found := replaying(partial(_prune, model, after))) is not None:
            count, after = found
            pruned[table] += count
            progress(table, count)
    return pruned


def _prune(model: Any, after: int) -> tuple[int, int] | None:
    """Delete the next rows beyond the id `after`; how many, and the last one's id, None at the end."""
    is_over = ENDS[model] < bindparam("before", type_=ENDS[model].type)
    before = {"before": clock.now() - KEPT_FOR}
    look = select(model.id).where(model.id > after, is_over).order_by(model.id).limit(BATCH)
    with reading() as session:
        ids = session.scalars(look, before).all()
    if not ids:
        return None
    gone = delete(model).where(model.id.in_(ids), is_over).execution_options(**UNRECORDED)
    return db.session.connection().execute(gone, before).rowcount, ids[-1]
