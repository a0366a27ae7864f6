"""Accounts of admins: made at the server's console alone, their passwords changed by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import database
from app.database import db, unique
from app.errors import Conflict, EmailExists, Invalid, NotFound
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.accounts import get_account, prove_own_password
from app.operations.auth.admin_sessions import PUBLISHED
from app.operations.auth.new_passwords import refuse_same, set_temporary_password
from app.operations.auth.proving import (
    goes_by,
    hash_new_password,
    login_key,
    own_words_of,
    put_password,
)
from app.operations.auth.rights import admins_only
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.passwords import PasswordHasher, staff_password_problem, temporary_password

FIRST_ADMIN = "admin"
LONGEST_USERNAME = 64

_LIKE_A_NUMBER = re.compile(r"\+?[0-9 ()./-]{5,}")


@dataclass(frozen=True, slots=True)
class AdminWithPassword:
    """An admin's account, and the password that was generated for it, to be shown once."""

    user: User
    generated_password: str | None


def create_admin(
    *,
    username: str,
    email: str | None,
    password: str | None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> AdminWithPassword:
    """Make an admin's account; without a password one is generated.

    Raises Invalid for a name or a password that cannot be used, Conflict for a user name and
    EmailExists for an address that is taken.
    """
    admins_only(actor)
    name = usable_name(username)
    generated = temporary_password() if password is None else None
    password_hash = _hash(name, password or generated or "", passwords=passwords)
    admin = User(
        name=username.strip(),
        username=name,
        email=email,
        password_hash=password_hash,
        role="admin",
        created_at=at,
        updated_at=at,
    )
    with (
        unique("uq_users_username", Conflict("This user name is taken.")),
        unique("uq_users_email", EmailExists()),
    ):
        db.session.add(admin)
        db.session.flush()
    record(actions.USER_CREATED, admin, actor=actor)
    return AdminWithPassword(admin, generated)


def reset_admin_password(
    *,
    login: str,
    password: str | None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> AdminWithPassword:
    """Give an admin another password and end all their sessions; raises NotFound, Invalid.

    One that is generated is temporary: the admin changes it at the first sign-in.
    """
    admins_only(actor)
    name = login_key(login)
    generated = temporary_password() if password is None else None
    password_hash = _hash(name, password or generated or "", passwords=passwords)
    admin = db.session.scalar(
        select(User).where(User.role == "admin", goes_by(name)).with_for_update()
    )
    if admin is None:
        raise NotFound("There is no such admin.")
    if generated is None:
        put_password(admin, password_hash, at=at)
    else:
        set_temporary_password(admin, password_hash, at=at)
    end_sign_ins(admin.id, at=at)
    record(actions.PASSWORD_RESET, admin, actor=actor)
    return AdminWithPassword(admin, generated)


def change_own_password(
    *,
    password: str,
    new_password: str,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> None:
    """Replace the actor's own password, and end all their sessions but the present one.

    Raises WrongPassword, and Invalid for a new password that is not acceptable.
    """
    admins_only(actor)
    admin = get_account(actor=actor)
    name = admin.username or admin.email or ""
    password_hash = _hash(
        name,
        new_password,
        passwords=passwords,
        field="new_password",
        own_words=own_words_of(admin),
    )
    admin = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    refuse_same(admin, password, new_password)
    put_password(admin, password_hash, at=at)
    end_sign_ins(admin.id, but=actor.session_id, at=at)
    record(actions.PASSWORD_CHANGE, admin, actor=actor)


def list_admins(*, actor: Actor) -> list[User]:
    """Every admin's account, the oldest first."""
    admins_only(actor)
    return list(db.session.scalars(select(User).where(User.role == "admin").order_by(User.id)))


def ensure_first_admin(
    *,
    username: str | None,
    password: str | None,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> AdminWithPassword | None:
    """Make the first admin of an installation; None once there is any admin.

    Of two processes that start at once with the same settings one makes the account: the
    other's violates the key on the user name, which replays its transaction.
    """
    admins_only(actor)
    with database.reading():
        if _has_admin():
            return None
    name = _stored_name(username or FIRST_ADMIN)  # the settings may give an address (contract.md 9)
    generated = temporary_password() if password is None else None
    secret = password or generated or ""
    password_hash = _hash(name, secret, passwords=passwords, field="ADMIN_PASSWORD")
    if _has_admin():
        return None
    admin = User(
        name=username or "Admin",
        username=name,
        password_hash=password_hash,
        role="admin",
        created_at=at,
        updated_at=at,
    )
    db.session.add(admin)
    record(actions.USER_CREATED, admin, actor=actor)
    return AdminWithPassword(admin, generated)


def _has_admin() -> bool:
    return db.session.scalar(select(User.id).where(User.role == "admin").limit(1)) is not None


def usable_name(username: str) -> str:
    """A user name as it is stored; raises Invalid, also for what looks like another way to sign in.

    Whoever went by somebody else's address or number would be mistaken for them.
    """
    name = _stored_name(username)
    if "@" in name or _LIKE_A_NUMBER.fullmatch(name):
        raise Invalid.field("username", "It cannot look like an e-mail address or a phone number.")
    return name


def _stored_name(username: str) -> str:
    name = login_key(username)
    if not name or len(name) > LONGEST_USERNAME or not name.isprintable():
        raise Invalid.field("username", f"It has 1 to {LONGEST_USERNAME} printable characters.")
    return name


def _hash(
    name: str,
    password: str,
    *,
    passwords: PasswordHasher,
    field: str = "password",
    own_words: Iterable[str | None] = (),
) -> str:
    if (name, password) in PUBLISHED:
        raise Invalid.field(field, "This name and password were published; choose others.")
    return hash_new_password(
        password,
        passwords=passwords,
        field=field,
        problem_of=staff_password_problem,
        own_words=(name, *own_words),
    )
