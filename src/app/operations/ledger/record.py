"""`record(ACTION, subject, ...)`: one ledger row of a change, in the change's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, inspect
from sqlalchemy.orm import Session

from app.database import before_commit, db
from app.database.prepared import Prepared
from app.extensions import signing_keys
from app.models import AuditEvent, Base, Device, Order
from app.operations.actors import Actor
from app.operations.ledger import circumstances
from app.operations.ledger.actions import Action
from app.operations.ledger.changes import in_words, refuse_leftovers, take_changes
from app.operations.ledger.circumstances import Circumstances
from app.operations.ledger.macs import EVENTS, canonical, sign
from app.operations.ledger.subjects import subject_of
from app.support.signing import KeyRing

_NOT_OF_RECORDS = frozenset({"id", "seal_id"})
INSERT = Prepared(
    insert(AuditEvent).values(
        {
            column.key: bindparam(column.key, type_=column.type)
            for column in AuditEvent.__table__.columns
            if column.key not in _NOT_OF_RECORDS
        }
    )
)

_WAITING = "ledger_entries"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a subject, where its row is not at hand."""

    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a record before the transaction's end."""

    action: Action
    actor: Actor
    values: dict[str, Any]
    data: dict[str, Any]
    pii: dict[str, Any]


def record(
    action: Action,
    subject: Base | Account | None = None,
    *,
    made: Base | None = None,
    actor: Actor,
    **data: Any,
) -> None:
    """Record a change of this transaction; call it once for each, when the change is made.

    Flushes the change, and reads its old and new values from the attribute history; `seq` is the
    subject's version, where the change raised it. The rows are written by one INSERT at the end of
    the transaction, when the answer's status is known. `data` has the keys that the registry
    allows, and no secrets and no contact data. `made` is a row that came about besides, and has
    no record of its own. A savepoint may not be open: it could take the change back alone.
    """
    entry = _entry(action, subject, made, actor, data)
    waiting: list[Entry] = db.session().info.setdefault(_WAITING, [])
    waiting.append(entry)
    if len(waiting) == 1:
        before_commit(_write)


def record_shown(action: Action, subject: Base, *, actor: Actor, **data: Any) -> bytes | None:
    """Record a change whose MAC its own answer shows; that MAC.

    The row is written at once where the status of the answer is said already: the MAC covers it.
    Else it is written as any other is, and there is nothing to show: None.
    """
    status = circumstances.present().status_code
    if status is None:
        record(action, subject, actor=actor, **data)
        return None
    entry = _entry(action, subject, None, actor, data)
    session = db.session()
    before_commit(refuse_leftovers)
    row = row_of(entry, circumstances.present(), signing_keys.ring)
    INSERT.each(session.connection(), [row])
    mac: bytes = row["mac"]
    return mac


def _entry(
    action: Action,
    subject: Base | Account | None,
    made: Base | None,
    actor: Actor,
    data: dict[str, Any],
) -> Entry:
    if unknown := data.keys() - action.data_keys:
        raise ValueError(f"{action.word} does not know {', '.join(sorted(unknown))}")
    session = db.session()
    if session.in_nested_transaction():
        raise RuntimeError("a record in a savepoint could outlive its change")
    session.flush()
    if made is not None:
        take_changes(session, made)
    values: dict[str, Any] = {}
    pii: dict[str, Any] = {}
    if isinstance(subject, Account):
        values |= {
            "resource_type": "user",
            "resource_id": subject.id,
            "subject_user_id": subject.id,
        }
    elif subject is not None:
        kind = subject_of(subject)
        changes = take_changes(session, subject)
        said, pii = in_words(kind, changes.pairs if changes is not None else {})
        data = {**said, **data}
        values["resource_type"] = kind.word
        values["resource_id"] = subject.id  # type: ignore[attr-defined]
        values["seq"] = _version_after(subject, is_flushed=changes is not None)
        if kind.account is not None:
            values["subject_user_id"] = getattr(subject, kind.account)
    return Entry(action, actor, values, data, pii)


def _version_after(subject: Base, *, is_flushed: bool) -> int | None:
    """Orders and devices are also changed by statements of their own, which raise the version."""
    version: int | None = getattr(subject, "version", None)
    if version is not None and inspect(subject).deleted:
        return version + 1
    return version if is_flushed or isinstance(subject, Order | Device) else None


def _write(session: Session) -> None:
    refuse_leftovers(session)
    present, ring = circumstances.present(), signing_keys.ring
    entries: list[Entry] = session.info.pop(_WAITING)
    rows = [row_of(entry, present, ring) for entry in entries]
    INSERT.each(session.connection(), rows)


def row_of(entry: Entry, present: Circumstances, ring: KeyRing, **more: Any) -> dict[str, Any]:
    """An entry as its signed row; every column is named, so that one INSERT takes them all."""
    actor = entry.actor
    values = {
        "at": present.at,
        "user_id": actor.user_id,
        "device_id": actor.device_id,
        "actor_role": actor.role.value,
        "actor_label": actor.label or actor.role.value,
        "action": entry.action.word,
        "resource_type": None,
        "resource_id": None,
        "subject_user_id": None,
        "seq": None,
        "outcome": entry.action.outcome,
        "status_code": present.status_code,
        "method": present.method,
        "route": present.route,
        "request_id": present.request_id,
        "data": canonical(entry.data).decode(),
        "ip_address": present.ip_address,
        "user_agent": present.user_agent,
        "pii": canonical(entry.pii).decode() if entry.pii else None,
        "count": 1,
        "refusal_key": None,
        "address_key": None,
        "slot": None,
        **entry.values,
        **more,
    }
    return sign(EVENTS, values, ring)
