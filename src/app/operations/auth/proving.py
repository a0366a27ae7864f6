"""Proving a password, and keeping what was proved true until the transaction that relies on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app import database
from app.database import db
from app.errors import Invalid, InvalidCredentials
from app.models import User, Worker
from app.support.emails import normal_email
from app.support.passwords import PasswordHasher, password_problem

Account = TypeVar("Account", User, Worker)


def login_key(text: str) -> str:
    """The spelling under which a typed e-mail address or user name is looked up and counted."""
    try:
        return normal_email(text)
    except ValueError:
        return text.strip().lower()


def hash_new_password(
    password: str,
    *,
    passwords: PasswordHasher,
    field: str = "password",
    problem_of: Callable[[object], str | None] = password_problem,
) -> str:
    """The hash of a new password that has no problem, made while no transaction is open.

    Raises Invalid, which names the `field` that the password came in.
    """
    if problem := problem_of(password):
        raise Invalid.field(field, problem)
    database.end_reading()
    return passwords.hash(password)


def prove_password(account: Account | None, password: str, *, passwords: PasswordHasher) -> Account:
    """The account, read anew and locked, once the password is shown to be its own.

    Exactly one Argon2 verification, also for nobody and for the deactivated, and one refusal
    for all: InvalidCredentials (contract.md V2, V20). A password that was changed in the
    meantime is refused as well. A hash made with other parameters is made anew.
    """
    database.end_reading()
    proved = account.password_hash if account is not None else None
    if not passwords.verify(proved, password) or account is None or not account.is_active:
        raise InvalidCredentials
    renewed = passwords.hash(password) if passwords.needs_rehash(proved or "") else None
    locked = db.session.get(type(account), account.id, populate_existing=True, with_for_update=True)
    if locked is None or not locked.is_active or locked.password_hash != proved:
        raise InvalidCredentials
    if renewed is not None:
        locked.password_hash = renewed
    return locked
