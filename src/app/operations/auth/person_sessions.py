"""How customers and owners sign in at the pages: sessions that open their own pages alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import database
from app.database import db
from app.errors import AdminAccount, PermissionDenied, WrongCode
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.accounts import (
    get_account,
    make_customer,
    prove_customer,
    prove_own_password,
)
from app.operations.auth.new_passwords import refuse_same
from app.operations.auth.proving import hash_new_password, own_words_of, put_password
from app.operations.auth.sessions import Browser, open_session
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.auth.two_steps import CodeWanted, ask_for_code, prove_code
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.outbox.announce import News, announce
from app.support.passwords import PasswordHasher


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """The new session's cookie, and whether it is that of the owner of a business."""

    cookie: str
    is_owner: bool


def log_in_person(
    *,
    email: str,
    password: str,
    passwords: PasswordHasher,
    lifetime: timedelta,
    at: datetime,
    browser: Browser,
) -> SignedInPerson | CodeWanted:
    """Sign somebody in, or ask for the code of the second factor: finish_log_in does the rest.

    Raises InvalidCredentials as the API's sign-in does, and AdminAccount for an admin whose
    password is right: their sessions are opened elsewhere.
    """
    user = prove_customer(email=email, password=password, passwords=passwords, at=at)
    if user.role == "admin":
        db.session.expire(user)  # nothing happens here, so a hash made anew is not kept either
        raise AdminAccount
    wanted = ask_for_code(user, at=at)
    return wanted or _open(user, browser=browser, lifetime=lifetime, at=at)


def finish_log_in(
    *, token: str, code: str, lifetime: timedelta, at: datetime, browser: Browser
) -> SignedInPerson | WrongCode:
    """Sign somebody in by the code of the second factor, or by a recovery code; as prove_code."""
    user = prove_code(token, code, admins=False, at=at)
    if isinstance(user, WrongCode):
        return user
    return _open(user, browser=browser, lifetime=lifetime, at=at)


def _open(user: User, *, browser: Browser, lifetime: timedelta, at: datetime) -> SignedInPerson:
    cookie = open_session(user, browser=browser, lifetime=lifetime, at=at)
    return SignedInPerson(cookie, is_owner=user.role == "owner")


def register_person(
    *,
    name: str,
    email: str,
    password: str,
    phone: str | None,
    passwords: PasswordHasher,
    lifetime: timedelta,
    at: datetime,
    browser: Browser,
) -> str:
    """Make a customer's account and sign it in; the cookie's value. Raises Invalid, EmailExists."""
    user = make_customer(
        name=name, email=email, password=password, phone=phone, passwords=passwords, at=at
    )
    return open_session(user, browser=browser, lifetime=lifetime, at=at)


def change_own_password(
    *,
    password: str,
    new_password: str,
    passwords: PasswordHasher,
    at: datetime,
    actor: Actor,
) -> None:
    """Replace the actor's own password, and end all their sign-ins but the present one.

    Raises WrongPassword, Invalid for a new password that is not acceptable, and PermissionDenied
    for an admin, whose password is changed in their own session alone.
    """
    with database.reading():
        account = get_account(actor=actor)
    if account.role == "admin":
        raise PermissionDenied
    password_hash = hash_new_password(
        new_password,
        passwords=passwords,
        field="new_password",
        own_words=own_words_of(account),
    )
    user = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    refuse_same(user, password, new_password)
    put_password(user, password_hash, at=at)
    end_sign_ins(user.id, but=actor.session_id, but_family=actor.family_id, at=at)
    announce("account.password_changed", News(user.id, str(user.version), {}))
    record(actions.PASSWORD_CHANGE, user, actor=actor)
