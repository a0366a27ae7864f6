"""Refusals: failed logins, denied access, faults; equal ones of a minute are one row with a count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from secrets import choice
from typing import Any

import structlog
from sqlalchemy import bindparam, or_, select, update

from app.database import db, impatient, replaying
from app.database.guard import UNRECORDED
from app.extensions import signing_keys
from app.models import AuditEvent, User
from app.operations.actors import NOBODY, Actor
from app.operations.ledger import circumstances
from app.operations.ledger.actions import ACTIONS, Action
from app.operations.ledger.circumstances import Circumstances
from app.operations.ledger.macs import EVENTS, canonical, mac_of
from app.operations.ledger.proofs import fault_of
from app.operations.ledger.record import INSERT, Entry, row_of
from app.support import clock

log = structlog.get_logger(__name__)

ROWS_A_MINUTE = 100
"""Of one address; what is beyond is counted in the last of them, one for each action."""

_OVERFLOWS = [action for action in ACTIONS.values() if action.outcome != "success"]
_SLOTS = frozenset(range(1, ROWS_A_MINUTE + 1 - len(_OVERFLOWS)))

_KNOWN = (
    select(AuditEvent.__table__)
    .where(AuditEvent.refusal_key == bindparam("key"))
    .with_for_update()
    .suffix_with("WAIT 1", dialect="mysql")
)
_TAKEN = select(AuditEvent.slot).where(AuditEvent.address_key == bindparam("address"))
_NAMED = select(User.id).where(
    or_(User.username == bindparam("name"), User.login_phone == bindparam("name"))
)
_COUNT = (
    update(AuditEvent)
    .where(AuditEvent.id == bindparam("row_id"), AuditEvent.seal_id.is_(None))
    .values(count=bindparam("new_count"), mac=bindparam("new_mac"), key_id=bindparam("new_key"))
    .execution_options(synchronize_session=False, **UNRECORDED)
)


NO_LOGIN = "(no address, and nobody's user name)"
"""Told in the place of a login that may have been a password in the wrong field."""


class _Count(Enum):
    """What became of the attempt to count a refusal in a row that is there."""

    DONE = auto()
    NO_ROW = auto()
    NO_USE = auto()


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
    route. Waits a second at most for a lock at each try; raises Unavailable when the database has
    no time for it.
    """
    if unknown := data.keys() - action.data_keys:
        raise ValueError(f"{action.word} does not know {', '.join(sorted(unknown))}")
    entry = Entry(action, actor, {}, data, {})
    with impatient():
        replaying(lambda: _count_or_insert(entry, address, tried_login))


def _count_or_insert(entry: Entry, address: str, tried_login: str | None) -> None:
    present = replace(circumstances.present(), at=clock.now())
    minute, actor = present.at.replace(second=0, microsecond=0), entry.actor
    who = [actor.role.value, actor.user_id, actor.device_id, tried_login]
    equal = _keyed(minute, address, who, entry.action.word, present.route)
    counted = _count_again(equal)
    if counted is _Count.DONE:
        return
    if tried_login is not None:
        entry = replace(entry, pii={"tried_login": _as_login(tried_login)})
    if counted is _Count.NO_USE:
        _insert(entry, present)
        return
    of_address = _keyed(minute, address)
    taken = db.session.connection().execute(_TAKEN, {"address": of_address}).scalars()
    if free := _SLOTS - set(taken):
        slot = choice(list(free))
        _insert(entry, present, refusal_key=equal, address_key=of_address, slot=slot)
    else:
        _count_beyond(entry.action, entry.data, present, address, minute)


def _count_beyond(
    action: Action, data: dict[str, Any], present: Circumstances, address: str, minute: datetime
) -> None:
    """Count in the address's last row for this action: of nobody, at no route in particular."""
    entry, present = Entry(action, NOBODY, {}, data, {}), replace(present, route=None)
    beyond = _keyed(minute, address, "beyond", action.word)
    counted = _count_again(beyond)
    if counted is _Count.NO_ROW:
        of_address, slot = _keyed(minute, address), ROWS_A_MINUTE - _OVERFLOWS.index(action)
        _insert(entry, present, refusal_key=beyond, address_key=of_address, slot=slot)
    elif counted is _Count.NO_USE:
        _insert(entry, present)


def _insert(entry: Entry, present: Circumstances, **keys: Any) -> None:
    INSERT.insert(db.session.connection(), row_of(entry, present, signing_keys.ring, **keys))


def _as_login(tried: str) -> str:
    """What was typed as a login, unless it may be a password in the wrong field."""
    if "@" in tried or db.session.connection().execute(_NAMED, {"name": tried}).first():
        return tried
    return NO_LOGIN


def _keyed(*parts: Any) -> bytes:
    return signing_keys.ring.current.mac(b"refusal-v1\0" + canonical(parts))


def _count_again(refusal_key: bytes) -> _Count:
    """Count once more in the row of this key.

    Of no use is one that is sealed already, which takes a clock that was set back, and one that
    is not what we wrote: signing it anew would make a forgery genuine.
    """
    connection, key = db.session.connection(), signing_keys.ring.current
    known = connection.execute(_KNOWN, {"key": refusal_key}).mappings().first()
    if known is None:
        return _Count.NO_ROW
    if fault_of(EVENTS, dict(known), signing_keys.ring) is not None:
        log.error("refusal_row_is_not_ours", row=known["id"])
        return _Count.NO_USE
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
    return _Count.DONE if counted.rowcount else _Count.NO_USE
