"""Rows compared with what their records tell by value: a role or a price changed in SQL (ledger.md 3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.database import AnyRow, db
from app.models import (
    HOUSE,
    AuditEvent,
    Base,
    Business,
    Device,
    License,
    LicenseType,
    Order,
    Review,
    Service,
    User,
    Worker,
)
from app.operations.audit.findings import Finding
from app.operations.audit.reading import LEAST_ID, UNREADABLE, refuse_silence
from app.operations.audit.state_devices import find_device_origins
from app.operations.audit.state_revived import find_revived
from app.operations.ledger.subjects import SUBJECTS, default_of
from app.support.clock import instant_text

VALUED: tuple[type[Base], ...] = (
    User,
    Worker,
    Service,
    Order,
    Device,
    Business,
    Review,
    LicenseType,
    License,
)
CHUNK = 200

# An order's status is folded, and its deletion compared with the record of it.
_UNCHECKED: dict[type[Base], set[str]] = {Order: {"status", "deleted_at"}}
_COLUMNS = {model: sorted(SUBJECTS[model].shown - _UNCHECKED.get(model, set())) for model in VALUED}

_MIGRATED = (Business, HOUSE)
"""Made by the migration: its first record tells a change, not all of it."""

_DEFAULTS = {
    model: {name: default_of(model, name) for name in names} for model, names in _COLUMNS.items()
}


def _ids_of(model: Any) -> Select[int]:
    return select(model.id).where(model.id > bindparam("after")).order_by(model.id).limit(CHUNK)


def _values_of(model: Any) -> Select[Any]:
    columns = [getattr(model, name) for name in _COLUMNS[model]]
    return select(model.id, *columns).where(model.id.in_(bindparam("ids", expanding=True)))


_IDS = {model: _ids_of(model) for model in VALUED}
_VALUES = {model: _values_of(model) for model in VALUED}
_RECORDS = (
    select(AuditEvent.resource_id, AuditEvent.seq, AuditEvent.data)
    .where(
        AuditEvent.resource_type == bindparam("type"),
        AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
        AuditEvent.seq.is_not(None),
    )
    .order_by(AuditEvent.resource_id, AuditEvent.seq)
    .execution_options(yield_per=1000)  # one row may have any number of records
)


def verify_values(progress: Callable[[int], None]) -> Iterator[Finding]:
    """Findings about rows that have other values than their records tell."""
    for model in VALUED:
        after = LEAST_ID
        while ids := db.session.execute(_IDS[model], {"after": after}).scalars().all():
            yield from _verify(model, ids)
            after = ids[-1]
            progress(len(ids))


def _verify(model: type[Base], ids: Sequence[int]) -> list[Finding]:
    try:
        return list(_findings(model, ids))
    except UNREADABLE as error:
        refuse_silence(error)
        if len(ids) > 1:
            return [finding for one in ids for finding in _verify(model, [one])]
        words = "it or its records cannot be read"
        return [Finding("value_mismatch", model.__tablename__, ids[0], words=words)]


def _findings(model: type[Base], ids: Sequence[int]) -> Iterator[Finding]:
    table = model.__tablename__
    told = _told(model, ids)
    rows = db.session.connection().execute(_VALUES[model], {"ids": ids}).all()
    if model is Device:
        unmade = [row for row in rows if "origin" not in told.get(row.id, {})]
        for row_id, values in find_device_origins(unmade).items():
            told[row_id] = values | told.get(row_id, {})
    if model is Order:
        for row_id, values in find_revived(told).items():
            told[row_id] |= values
    for row in rows:
        values = told.get(row.id, {})
        wrong = list(_differences(row, values, _COLUMNS[model]))
        if wrong:
            yield Finding("value_mismatch", table, row.id, words="; ".join(wrong))
        elif model is Device and "origin" not in values:
            yield Finding("missing_record", table, row.id)


def _told(model: type[Base], ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Each row's newest values by its records, where they tell any; a new row's tells them all."""
    told: dict[int, dict[str, Any]] = {}
    named = {"type": SUBJECTS[model].word, "ids": ids}
    with db.session.connection().execute(_RECORDS, named) as records:
        for record in records.mappings():
            row_id: int = record["resource_id"]
            if record["seq"] == 1 and (model, row_id) != _MIGRATED:
                told[row_id] = dict(_DEFAULTS[model])
            if changes := json.loads(record["data"]).get("changes"):
                of_row = told.setdefault(row_id, {})
                of_row |= {name: new for name, (_, new) in changes.items()}
    return told


def _differences(row: AnyRow, told: Mapping[str, Any], columns: Sequence[str]) -> Iterator[str]:
    for name in columns:
        value = getattr(row, name)
        if name in told and not _is_as_told(value, told[name]):
            yield f"{name} is {value} and should be {told[name]}"


def _is_as_told(value: Any, told: Any) -> bool:
    if isinstance(value, Decimal) and isinstance(told, str):
        return value == Decimal(told)
    return bool((instant_text(value) if isinstance(value, datetime) else value) == told)
