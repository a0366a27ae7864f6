"""Reaching orders: by what a person or a client calls them, never beyond what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import selectinload

from app.database import db
from app.errors import AppError, OrderNotFound, Unauthorized
from app.models import Order, OrderAlias
from app.models.orders import SUPERSEDED_LABEL
from app.operations.actors import Actor, Role
from app.support.words import UNSEEN

T = TypeVar("T")

BY_ID = "FORCE INDEX (PRIMARY)"
BY_STATUS = "FORCE INDEX (ix_orders_status_id_deleted_at)"
"""Which way MariaDB goes along the orders of everybody, the newest first."""


def _rank(precedence: int) -> Label[int]:
    return literal_column(str(precedence), Integer).label("precedence")


_WAYS = (
    select(Order.id, _rank(0)).where(Order.order_number == bindparam("name")),
    select(OrderAlias.order_id, _rank(1)).where(
        OrderAlias.alias == bindparam("name"), OrderAlias.kind != SUPERSEDED_LABEL
    ),
    select(Order.id, _rank(2)).where(Order.id == bindparam("id")),
)


def _first_of(*ways: Select[*tuple[int, int]]) -> Select[Order]:
    meant = union_all(*ways).subquery("meant")
    order_id, precedence = meant.c
    return (
        select(Order)
        .join(meant, order_id == Order.id)
        .where(Order.deleted_at.is_(None))
        .order_by(precedence)
        .limit(1)
    )


_BY_NAME = _first_of(*_WAYS[:2])
BY_REF = _first_of(*_WAYS)


def get_order(ref: str, *, stranger: AppError | None = None, actor: Actor) -> Order:
    """The order that a path's {ref} means: number or alias, then id; one statement.

    Numbers and aliases are compared in upper case and may carry a leading `#` (contract.md
    1.5). Admins see every order, workers those of their business, a customer their own. Raises OrderNotFound,
    and for another's order `stranger` where the surface names one.
    """
    order = db.session.scalar(BY_REF, names_of(ref))
    if order is None:
        raise OrderNotFound
    if not may_see(actor, order):
        raise stranger or OrderNotFound()
    return order


def names_of(ref: str) -> dict[str, str | int | None]:
    """The values of BY_REF."""
    order_id = int(ref) if ref.isascii() and ref.isdecimal() and len(ref) < 19 else None
    return {"name": normal_number(ref), "id": order_id}


def get_numbered_order(number: str) -> Order:
    """The order of this number or alias, never of this id; raises OrderNotFound."""
    order = db.session.scalar(_BY_NAME, {"name": normal_number(number)})
    if order is None:
        raise OrderNotFound
    return order


def get_order_by_email(ref: str, *, email_key: str) -> Order:
    """An order placed without an account, for the holder of its e-mail address (contract.md L5).

    Raises OrderNotFound, also for an order that came by another way, and Unauthorized when the
    address is not the order's.
    """
    order = get_order(ref, actor=Actor(Role.SYSTEM))
    if order.channel != "legacy":
        raise OrderNotFound
    if order.email_key != email_key:
        raise Unauthorized("Unauthorized (email mismatch)")
    return order


def normal_number(text: str) -> str:
    """The one spelling in which order numbers and aliases are compared (contract.md 1.5)."""
    return text.strip().removeprefix("#").upper()


def list_orders(
    *,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    email_key: str | None = None,
    after_id: int | None = None,
    limit: int,
    with_lines: bool = False,
    actor: Actor,
) -> Sequence[Order]:
    """Orders newest first, `limit` of those older than the order `after_id`; their lines on demand.

    A customer gets their own, a worker those of their business, admins all, nobody the ones that were placed without
    an account under `email_key` (contract.md L3, V12, L21). `since` is inclusive, `until` not.
    """
    statement = select(Order).where(
        *_visible(actor, email_key), *_within(status=status, since=since, until=until)
    )
    if after_id is not None:
        statement = statement.where(Order.id < after_id)
    if with_lines:
        statement = statement.options(selectinload(Order.lines))
    newest_first = statement.order_by(Order.id.desc()).limit(limit)
    if actor.is_admin:
        walked = BY_ID if status is None else BY_STATUS
        return db.session.scalars(newest_first.with_hint(Order, walked, "mysql")).all()
    return db.session.scalars(_along_own(newest_first, actor)).all()


def count_orders(
    *,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int,
    actor: Actor,
) -> int:
    """How many orders `list_orders` would find in all, counted up to `most`."""
    some = (
        select(Order.id)
        .where(*_visible(actor, None), *_within(status=status, since=since, until=until))
        .limit(most)
    )
    counted = _along_own(some, actor).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def _along_own(statement: Select[T], actor: Actor) -> Select[T]:
    """A customer's orders are few: MariaDB would rather intersect them with all of one status."""
    if actor.role is not Role.CUSTOMER:
        return statement
    return statement.with_hint(Order, "FORCE INDEX (ix_orders_customer_id_id)", "mysql")


def may_see(actor: Actor, order: Any) -> bool:
    """Whether the actor may know of an order, or of a row with its customer and its business."""
    if actor.role is Role.CUSTOMER:
        return bool(order.customer_id == actor.user_id)
    if actor.role is Role.WORKER:
        return bool(order.business_id == actor.business_id)
    return actor.is_admin


def _visible(actor: Actor, email_key: str | None) -> list[ColumnElement[bool]]:
    shown: list[ColumnElement[bool]] = [
        Order.deleted_at.is_(None),
        *(Order.status != one for one in UNSEEN),
    ]
    if actor.role is Role.CUSTOMER:
        return [*shown, Order.customer_id == actor.user_id]
    if actor.role is Role.WORKER:
        return [*shown, Order.business_id == actor.business_id]
    if actor.is_admin:
        return shown
    return [*shown, Order.channel == "legacy", Order.email_key == (email_key or "")]


def _within(
    *, status: str | None, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if status is not None:
        conditions.append(Order.status == status)
    if since is not None:
        conditions.append(Order.created_at >= since)
    if until is not None:
        conditions.append(Order.created_at < until)
    return conditions
