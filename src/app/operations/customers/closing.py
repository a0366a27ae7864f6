"""Closing one's account: the person goes, what happened stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, or_, select, update

from app import database
from app.database import db
from app.errors import Conflict, PermissionDenied
from app.models import (
    Business,
    Favorite,
    IdempotencyKey,
    Notification,
    Order,
    PasswordLink,
    RecoveryCode,
    SecondFactor,
    Worker,
)
from app.models.users import CLOSED_ACCOUNT, EVERY_CHANNEL
from app.operations.actors import Actor
from app.operations.auth.accounts import get_account, prove_own_password
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.auth.verification import end_codes
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.tracks.lock import lock_order
from app.support.passwords import PasswordHasher
from app.support.words import ACTIVE_APPOINTMENT, RANKS

_MOST_NAMED: Final = 20
_IN_HAND: Final = tuple(word for word in RANKS if word != "delivered")


def close_account(*, password: str, passwords: PasswordHasher, at: datetime, actor: Actor) -> None:
    """End the actor's account for good: name and contact go, orders, reviews and the ledger stay.

    Nobody is let down by it: an order that is still in hand, an appointment to come and a business
    of their own are brought to an end first, and until then it is refused with Conflict, whose
    details name them. Orders lose the name, the contact and the instructions, too; a business
    keeps its worker, whom no account acts for any more. The address is free from then on. What the
    ledger keeps of the person is in its erasable part, and goes when that is erased.

    Raises WrongPassword, and PermissionDenied for an admin, whose account another admin ends.
    """
    with database.reading():
        if get_account(actor=actor).role == "admin":
            raise PermissionDenied("An administrator's account is ended by another administrator.")
    user = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    if user.role == "admin":  # since a moment ago
        raise PermissionDenied
    _refuse_while_needed(user.id, at=at)
    count = _forget_in_orders(user.id, actor=actor)
    _leave_businesses(user.id, actor=actor)
    _forget_belongings(user.id, at=at)
    end_codes(user.id, at=at)
    end_sign_ins(user.id, at=at)
    user.name = CLOSED_ACCOUNT
    user.username = user.email = user.phone = user.login_phone = user.verified_at = None
    user.password_hash = user.password_expires_at = None
    user.locale, user.timezone, user.channels = "en", None, EVERY_CHANNEL
    user.must_change_password = user.is_active = False
    user.closed_at = user.updated_at = at
    record(actions.ACCOUNT_CLOSED, user, actor=actor, orders=count)


def _refuse_while_needed(user_id: int, *, at: datetime) -> None:
    own = (Order.customer_id == user_id, Order.deleted_at.is_(None))
    visits = and_(
        Order.starts_at.is_not(None), Order.ends_at > at, Order.status.in_(ACTIVE_APPOINTMENT)
    )
    things = and_(Order.starts_at.is_(None), Order.status.in_(_IN_HAND))
    waiting = db.session.execute(
        select(Order.order_number, Order.starts_at)
        .where(*own, or_(visits, things))
        .order_by(Order.id)
        .limit(_MOST_NAMED)
    ).all()
    businesses = db.session.scalars(
        select(Business.slug)
        .where(Business.owner_id == user_id, Business.deleted_at.is_(None))
        .order_by(Business.id)
        .limit(_MOST_NAMED)
    ).all()
    details = {
        "appointments": [number for number, starts_at in waiting if starts_at is not None],
        "orders": [number for number, starts_at in waiting if starts_at is None],
        "businesses": list(businesses),
    }
    if named := {what: ones for what, ones in details.items() if ones}:
        raise Conflict(f"This account is still needed: {_in_words(named)}.", details=named)


def _in_words(named: dict[str, list[str]]) -> str:
    words = {
        "appointments": "cancel the appointments that are to come",
        "orders": "take back or cancel the orders that are in hand",
        "businesses": "close your businesses",
    }
    return ", and ".join(words[what] for what in named)


def _forget_in_orders(user_id: int, *, actor: Actor) -> int:
    """Take the person out of every order of theirs; how many there were."""
    ids: Sequence[int] = db.session.scalars(
        select(Order.id).where(Order.customer_id == user_id).order_by(Order.id)
    ).all()
    for order_id in ids:
        order = lock_order(order_id)
        order.name = CLOSED_ACCOUNT
        order.email = order.email_key = order.phone = None
        order.instructions = order.cancel_reason = None
        record(actions.ORDER_UPDATED, order, actor=actor)
    return len(ids)


def _leave_businesses(user_id: int, *, actor: Actor) -> None:
    for worker in db.session.scalars(select(Worker).where(Worker.user_id == user_id)):
        worker.user_id = None
        worker.is_manager = False
        record(actions.WORKER_UPDATED, worker, actor=actor)


def _forget_belongings(user_id: int, *, at: datetime) -> None:
    """What was the account's alone; the answers kept with its keys tell its contact, too."""
    connection = db.session.connection()
    for model in (Favorite, IdempotencyKey, Notification, RecoveryCode, SecondFactor):
        connection.execute(delete(model).where(model.user_id == user_id))
    connection.execute(
        update(PasswordLink)
        .where(PasswordLink.user_id == user_id, PasswordLink.used_at.is_(None))
        .values(used_at=at)
    )
