"""Customers as an admin makes and changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.database import db, unique
from app.errors import Conflict, EmailExists
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.accounts import ProfileChanges, change_contact
from app.operations.auth.password_links import make_password_link
from app.operations.auth.rights import admins_only
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.customers.find import get_customer
from app.operations.ledger import actions
from app.operations.ledger.record import record


class CustomerChanges(ProfileChanges, total=False):
    """What an admin may change of a customer; what is absent stays."""

    is_active: bool


@dataclass(frozen=True, slots=True)
class CustomerWithLink:
    """A customer without a password, and the token of the link that sets one."""

    customer: User
    link_token: str


def create_customer(
    *, name: str, email: str, phone: str | None, at: datetime, actor: Actor
) -> CustomerWithLink:
    """Make a customer who has no usable password, only a one-time link (contract.md L19).

    Raises EmailExists.
    """
    admins_only(actor)
    customer = User(name=name, email=email, phone=phone or None, created_at=at, updated_at=at)
    with unique("uq_users_email", EmailExists()):
        db.session.add(customer)
        db.session.flush()
    record(actions.USER_CREATED, customer, actor=actor)
    return CustomerWithLink(customer, make_password_link(customer.id, at=at))


def update_customer(
    customer_id: int, changes: CustomerChanges, *, at: datetime, actor: Actor
) -> User:
    """Change a customer (contract.md L20); one who is deactivated is signed out everywhere.

    Raises NotFound, EmailExists, and Conflict for one that its person has closed, for good.
    """
    admins_only(actor)
    customer = get_customer(customer_id, actor=actor)
    if customer.closed_at is not None and changes.get("is_active") is not False:
        raise Conflict("This account was closed by its person.")
    is_ended = "is_active" in changes and customer.is_active and not changes["is_active"]
    if "is_active" in changes:
        customer.is_active = changes["is_active"]
    if change_contact(customer, changes, at=at):
        word = actions.USER_DEACTIVATED if is_ended else actions.USER_UPDATED
        record(word, customer, actor=actor)
    if is_ended:
        end_sign_ins(customer.id, at=at)
    return customer


def deactivate_customer(customer_id: int, *, at: datetime, actor: Actor) -> User:
    """Refuse a customer from now on; orders and history stay (contract.md L20, V18)."""
    return update_customer(customer_id, {"is_active": False}, at=at, actor=actor)
