"""Changing, renewing, rotating and revoking a license (licenses.md 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.errors import Conflict, Invalid
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.licenses.changing import get_decided, keep, refuse_ended
from app.operations.licenses.find import get_license
from app.operations.licenses.issue import end_of, refuse_too_high
from app.operations.licenses.standing import Standing

LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Every license ends before it: of what is close to the last instant some zone has no local time."""


def change_license(
    license_id: int,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
    at: datetime,
    actor: Actor,
) -> Standing:
    """Set the `level` or `expires_at` that is given; an `expires_at` of None is never.

    A level that is set answers a request for an upgrade, too. What is as it was leaves no record.
    Raises PermissionDenied for the holder, NotFound, Invalid, and Conflict for one that was revoked or is not as
    its record says.
    """
    standing = get_decided(license_id, at=at, actor=actor)
    refuse_ended(standing)
    found = standing.license
    level, expires_at = (
        changes.get("level", found.level),
        changes.get("expires_at", found.expires_at),
    )
    if (level, expires_at) == (found.level, found.expires_at):
        return standing
    if level != found.level:
        refuse_too_high(found.kind, level)
        found.level = level
        forget_request(standing)
    if expires_at is not None and expires_at <= found.issued_at:
        raise Invalid.field("expires_at", "This is before it was issued.")
    if expires_at is not None and expires_at >= LATEST:
        raise Invalid.field("expires_at", "This is too late: null is for never.")
    found.expires_at = expires_at
    said: dict[str, Any] = {"reason": reason} if reason else {}
    return keep(actions.LICENSE_CHANGED, standing, at=at, actor=actor, **said)


def renew_license(license_id: int, *, at: datetime, actor: Actor) -> Standing:
    """Let it hold for its type's months more, from now or from when it ends, whichever is later.

    Raises PermissionDenied for the holder, NotFound, and Conflict for one that does not expire, was
    revoked, or would hold for longer than there are dates.
    """
    standing = get_decided(license_id, at=at, actor=actor)
    refuse_ended(standing)
    found = standing.license
    if found.expires_at is None:
        raise Conflict("This license does not expire.")
    try:
        ends = end_of(found.kind, max(at, found.expires_at))
    except ValueError:
        ends = LATEST
    if ends is not None and ends >= LATEST:
        raise Conflict("It would hold longer than there are dates.")
    found.expires_at = ends
    return keep(actions.LICENSE_RENEWED, standing, at=at, actor=actor)


def rotate_license(license_id: int, *, at: datetime, actor: Actor) -> Standing:
    """Make another card: what the old one shows is superseded. For an admin and the holder.

    Raises NotFound for another person's, and Conflict for one that was revoked.
    """
    standing = get_license(license_id, at=at, actor=actor)
    refuse_ended(standing)
    standing.license.token_serial += 1
    return keep(actions.LICENSE_ROTATED, standing, at=at, actor=actor)


def revoke_license(
    license_id: int, *, reason: str | None = None, at: datetime, actor: Actor
) -> Standing:
    """End a license for good; to repeat it changes nothing.

    One that is not as its record says can be revoked, too; of two changes at once this one waits and
    is made. Raises PermissionDenied, NotFound.
    """
    admins_only(actor)
    standing = get_license(license_id, at=at, actor=actor)
    found = standing.license
    if found.live is None and found.revoked_at is not None:
        return standing
    found.revoked_at, found.revoke_reason, found.live = at, reason, None
    forget_request(standing)
    return keep(actions.LICENSE_REVOKED, standing, may_repeat=True, at=at, actor=actor)


def forget_request(standing: Standing) -> None:
    """Take back that its holder asks for an upgrade: it was answered."""
    found = standing.license
    found.requested_level = found.requested_at = found.request_reason = None
