"""Refusals: failed logins, denied access, faults; equal ones of a minute are one row with a count."""

from __future__ import annotations

from secrets import choice
from typing import Any

from sqlalchemy import bindparam, select, update

from app.database import db, replaying
from app.database.guard import UNRECORDED
from app.errors import Unavailable
from app.extensions import signing_keys
from app.models import AuditEvent
from app.operations.actors import Actor
from app.operations.ledger import circumstances
from app.operations.ledger.actions import Action
from app.operations.ledger.macs import EVENTS, canonical, mac_of
from app.operations.ledger.record import INSERT, Entry, row_of
from app.support import clock
from app.support.signing import SigningKey

ROWS_A_MINUTE = 100
"""Of one address; what is beyond is counted in the last of them."""

_KNOWN = (
    select(AuditEvent.__table__).where(AuditEvent.refusal_key == bindparam("key")).with_for_update()
)
_TAKEN = select(AuditEvent.slot).where(AuditEvent.address_key == bindparam("address"))
_COUNT = (
    update(AuditEvent)
    .where(AuditEvent.id == bindparam("row_id"), AuditEvent.seal_id.is_(None))
    .values(count=bindparam("new_count"), mac=bindparam("new_mac"), key_id=bindparam("new_key"))
    .execution_options(synchronize_session=False, **UNRECORDED)
)


def record_refusal(
    action: Action,
    *,
    address: str,
    tried_login: str | None = None,
    actor: Actor,
    **data: Any,
) -> None:
    """Record a refusal in a transaction of its own; the request's must be over (ledger.md 1).

    Equal are those of one minute with the same client address, actor or tried login, action and
    route. Raises Unavailable when the database has no time for it.
    """
    if unknown := data.keys() - action.data_keys:
        raise ValueError(f"{action.word} does not know {', '.join(sorted(unknown))}")
    pii = {"tried_login": tried_login} if tried_login is not None else {}
    entry = Entry(action, actor, {}, data, pii)
    replaying(lambda: _count_or_insert(entry, address, tried_login))


def _count_or_insert(entry: Entry, address: str, tried_login: str | None) -> None:
    key, present, actor = signing_keys.ring.current, circumstances.present(), entry.actor
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    address_key = _keyed(key, minute, address)
    who = [actor.role.value, actor.user_id, actor.device_id, tried_login]
    refusal_key = _keyed(key, minute, address, who, entry.action.word, present.route)
    if _count_again(refusal_key, key):
        return
    taken = db.session.connection().execute(_TAKEN, {"address": address_key}).scalars()
    free = set(range(1, ROWS_A_MINUTE)) - set(taken)
    if not free:
        refusal_key = _keyed(key, minute, address, "more")
        if _count_again(refusal_key, key):
            return
    more = {
        "at": now,
        "refusal_key": refusal_key,
        "address_key": address_key,
        "slot": choice(list(free)) if free else ROWS_A_MINUTE,
    }
    row = row_of(entry, present, signing_keys.ring, **more)
    db.session.connection().execute(INSERT, row)


def _keyed(key: SigningKey, *parts: Any) -> bytes:
    return key.mac(b"refusal-v1\0" + canonical(parts))


def _count_again(refusal_key: bytes, key: SigningKey) -> bool:
    connection = db.session.connection()
    known = connection.execute(_KNOWN, {"key": refusal_key}).mappings().first()
    if known is None:
        return False
    row = {**known, "count": known["count"] + 1, "key_id": key.key_id}
    counted = connection.execute(
        _COUNT,
        {
            "row_id": row["id"],
            "new_count": row["count"],
            "new_mac": mac_of(EVENTS, row, key),
            "new_key": key.key_id,
        },
    )
    if counted.rowcount == 0:
        raise Unavailable  # its minute is long over and its row is sealed
    return True
