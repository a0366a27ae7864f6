"""The business rows derived again: versions that the ledger covers, and what it knows of and is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from app.database import db
from app.models import (
    AuditEvent,
    Base,
    Business,
    Device,
    License,
    LicenseType,
    Order,
    Review,
    Service,
    Track,
    User,
    Worker,
)
from app.operations.audit.findings import Finding
from app.operations.audit.reading import LEAST_ID
from app.operations.audit.state_claims import count_taking, verify_claims
from app.operations.audit.state_orders import verify_orders
from app.operations.audit.state_scans import verify_decisions
from app.operations.audit.state_values import VALUED, verify_values
from app.operations.ledger.actions import SERVICE_RETIRED
from app.operations.ledger.subjects import SUBJECTS

CHUNK = 500

_COUNTED: tuple[type[Base], ...] = (
    User,
    Worker,
    Service,
    Business,
    Review,
    LicenseType,
    License,
)
_DERIVED: tuple[type[Base], ...] = (*_COUNTED, Order)
_LASTING: tuple[type[Base], ...] = (*_DERIVED, Device)
_DELETED = '%"deleted":true%'


def _versions_of(model: Any) -> Select[Any]:
    return (
        select(model.id, model.version)
        .where(model.id > bindparam("after"))
        .order_by(model.id)
        .limit(CHUNK)
    )


_SEQS = (
    select(
        AuditEvent.resource_id,
        func.count(AuditEvent.seq),
        func.count(AuditEvent.seq.distinct()),
        func.min(AuditEvent.seq),
        func.max(AuditEvent.seq),
    )
    .where(
        AuditEvent.resource_type == bindparam("type"),
        AuditEvent.resource_id.in_(bindparam("ids", expanding=True)),
        AuditEvent.seq.is_not(None),
    )
    .group_by(AuditEvent.resource_id)
)


def _gone(model: Any) -> Select[Any]:
    """Resources with records and without a row, but for services whose deletion is on record."""
    query = (
        select(AuditEvent.resource_id)
        .where(
            AuditEvent.resource_type == SUBJECTS[model].word,
            AuditEvent.resource_id > bindparam("after"),
            ~exists().where(model.id == AuditEvent.resource_id),
        )
        .group_by(AuditEvent.resource_id)
        .order_by(AuditEvent.resource_id)
        .limit(CHUNK)
    )
    if model is not Service:
        return query
    last = AuditEvent.__table__.alias()
    return query.where(
        ~exists().where(
            last.c.resource_type == SUBJECTS[Service].word,
            last.c.resource_id == AuditEvent.resource_id,
            last.c.action == SERVICE_RETIRED.word,
            last.c.data.like(_DELETED),
        )
    )


_VERSIONS = {model: _versions_of(model) for model in _COUNTED}
_GONE = {model: _gone(model) for model in _LASTING}
_TRACKED = (
    select(Track.order_id)
    .where(Track.order_id > bindparam("after"), ~exists().where(Order.id == Track.order_id))
    .group_by(Track.order_id)
    .order_by(Track.order_id)
    .limit(CHUNK)
)


def count_state() -> int:
    """How many rows `verify_state` reports as progress."""
    counts = [
        select(func.count()).select_from(model.__table__).scalar_subquery()
        for model in (*_DERIVED, *VALUED)
    ]
    return sum(db.session.execute(select(*counts)).one()) + count_taking()


def verify_state(progress: Callable[[int], None]) -> Iterator[Finding]:
    """Findings about rows that are not what the ledger says of them (ledger.md 3)."""
    yield from verify_orders(progress)
    yield from verify_decisions()
    yield from verify_claims(progress)
    for model in _COUNTED:
        yield from _verify_versions(model, progress)
    yield from verify_values(progress)
    gone = {(model.__tablename__, one) for model in _LASTING for one in _walk(_GONE[model])}
    gone |= {(Order.__tablename__, one) for one in _walk(_TRACKED)}
    for table, row_id in sorted(gone):
        yield Finding("missing_resource", table, row_id)


def _walk(query: Select[Any]) -> Iterator[int]:
    after = LEAST_ID
    while found := db.session.execute(query, {"after": after}).scalars().all():
        yield from found
        after = found[-1]


def _verify_versions(model: type[Base], progress: Callable[[int], None]) -> Iterator[Finding]:
    after = LEAST_ID
    while rows := db.session.execute(_VERSIONS[model], {"after": after}).all():
        named = {"type": SUBJECTS[model].word, "ids": [row.id for row in rows]}
        seqs = {row[0]: tuple(row[1:]) for row in db.session.execute(_SEQS, named)}
        for row_id, version in rows:
            if not version and row_id not in seqs:
                continue  # the house, as the migration made it
            if (found := seqs.get(row_id)) != (version, version, 1, version):
                records = 0 if found is None else found[0]
                words = f"it is at version {version}, with {records} records"
                yield Finding("version_gap", model.__tablename__, row_id, words=words)
        after = rows[-1].id
        progress(len(rows))
