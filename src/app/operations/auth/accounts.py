"""Accounts of customers and owners: registering, signing in, one's own profile."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from app import database
from app.database import db, unique
from app.errors import (
    EmailExists,
    Invalid,
    InvalidCredentials,
    NotFound,
    PasswordExpired,
    PhoneExists,
    WrongCode,
    WrongPassword,
)
from app.models import User
from app.models.users import EVERY_CHANNEL
from app.operations.actors import Actor
from app.operations.auth.mailed import lock_former
from app.operations.auth.new_passwords import refuse_expired
from app.operations.auth.password_links import end_mailed_links
from app.operations.auth.principals import as_actor
from app.operations.auth.proving import by_name, hash_new_password, login_key, prove_password
from app.operations.auth.sign_ins import SignedIn, open_sign_in
from app.operations.auth.two_steps import CodeWanted, ask_for_code, prove_code
from app.operations.auth.verification import end_codes, send_code, send_code_unless_hasty
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.announce import News, announce
from app.support.passwords import PasswordHasher
from app.support.phones import normal_phone
from app.support.tokens import JwtSigner

CHANNELS = tuple(EVERY_CHANNEL.split(","))
"""The ways on which somebody may want news; a mail about the account itself always comes."""


class ProfileChanges(TypedDict, total=False):
    """What a person may change of their own account; what is absent stays."""

    name: str
    email: str
    phone: str | None
    locale: str
    timezone: str | None
    channels: list[str]


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
    """Make a customer's account and sign it in (contract.md V1, L7); refuses as make_customer."""
    user = make_customer(
        name=name, email=email, password=password, phone=phone, passwords=passwords, at=at
    )
    return open_sign_in(user, signer=signer, at=at)


def make_customer(
    *,
    name: str,
    email: str,
    password: str,
    phone: str | None,
    passwords: PasswordHasher,
    at: datetime,
) -> User:
    """A new account, recorded, to whose address a code is mailed that verifies it.

    Raises Invalid for an unacceptable password and EmailExists; `email` is normalised.
    """
    password_hash = hash_new_password(password, passwords=passwords, own_words=(name, email, phone))
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
    send_code(user, at=at)
    record(actions.USER_CREATED, user, actor=as_actor(user))
    return user


def log_in(
    *, email: str, password: str, passwords: PasswordHasher, signer: JwtSigner, at: datetime
) -> SignedIn | CodeWanted:
    """Sign a customer in (contract.md V2, L8); refuses as prove_customer.

    An account with a second factor is not signed in yet: finish_log_in does it.
    """
    user = prove_customer(email=email, password=password, passwords=passwords, at=at)
    return ask_for_code(user, at=at) or _sign_in(user, signer=signer, at=at)


def finish_log_in(
    *, token: str, code: str, signer: JwtSigner, at: datetime
) -> SignedIn | WrongCode:
    """Sign a customer in by the code of the second factor, or by a recovery code; as prove_code."""
    user = prove_code(token, code, at=at)
    return user if isinstance(user, WrongCode) else _sign_in(user, signer=signer, at=at)


def _sign_in(user: User, *, signer: JwtSigner, at: datetime) -> SignedIn:
    record(actions.LOGIN, user, actor=as_actor(user))
    return open_sign_in(user, signer=signer, at=at)


def prove_customer(*, email: str, password: str, passwords: PasswordHasher, at: datetime) -> User:
    """The account of this address, phone number or user name, locked, once its password is proved.

    Raises InvalidCredentials alike, and after the same work, for an unknown name, a wrong
    password and a deactivated account; and PasswordExpired.
    """
    name = login_key(email)
    with database.reading():
        named = by_name(name)
        found = select(User).join(named, named.c.id == User.id).order_by(named.c.rank)
        user = db.session.scalar(found.limit(1))
    proved = prove_password(user, password, passwords=passwords)
    refuse_expired(proved, at=at)
    return proved


