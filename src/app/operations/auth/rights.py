"""The one rule that operations on other people's data share."""

from __future__ import annotations

from app.errors import PermissionDenied
from app.operations.actors import Actor


def admins_only(actor: Actor) -> None:
    """Raise PermissionDenied for anyone but an admin or the system itself."""
    if not actor.is_admin:
        raise PermissionDenied
