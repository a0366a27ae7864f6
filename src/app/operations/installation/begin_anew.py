"""An empty installation that one admin goes on with: the new ledger begins by saying so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select

from app.database import db
from app.errors import NotFound
from app.models import RecoveryCode, SecondFactor, User
from app.operations.actors import Actor
from app.operations.auth.proving import login_key
from app.operations.auth.rights import admins_only
from app.operations.ledger.actions import BULK_OPERATION, USER_CREATED
from app.operations.ledger.record import record


@dataclass(frozen=True, slots=True)
class KeptAdmin:
    """An admin's account with its password and second factor, apart from any database."""

    name: str
    rows: tuple[tuple[type[Any], dict[str, Any]], ...]


def find_admin_to_keep(login: str | None, *, actor: Actor) -> KeptAdmin:
    """The active admin of this user name or e-mail, or else the oldest one; raises NotFound."""
    admins_only(actor)
    query = select(User).where(User.role == "admin", User.is_active).order_by(User.id)
    if login is not None:
        name = login_key(login)
        query = query.where((User.username == name) | (User.email == name))
    admin = db.session.scalar(query.limit(1))
    if admin is None:
        raise NotFound("There is no such active admin to keep.")
    rows: list[Any] = [admin]
    for model in (SecondFactor, RecoveryCode):
        rows += db.session.scalars(select(model).where(model.user_id == admin.id))
    return KeptAdmin(
        str(admin.username or admin.email), tuple((type(row), _values(row)) for row in rows)
    )


def begin_anew(kept: KeptAdmin, *, removed: int, actor: Actor) -> None:
    """Make the admin again, in an empty database, and record that `removed` rows are gone."""
    admins_only(actor)
    record(BULK_OPERATION, actor=actor, what="wipe", count=removed)
    (_, account), *factors = kept.rows
    admin = User(**account | {"version": 1})
    db.session.add(admin)
    db.session.flush()
    record(USER_CREATED, admin, actor=actor)
    db.session.add_all(model(**values) for model, values in factors)


def _values(row: Any) -> dict[str, Any]:
    return {
        attribute.key: getattr(row, attribute.key) for attribute in inspect(row).mapper.column_attrs
    }