def get_account(*, actor: Actor) -> User:
    """The actor's own account; raises NotFound for an actor that has none."""
    user = db.session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound
    return user


def prove_own_password(
    password: str, *, passwords: PasswordHasher, at: datetime, actor: Actor
) -> User:
    """The actor's own account, locked, once its password was proved; raises WrongPassword.

    Raises PasswordExpired for a temporary one whose day is over.
    """
    try:
        user = prove_password(get_account(actor=actor), password, passwords=passwords)
        refuse_expired(user, at=at)
        return user
    except PasswordExpired:
        raise
    except InvalidCredentials:
        raise WrongPassword(details={"password": [WrongPassword.words]}) from None


def update_profile(changes: ProfileChanges, *, at: datetime, actor: Actor) -> User:
    """Change the actor's own contact data and preferences; raises EmailExists.

    A new address is not verified, and a code is mailed there. Raises Invalid where that takes the
    password: whoever finds a browser open would have the next one mailed to themselves.
    """
    user = get_account(actor=actor)
    if takes_password(changes, actor=actor):
        raise Invalid.field("password", "Give your password to change the e-mail address.")
    return _update(user, changes, at=at, actor=actor)


def update_proved_profile(
    changes: ProfileChanges,
    *,
    password: str,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> User:
    """The same, once the password was proved: any address. Raises WrongPassword, too."""
    user = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    return _update(user, changes, at=at, actor=actor)


def takes_password(changes: ProfileChanges, *, actor: Actor) -> bool:
    """Whether these changes of one's own account take the password.

    An address that nobody has proved is corrected without; one that is proved, or the first of
    somebody who signs in by a number, is not changed by whoever merely holds the sign-in.
    """
    user = get_account(actor=actor)
    is_moved = "email" in changes and changes["email"] != user.email
    return is_moved and (user.verified_at is not None or user.email is None)


def _update(user: User, changes: ProfileChanges, *, at: datetime, actor: Actor) -> User:
    was = user.email
    _prefer(user, changes)
    if change_contact(user, changes, at=at):
        if user.email != was:
            send_code_unless_hasty(user, at=at)
        record(actions.USER_UPDATED, user, actor=actor)
    return user


def _prefer(user: User, changes: ProfileChanges) -> None:
    for field in ("locale", "timezone"):
        if field in changes:
            setattr(user, field, changes[field])
    if "channels" in changes:
        user.channels = ",".join(one for one in CHANNELS if one in changes["channels"])


def change_contact(user: User, changes: ProfileChanges, *, at: datetime) -> bool:
    """Write changed contact data; whether anything is not as it was. Raises EmailExists.

    A new address has not been verified, and what was mailed to the old one opens nothing more; who
    had shown the old one to be theirs is told there, for it may not be them who changes it. A
    number that signs in goes with the one that reaches its owner. Raises Invalid when nothing would
    be left to sign in with, Conflict for a number that is somebody else's.
    """
    is_moved = "email" in changes and changes["email"] != user.email
    former = user.email if is_moved and user.verified_at is not None else None
    if is_moved:
        user.verified_at = None
    for field in ("name", "email", "phone"):
        if field in changes:
            setattr(user, field, changes[field])
    if user.login_phone is not None and user.phone != user.login_phone:
        user.login_phone = _login_phone(user)
    is_changed = db.session.is_modified(user)
    if is_changed:
        user.updated_at = at
    with unique("uq_users_email", EmailExists()), unique("uq_users_login_phone", PhoneExists()):
        db.session.flush()
    if is_moved:
        end_codes(user.id, at=at)
        end_mailed_links(user.id, at=at)
    if former is not None:
        said = {"former": lock_former(former)}
        announce("account.email_changed", News(user.id, str(user.version), said))
    return is_changed


def _login_phone(user: User) -> str | None:
    try:
        return normal_phone(user.phone)
    except ValueError as problem:
        if user.email is None and user.username is None:
            raise Invalid.field("phone", f"You sign in with it. {problem}") from None
        return None
