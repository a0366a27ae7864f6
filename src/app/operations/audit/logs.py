"""Reading the ledger's records, each only for those who may know of it (ledger.md 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.database import db
from app.models import AuditEvent
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger.actions import ACTIONS, LOGIN_FAILED
from app.operations.ledger.subjects import RESOURCE_TYPES

SECURITY_WORDS = tuple(word for word, action in ACTIONS.items() if action.is_security)

_EVENTS = AuditEvent.__table__
_UNTOLD = {"mac", "key_id", "salt", "pii_hash", "refusal_key", "address_key", "slot"}
TOLD = [column for column in _EVENTS.columns if column.name not in _UNTOLD]
NEWEST_FIRST = (AuditEvent.at.desc(), AuditEvent.id.desc())


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which records are wanted; `since` inclusive, `until` exclusive, by the time of the change."""

    user_id: int | None = None
    actions: tuple[str, ...] | None = None
    resource_type: str | None = None
    resource_id: int | None = None
    ip_address: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logs:
    """One page of a list; `total` is how many records the filter finds in all."""

    logs: list[dict[str, Any]]
    total: int
    limit: int
    offset: int


def list_own_logs(
    wanted: LogFilter, *, about_me: bool, limit: int, offset: int, actor: Actor
) -> Logs:
    """What the actor did; with `about_me` what others did to the actor's account and orders.

    Of those others neither name, address, browser nor request is told, but their role.
    """
    if not about_me:
        return _page(conditions(replace(wanted, user_id=actor.user_id)), limit, offset)
    by_others = or_(AuditEvent.user_id.is_(None), AuditEvent.user_id != actor.user_id)
    about = [AuditEvent.subject_user_id == actor.user_id, by_others, *conditions(wanted)]
    found = _page(about, limit, offset)
    for row in found.logs:
        row["ip_address"] = row["user_agent"] = row["user_id"] = row["request_id"] = None
        row["actor_label"] = row["actor_role"]
    return found


def list_logs(wanted: LogFilter, *, limit: int, offset: int, actor: Actor) -> Logs:
    """Everybody's records, with what is erasable of them; for admins."""
    admins_only(actor)
    return _page(conditions(wanted), limit, offset)


def list_security_events(since: datetime, *, limit: int, offset: int, actor: Actor) -> Logs:
    """Records of the actions that the registry flags; for admins."""
    wanted = LogFilter(actions=SECURITY_WORDS, since=since)
    return list_logs(wanted, limit=limit, offset=offset, actor=actor)


def list_failed_logins(since: datetime, *, limit: int, offset: int, actor: Actor) -> Logs:
    """Refused logins; a row's `count` says how many it stands for. For admins."""
    wanted = LogFilter(actions=(LOGIN_FAILED.word,), since=since)
    return list_logs(wanted, limit=limit, offset=offset, actor=actor)


def conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """A filter in SQL, spelled so that it meets an index."""
    met: list[ColumnElement[bool]] = []
    if wanted.user_id is not None:
        met.append(AuditEvent.user_id == wanted.user_id)
    if wanted.actions is not None:
        met.append(AuditEvent.action.in_(wanted.actions))
    if wanted.resource_type is not None:
        met.append(AuditEvent.resource_type == wanted.resource_type)
    elif wanted.resource_id is not None:  # the index begins with the type
        met.append(AuditEvent.resource_type.in_(RESOURCE_TYPES))
    if wanted.resource_id is not None:
        met.append(AuditEvent.resource_id == wanted.resource_id)
    if wanted.ip_address is not None:
        met.append(AuditEvent.ip_address == wanted.ip_address)
    if wanted.since is not None:
        met.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        met.append(AuditEvent.at < wanted.until)
    return met


def _page(met: list[ColumnElement[bool]], limit: int, offset: int) -> Logs:
    # The index alone finds the page: rows that are skipped are not read.
    ids = select(AuditEvent.id).where(*met).order_by(*NEWEST_FIRST).limit(limit).offset(offset)
    page = ids.subquery("page")
    rows = select(*TOLD).join(page, page.c.id == AuditEvent.id).order_by(*NEWEST_FIRST)
    logs = [told(dict(row)) for row in db.session.execute(rows).mappings()]
    if 0 < len(logs) < limit:
        return Logs(logs, offset + len(logs), limit, offset)
    count = select(func.count()).select_from(AuditEvent).where(*met)
    return Logs(logs, db.session.scalar(count) or 0, limit, offset)


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose JSON is read; what was erased of it, or never there, is None."""
    pii = json.loads(row.pop("pii") or "{}")
    return {
        **row,
        "data": json.loads(row["data"]),
        "tried_login": pii.get("tried_login"),
        "personal": pii.get("changes"),
    }
