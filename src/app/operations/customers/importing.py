"""Accounts of an old server, taken over with the passwords that their people know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db, unique
from app.errors import EmailExists, Invalid
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.emails import normal_email
from app.support.imported_hashes import is_imported

_LONGEST_NAME, _LONGEST_PHONE = 128, 32


def import_customer(
    *, name: str, email: str, phone: str, password_hash: str, at: datetime, actor: Actor
) -> bool:
    """Take a customer over with a hash that Werkzeug made; False for an address that is here already.

    The hash is scrypt or PBKDF2, or empty for somebody who has to choose a password by mail; it is
    made anew at the next sign-in. Nothing is mailed, and the address is not verified. Raises
    Invalid, which names the field.
    """
    admins_only(actor)
    values = _checked(name.strip(), email, phone.strip(), password_hash.strip())
    if db.session.scalar(select(User.id).where(User.email == values["email"])) is not None:
        return False
    user = User(**values, created_at=at, updated_at=at)
    with unique("uq_users_email", EmailExists()):
        db.session.add(user)
        db.session.flush()
    record(actions.USER_CREATED, user, actor=actor)
    return True


def _checked(name: str, email: str, phone: str, password_hash: str) -> dict[str, str | None]:
    if not 1 <= len(name) <= _LONGEST_NAME or "\0" in name:
        raise Invalid.field("name", f"It has 1 to {_LONGEST_NAME} characters.")
    if len(phone) > _LONGEST_PHONE or "\0" in phone:
        raise Invalid.field("phone", f"It has at most {_LONGEST_PHONE} characters.")
    try:
        address = normal_email(email)
    except ValueError as error:
        raise Invalid.field("email", str(error)) from None
    if password_hash and not is_imported(password_hash):
        raise Invalid.field("password_hash", "It is neither Werkzeug's scrypt nor its PBKDF2.")
    return {
        "name": name,
        "email": address,
        "phone": phone or None,
        "password_hash": password_hash or None,
    }
