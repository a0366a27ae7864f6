"""Looking into the ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app import database
from app.models import AuditEvent, Track
from app.support.logs import hide
from tests.factories import PASSWORD


def events(**wanted: Any) -> list[AuditEvent]:
    """The records with these values, oldest first."""
    with database.transaction(write=False) as session:
        query = select(AuditEvent).filter_by(**wanted).order_by(AuditEvent.id)
        return list(session.scalars(query.execution_options(populate_existing=True)))


def event(**wanted: Any) -> AuditEvent:
    """The one record with these values."""
    [found] = events(**wanted)
    return found


def data_of(row: AuditEvent) -> Any:
    return json.loads(row.data)


def pii_of(row: AuditEvent) -> Any:
    return None if row.pii is None else json.loads(row.pii)


def scans() -> int:
    """How many scans are recorded: each is a record of its own."""
    with database.transaction(write=False) as session:
        return len(session.scalars(select(Track.id).where(Track.kind == "scan")).all())


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{5,}")
# Their names are an admin's words, and the fuzzed ones of some tests are anything at all.
_NOBODYS = ("service", "device")


def told_of_people() -> list[str]:
    """The records whose data holds an e-mail address, a phone number, a password or a token."""
    with database.transaction(write=False) as session:
        about = AuditEvent.resource_type
        query = select(AuditEvent.data).where(about.is_(None) | about.not_in(_NOBODYS))
        told = session.scalars(query.distinct()).all()
        labels = session.scalars(select(AuditEvent.actor_label).distinct()).all()
    told_in_data = [data for data in told if any(map(_is_private, _leaves(_parsed(data))))]
    return told_in_data + [label for label in labels if _is_private(label)]


def _parsed(data: str) -> Any:
    """What an attacker of a test wrote may be no JSON."""
    try:
        return json.loads(data)
    except ValueError:
        return data


def _is_private(value: str) -> bool:
    is_date_or_id = _DATE.match(value) or _UUID.fullmatch(value)
    is_phone = _PHONE.fullmatch(value) is not None and not is_date_or_id
    return is_phone or PASSWORD in value or hide(value) != value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value
