"""Everybody who has an account, as an admin looks them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.database import db
from app.errors import NotFound
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.customers.search import search_people

ROLES = ("customer", "owner", "admin")
MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Who is wanted; `words` are a name, a user name, a phone number or an e-mail address."""

    role: str | None = None
    words: str | None = None


def get_user(user_id: int, *, actor: Actor) -> User:
    """An account of any role; raises NotFound."""
    admins_only(actor)
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def lock_user(user_id: int) -> User:
    """An account as it is now, and as it stays until this transaction ends; raises NotFound."""
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None:
        raise NotFound
    return user


def page_users(
    wanted: UserFilter, *, page: int, per_page: int, actor: Actor
) -> tuple[Sequence[User], int]:
    """One page of accounts, the oldest first, and how many there are.

    Those whom words mean come best first, and no more of them than 200.
    """
    admins_only(actor)
    start = (page - 1) * per_page
    if wanted.words is not None:
        found = _search(wanted, limit=MOST_FOUND, actor=actor)
        return found[start : start + per_page], len(found)
    roles = ROLES if wanted.role is None else (wanted.role,)  # an index of roles is what is counted
    count = select(func.count()).select_from(User).where(User.role.in_(roles))
    rows = select(User).order_by(User.id).limit(per_page).offset(start)
    if wanted.role is not None:
        rows = rows.where(User.role == wanted.role)
    return db.session.scalars(_along(rows, wanted)).all(), db.session.scalar(count) or 0


def list_some_users(
    wanted: UserFilter, *, after_id: int | None, limit: int, actor: Actor
) -> Sequence[User]:
    """Accounts, the newest first, beyond the one with `after_id`; one statement.

    Those whom words mean come best first, and all at once: beyond them there are none.
    """
    admins_only(actor)
    if wanted.words is not None:
        return [] if after_id else _search(wanted, limit=limit, actor=actor)
    query = select(User).order_by(User.id.desc()).limit(limit)
    if wanted.role is not None:
        query = query.where(User.role == wanted.role)
    if after_id is not None:
        query = query.where(User.id < after_id)
    return db.session.scalars(_along(query, wanted)).all()


def _along(query: Select[User], wanted: UserFilter) -> Select[User]:
    """Most people are customers: MariaDB would rather find all of them by role and sort them."""
    if wanted.role in (None, "customer"):
        return query.with_hint(User, "FORCE INDEX (PRIMARY)", "mysql")
    return query


def _search(wanted: UserFilter, *, limit: int, actor: Actor) -> list[User]:
    found = search_people(wanted.words or "", limit=limit, actor=actor)
    return [one for one in found if wanted.role in (None, one.role)]
