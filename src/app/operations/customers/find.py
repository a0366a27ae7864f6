"""Looking customers up, each only for those who may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.database import db
from app.errors import NotFound
from app.models import Order, User
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.support.words import UNSEEN

IS_CUSTOMER = User.role != "admin"


_NOT_PAID = ("cancelled", "no_show", *UNSEEN)


@dataclass(frozen=True, slots=True)
class Spending:
    """What a customer's orders come to, the cancelled and deleted ones left out."""

    orders: int = 0
    spent: Decimal = Decimal("0.00")


def get_customer(customer_id: int, *, actor: Actor) -> User:
    """A customer, for an admin or for the customer alone; raises NotFound (contract.md V18)."""
    customer = None
    if actor.is_admin:
        customer = db.session.scalar(select(User).where(User.id == customer_id, IS_CUSTOMER))
    elif actor.user_id == customer_id:
        customer = db.session.get(User, customer_id)
    if customer is None:
        raise NotFound
    return customer


def page_customers(page: int, per_page: int, *, actor: Actor) -> tuple[list[User], int]:
    """One page of all customers, the oldest first, and how many there are."""
    admins_only(actor)
    total = db.session.scalar(select(func.count()).select_from(User).where(IS_CUSTOMER)) or 0
    rows = select(User).where(IS_CUSTOMER).order_by(User.id)
    rows = rows.limit(per_page).offset((page - 1) * per_page)
    # MariaDB would rather find all of them by role and sort them.
    in_order = rows.with_hint(User, "FORCE INDEX (PRIMARY)", "mysql")
    return list(db.session.scalars(in_order)), total


def list_customers(*, actor: Actor) -> list[User]:
    """Every customer, the oldest first (contract.md L18)."""
    admins_only(actor)
    return list(db.session.scalars(select(User).where(IS_CUSTOMER).order_by(User.id)))


def get_spending(customers: Sequence[User], *, actor: Actor) -> dict[int, Spending]:
    """The spending of each of these customers, by id; one statement."""
    admins_only(actor)
    rows = db.session.execute(
        select(Order.customer_id, func.count(), func.sum(Order.total_cost))
        .where(
            Order.customer_id.in_([customer.id for customer in customers]),
            Order.deleted_at.is_(None),
            Order.status.not_in(_NOT_PAID),
        )
        .group_by(Order.customer_id)
    )
    spending = {row[0]: Spending(row[1], Decimal(row[2])) for row in rows}
    return {customer.id: spending.get(customer.id, Spending()) for customer in customers}
