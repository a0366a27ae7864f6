"""Customers in lists: the newest, those whom some words mean, and the orders of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.database import db
from app.models import Order, User
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.customers.find import IS_CUSTOMER
from app.operations.customers.search import search_customers


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are wanted; `words` are a name, a phone number or an e-mail address."""

    words: str | None = None
    is_active: bool | None = None


def list_some_customers(
    wanted: CustomerFilter, *, after_id: int | None, limit: int, actor: Actor
) -> Sequence[User]:
    """Customers, the newest first, beyond the one with `after_id`; one statement.

    Those whom words mean come best first, and all at once: beyond them there are none.
    """
    admins_only(actor)
    if wanted.words is not None:
        found = search_customers(wanted.words, limit=limit, actor=actor) if not after_id else []
        return [one for one in found if wanted.is_active in (None, one.is_active)]
    query = select(User).where(IS_CUSTOMER).order_by(User.id.desc()).limit(limit)
    if wanted.is_active is not None:
        query = query.where(User.is_active.is_(wanted.is_active))
    if after_id is not None:
        query = query.where(User.id < after_id)
    # MariaDB would rather find all of them by role and sort them.
    hinted = query.with_hint(User, "FORCE INDEX (PRIMARY)", "mysql")
    return db.session.scalars(hinted).all()


def list_customer_orders(
    customer_id: int, *, after_id: int | None, limit: int, actor: Actor
) -> Sequence[Order]:
    """A customer's orders, the newest first, beyond the one with `after_id`; one statement."""
    admins_only(actor)
    query = select(Order).where(Order.customer_id == customer_id, Order.deleted_at.is_(None))
    if after_id is not None:
        query = query.where(Order.id < after_id)
    query = query.order_by(Order.id.desc()).limit(limit)
    hinted = query.with_hint(Order, "FORCE INDEX (ix_orders_customer_id_id)", "mysql")
    return db.session.scalars(hinted).all()
