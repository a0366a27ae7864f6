"""What a transaction has changed so far, old and new, from SQLAlchemy's attribute history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, UOWTransaction

from app.database import db
from app.database.guard import UnrecordedChange
from app.models import Track
from app.operations.ledger.subjects import SUBJECTS, Subject, default_of
from app.support.clock import instant_text

_KEPT = "ledger_changes"
_DEFAULTS = {
    model: {name: default_of(model, name) for name in subject.told}
    for model, subject in SUBJECTS.items()
}


@dataclass(slots=True)
class Changes:
    """What was flushed of one row: each column's first old and last new value."""

    is_new: bool
    pairs: dict[str, list[Any]] = field(default_factory=dict)


@event.listens_for(db.session, "before_flush")
def _keep_changes(session: Session, _flush: UOWTransaction, _objects: object) -> None:
    """A flush forgets what was before: keep it until it is recorded."""
    for row in (*session.new, *session.dirty):
        subject = SUBJECTS.get(type(row))
        if (
            subject is None
            or isinstance(row, Track)
            or not session.is_modified(row, include_collections=False)
        ):
            continue
        of_rows: dict[Any, Changes] = session.info.setdefault(_KEPT, {})
        kept = of_rows.setdefault(row, Changes(row in session.new))
        attributes = inspect(row).attrs
        for name in subject.told:
            history = attributes[name].history
            if history.has_changes():
                old = history.deleted[0] if history.deleted else None
                new = history.added[0] if history.added else None
                kept.pairs.setdefault(name, [old, None])[1] = new


def take_changes(session: Session, row: Any) -> Changes | None:
    """What was flushed of a row since its last record; None when nothing was.

    Of a new row it is every column that has a value now, the database's defaults included.
    """
    of_rows: dict[Any, Changes] = session.info.get(_KEPT, {})
    changes = of_rows.pop(row, None)
    if changes is not None and changes.is_new:
        changes.pairs = {
            name: [default, getattr(row, name)] for name, default in _DEFAULTS[type(row)].items()
        }
    return changes


def refuse_leftovers(session: Session) -> None:
    """Raise UnrecordedChange for rows that were flushed and stand in no record."""
    of_rows: dict[Any, Changes] = session.info.get(_KEPT, {})
    if of_rows:
        tables = sorted({row.__tablename__ for row in of_rows})
        raise UnrecordedChange(f"changed beside what was recorded: {', '.join(tables)}")


def in_words(
    subject: Subject, pairs: Mapping[str, list[Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changes as (data, pii): shown columns by value, personal ones by value in the second alone."""
    net = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    values = {name: list(map(_plain, pair)) for name, pair in net.items()}
    shown = {name: pair for name, pair in values.items() if name in subject.shown}
    personal = {name: pair for name, pair in values.items() if name in subject.personal}
    hidden = sorted(net.keys() - subject.shown)
    data: dict[str, Any] = {}
    if shown:
        data["changes"] = shown
    if hidden:
        data["changed"] = hidden
    return data, {"changes": personal} if personal else {}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return str(value) if isinstance(value, Decimal) else value
