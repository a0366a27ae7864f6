"""Accounts of customers and owners: registering, signing in, one's own profile."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from app import database
from app.database import db, unique
from app.errors import EmailExists, InvalidCredentials, NotFound, WrongPassword
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import hash_new_password, login_key, prove_password
from app.operations.auth.sign_ins import SignedIn, open_sign_in
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.passwords import PasswordHasher
from app.support.tokens import JwtSigner


class ProfileChanges(TypedDict, total=False):
    """What a person may change of their own account; what is absent stays."""

    name: str
    email: str
    phone: str | None


def register_user(
    *,
    name: str,
    email: str,
    password: str,
    phone: str | None,
    passwords: PasswordHasher,
    signer: JwtSigner,
    at: datetime,
) -> SignedIn:
    """Make a customer's account and sign it in (contract.md V1, L7).

    Raises Invalid for an unacceptable password and EmailExists; `email` is normalised.
    """
    password_hash = hash_new_password(password, passwords=passwords)
    user = User(
        name=name,
        email=email,
        phone=phone or None,
        password_hash=password_hash,
        created_at=at,
        updated_at=at,
    )
    with unique("uq_users_email", EmailExists()):
        db.session.add(user)
        db.session.flush()
    record(actions.USER_CREATED, user, actor=as_actor(user))
    return open_sign_in(user, signer=signer, at=at)


def log_in(
    *, email: str, password: str, passwords: PasswordHasher, signer: JwtSigner, at: datetime
) -> SignedIn:
    """Sign a customer in (contract.md V2, L8).

    Raises InvalidCredentials alike, and after the same work, for an unknown address, a wrong
    password and a deactivated account.
    """
    with database.reading():
        user = db.session.scalar(select(User).where(User.email == login_key(email)))
    user = prove_password(user, password, passwords=passwords)
    record(actions.LOGIN, user, actor=as_actor(user))
    return open_sign_in(user, signer=signer, at=at)


def get_account(*, actor: Actor) -> User:
    """The actor's own account; raises NotFound for an actor that has none."""
    user = db.session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound
    return user


def prove_own_password(password: str, *, passwords: PasswordHasher, actor: Actor) -> User:
    """The actor's own account, locked, once its password was proved; raises WrongPassword."""
    try:
        return prove_password(get_account(actor=actor), password, passwords=passwords)
    except InvalidCredentials:
        raise WrongPassword(details={"password": [WrongPassword.words]}) from None


def update_profile(changes: ProfileChanges, *, at: datetime, actor: Actor) -> User:
    """Change the actor's own name, phone or e-mail address; raises EmailExists."""
    user = get_account(actor=actor)
    if change_contact(user, changes, at=at):
        record(actions.USER_UPDATED, user, actor=actor)
    return user


def change_contact(user: User, changes: ProfileChanges, *, at: datetime) -> bool:
    """Write changed contact data; whether anything is not as it was. Raises EmailExists.

    A new address has not been verified.
    """
    if "email" in changes and changes["email"] != user.email:
        user.verified_at = None
    for field in ("name", "email", "phone"):
        if field in changes:
            setattr(user, field, changes[field])
    is_changed = db.session.is_modified(user)
    if is_changed:
        user.updated_at = at
    with unique("uq_users_email", EmailExists()):
        db.session.flush()
    return is_changed
