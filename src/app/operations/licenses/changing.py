"""One arrow of a license's life: a conditional UPDATE, one record; who comes second is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from app.database import db
from app.errors import Conflict, PermissionDenied
from app.models import License
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger.actions import Action
from app.operations.ledger.record import record_shown
from app.operations.licenses.find import get_license
from app.operations.licenses.standing import Standing, claims_of, status_of

_LOST = "It was changed at the same moment: look at it again."


def get_decided(license_id: int, *, at: datetime, actor: Actor) -> Standing:
    """The license about which an admin decides; raises PermissionDenied for its holder, NotFound."""
    admins_only(actor)
    standing = get_license(license_id, at=at, actor=actor)
    if actor.user_id is not None and standing.worker.user_id == actor.user_id:
        raise PermissionDenied("Nobody decides about a license of their own.")
    return standing


def refuse_unsound(standing: Standing) -> None:
    """Raise Conflict for a license that is not as its record says: a new record would heal it."""
    if standing.status == "tampered":
        raise Conflict("This license is not as its record says: revoke it, and issue another one.")


def refuse_ended(standing: Standing) -> None:
    """The same, and for one that was revoked: that is for good."""
    refuse_unsound(standing)
    if standing.license.live is None:
        raise Conflict("This license was revoked: issue another one.")


def keep(
    action: Action,
    standing: Standing,
    *,
    may_repeat: bool = False,
    at: datetime,
    actor: Actor,
    **said: Any,
) -> Standing:
    """Write what was changed of a license, with its record; what it is worth then.

    The UPDATE names the version that was read. The hash is known where the answer's status is
    (ledger/record.py). Raises Conflict for a lost race; what means the same whatever it finds
    `may_repeat`: its request is run again.
    """
    found: License = standing.license
    found.updated_at = at
    try:
        db.session.flush()
    except StaleDataError:
        if may_repeat:
            raise
        raise Conflict(_LOST) from None
    mac = record_shown(action, found, actor=actor, claims=claims_of(found), **said)
    return Standing(
        found,
        standing.worker,
        status_of(found, at=at, is_sound=True),
        None if mac is None else mac.hex(),
    )
