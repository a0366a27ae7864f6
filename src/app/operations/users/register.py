"""People whom an admin registers, each with a password that is good for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.database import db, unique
from app.errors import Conflict, EmailExists, Invalid, PhoneExists
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.admins import usable_name
from app.operations.auth.new_passwords import set_temporary_password
from app.operations.auth.proving import hash_new_password
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.passwords import PasswordHasher, temporary_password


@dataclass(frozen=True, slots=True)
class UserWithPassword:
    """An account, and its temporary password, to be shown once."""

    user: User
    temporary_password: str


def register_person(
    *,
    name: str,
    email: str | None,
    phone: str | None,
    username: str | None,
    role: str,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> UserWithPassword:
    """Make an account that signs in by its address, its phone number (in E.164) or its user name.

    Raises Invalid without an address and a number, EmailExists, and Conflict for a number or a
    user name that is taken; the unique keys decide.
    """
    admins_only(actor)
    if email is None and phone is None:
        raise Invalid.field("email", "Give an e-mail address or a phone number.")
    password = temporary_password()
    password_hash = hash_new_password(password, passwords=passwords)
    user = User(
        name=name,
        email=email,
        phone=phone,
        login_phone=phone,
        username=usable_name(username) if username is not None else None,
        role=role,
        created_at=at,
    )
    taken = "This user name is taken."
    set_temporary_password(user, password_hash, at=at)
    with (
        unique("uq_users_email", EmailExists()),
        unique("uq_users_login_phone", PhoneExists()),
        unique("uq_users_username", Conflict(taken, details={"username": [taken]})),
    ):
        db.session.add(user)
        db.session.flush()
    record(actions.USER_CREATED, user, actor=actor)
    return UserWithPassword(user, password)
