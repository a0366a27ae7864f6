"""The businesses that a customer wants to find again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection, db
from app.database.prepared import Prepared
from app.errors import BusinessNotFound
from app.models import Business, Favorite
from app.operations.actors import Actor
from app.operations.businesses.access import IS_PUBLIC, get_public_business
from app.operations.ledger import actions
from app.operations.ledger.record import Account, record

_VALUES = {
    name: bindparam(name, type_=Favorite.__table__.columns[name].type)
    for name in ("user_id", "business_id", "created_at")
}
_INSERT = {
    "sqlite": Prepared(sqlite.insert(Favorite).values(_VALUES).on_conflict_do_nothing()),
    "mysql": Prepared(mysql.insert(Favorite).values(_VALUES).prefix_with("IGNORE")),
}
_DELETE = Prepared(
    delete(Favorite).where(
        Favorite.user_id == bindparam("user_id"), Favorite.business_id == bindparam("business_id")
    )
)


def add_favorite(slug: str, *, at: datetime, actor: Actor) -> bool:
    """Keep a public business among the actor's favourites; whether it was not there before.

    A second time changes nothing: the primary key decides. Raises BusinessNotFound.
    """
    return _add(get_public_business(slug).id, at=at, actor=actor)


def remove_favorite(slug: str, *, actor: Actor) -> bool:
    """Forget a favourite, also of a business that is no longer public; whether it was one.

    Raises BusinessNotFound for what neither is public nor was a favourite.
    """
    business_id = db.session.scalar(select(Business.id).where(Business.slug == slug.lower()))
    if business_id is not None and _remove(business_id, actor=actor):
        return True
    get_public_business(slug)
    return False


def toggle_favorite(slug: str, *, at: datetime, actor: Actor) -> bool:
    """Make it a favourite or, where it is one, no more; whether it is one now."""
    business_id = get_public_business(slug).id
    return not _remove(business_id, actor=actor) and _add(business_id, at=at, actor=actor)


def list_favorites(page: int, per_page: int, *, actor: Actor) -> tuple[Sequence[Business], int]:
    """One page of the actor's favourites that are public, the newest first, and how many there are."""
    counted = _own(actor).with_only_columns(func.count())
    rows = list_newest_favorites(per_page, but=(page - 1) * per_page, actor=actor)
    return rows, db.session.scalar(counted) or 0


def list_newest_favorites(limit: int, *, but: int = 0, actor: Actor) -> Sequence[Business]:
    """The actor's favourites that are public, the newest first, without the first `but`; one statement."""
    newest = _own(actor).order_by(Favorite.created_at.desc(), Business.id.desc())
    return db.session.scalars(newest.limit(limit).offset(but)).all()


def _own(actor: Actor) -> Select[Business]:
    return (
        select(Business)
        .join(Favorite, Favorite.business_id == Business.id)
        .where(Favorite.user_id == actor.user_id, IS_PUBLIC)
    )


def _add(business_id: int, *, at: datetime, actor: Actor) -> bool:
    here = connection()
    values = {"user_id": actor.user_id, "business_id": business_id, "created_at": at}
    if not _INSERT[here.dialect.name].change(here, values):
        return False
    record(actions.FAVORITE_ADDED, _account(actor), actor=actor, business_id=business_id)
    return True


def _remove(business_id: int, *, actor: Actor) -> bool:
    values = {"user_id": actor.user_id, "business_id": business_id}
    if not _DELETE.change(connection(), values):
        return False
    record(actions.FAVORITE_REMOVED, _account(actor), actor=actor, business_id=business_id)
    return True


def _account(actor: Actor) -> Account:
    if actor.user_id is None:
        raise BusinessNotFound
    return Account(actor.user_id)
