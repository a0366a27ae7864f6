"""Upgrades: asked for by the holder, decided by an admin who is somebody else (licenses.md 3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.errors import Conflict
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.licenses.change import forget_request
from app.operations.licenses.changing import get_decided, keep, refuse_ended
from app.operations.licenses.find import get_own
from app.operations.licenses.issue import refuse_too_high
from app.operations.licenses.standing import Standing


def request_upgrade(
    license_id: int, *, reason: str | None = None, at: datetime, actor: Actor
) -> Standing:
    """Ask for one's own license's next level; to ask again changes nothing.

    Raises NotFound for another person's, and Conflict for one that does not count now or is at the
    highest level.
    """
    standing = get_own(license_id, at=at, actor=actor)
    refuse_ended(standing)
    found = standing.license
    if standing.status != "valid":
        raise Conflict("This license is expired: have it renewed first.")
    if found.requested_level is not None:
        return standing
    if found.level >= found.kind.max_level:
        raise Conflict("This is the highest level.")
    found.requested_level, found.requested_at = found.level + 1, at
    found.request_reason = reason
    return keep(actions.LICENSE_REQUESTED, standing, at=at, actor=actor)


def approve_upgrade(license_id: int, *, new_level: int, at: datetime, actor: Actor) -> Standing:
    """Raise a license by the one level that its holder asked for.

    Raises PermissionDenied for the holder, NotFound, Invalid beyond the highest level, and Conflict
    where nothing is asked for, or not this, and for one that does not count now.
    """
    standing = get_decided(license_id, at=at, actor=actor)
    refuse_ended(standing)
    found = standing.license
    if standing.status != "valid":
        raise Conflict("This license is expired: renew it first.")
    if found.requested_level is None:
        raise Conflict("No upgrade of this license is asked for.")
    if new_level != found.level + 1 or new_level != found.requested_level:
        raise Conflict(f"The upgrade that is asked for is to level {found.requested_level}.")
    refuse_too_high(found.kind, new_level, "new_level")
    found.level = new_level
    forget_request(standing)
    return keep(actions.LICENSE_APPROVED, standing, at=at, actor=actor)


def reject_upgrade(
    license_id: int, *, reason: str | None = None, at: datetime, actor: Actor
) -> Standing:
    """Refuse what is asked for; where nothing is, nothing changes: what was decided stays so.

    Raises PermissionDenied for the holder, NotFound, and Conflict for one that was changed at the
    same moment or is not as its record says.
    """
    standing = get_decided(license_id, at=at, actor=actor)
    if standing.license.requested_level is None:
        return standing
    refuse_ended(standing)
    forget_request(standing)
    said: dict[str, Any] = {"reason": reason} if reason else {}
    return keep(actions.LICENSE_REJECTED, standing, at=at, actor=actor, **said)
