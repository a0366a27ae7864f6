"""Reaching appointments: each by those who have a part in it, and by nobody else (booking.md 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from app.database import db
from app.errors import AppointmentNotFound
from app.models import Business, Order, Worker
from app.operations.actors import Actor, Role
from app.operations.orders.find import BY_REF, names_of
from app.operations.orders.steps import cancel_until

Side = Literal["business", "customer", "worker"]


class Appointment(NamedTuple):
    """An appointment with whose it is and who performs it, and which part in it the actor has."""

    order: Order
    business: Business
    worker: Worker | None
    is_managed: bool
    is_own: bool

    @property
    def side(self) -> Side:
        if self.is_managed:
            return "business"
        return "customer" if self.is_own else "worker"

    @property
    def can_cancel_until(self) -> datetime:
        """The end of its customer's right to cancel or move it."""
        return cancel_until(self.order, self.business.cancel_cutoff_minutes)


def get_appointment(ref: str, *, actor: Actor) -> Appointment:
    """The appointment that a path's {ref} means: its order's number or alias, then its id.

    For its customer, the owner and the managers of its business, the worker who performs it, and
    admins. Raises AppointmentNotFound for anybody else, and for an order without a time. Two
    statements.
    """
    order = db.session.scalar(BY_REF, names_of(ref))
    if order is None or order.starts_at is None:
        raise AppointmentNotFound
    query = appointments_of(actor).where(Order.id == order.id, has_part_in(actor))
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise AppointmentNotFound
    return Appointment(*found)


def appointments_of(actor: Actor) -> Select[*tuple[Order, Business, Worker, bool, bool]]:
    """Orders with their business and worker, and whether they are the actor's to manage or own."""
    return (
        select(Order, Business, Worker, runs_business(actor), _is_customer(actor))
        .join(Business, Business.id == Order.business_id)
        .outerjoin(Worker, Worker.id == Order.worker_id)
    )


def has_part_in(actor: Actor) -> ColumnElement[bool]:
    """The appointments, joined with business and worker, of which the actor may know."""
    return or_(runs_business(actor), _is_customer(actor), _performs(actor))


def runs_business(actor: Actor) -> ColumnElement[bool]:
    """Whether the joined business is the actor's: its owner, its managers, and admins."""
    if actor.is_admin:
        return true()
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        return false()
    manager = Worker.__table__.alias("manager")
    manages = exists().where(
        manager.c.business_id == Business.id,
        manager.c.user_id == actor.user_id,
        manager.c.is_manager == true(),
        manager.c.is_active == true(),
    )
    is_run = or_(Business.owner_id == actor.user_id, manages)
    return and_(Business.deleted_at.is_(None), is_run)


def _is_customer(actor: Actor) -> ColumnElement[bool]:
    if actor.role is not Role.CUSTOMER or actor.user_id is None:
        return false()
    return Order.customer_id == actor.user_id


def _performs(actor: Actor) -> ColumnElement[bool]:
    """The worker themselves: by the login of their device, or by the account that is theirs.

    Of a business that was deleted nobody is a worker any more.
    """
    if actor.role is Role.WORKER and actor.worker_id is not None:
        return Order.worker_id == actor.worker_id
    if actor.role is Role.CUSTOMER and actor.user_id is not None:
        is_there = and_(Worker.is_active == true(), Business.deleted_at.is_(None))
        return and_(Worker.user_id == actor.user_id, is_there)
    return false()
