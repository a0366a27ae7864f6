"""Proving a password, and keeping what was proved true until the transaction that relies on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Subquery, literal, or_, select, union_all

from app import database
from app.database import db
from app.errors import Invalid, InvalidCredentials
from app.models import User, Worker
from app.support.emails import normal_email
from app.support.passwords import PasswordHasher, own_words_problem, password_problem
from app.support.phones import normal_phone

Account = TypeVar("Account", User, Worker)


def login_key(text: str) -> str:
    """The spelling under which a typed address, number or user name is looked up and counted."""
    for normal in (normal_email, normal_phone):
        with suppress(ValueError):
            return normal(text)
    return text.strip().lower()


def goes_by(name: str) -> ColumnElement[bool]:
    """Whether an account signs in by this name, spelled as login_key has it."""
    return or_(User.email == name, User.username == name, User.login_phone == name)


def by_name(name: str) -> Subquery:
    """The `id` of each account that goes by this name, and its `rank`: of an address 0, a number 1.

    Each name along its own index: beside columns that are mostly NULL, SQLite would read them all.
    """
    ways = enumerate((User.email, User.login_phone, User.username))
    return union_all(
        *(select(User.id, literal(rank).label("rank")).where(way == name) for rank, way in ways)
    ).subquery("named")


def login_of(user: User) -> str:
    """The one name under which wrong passwords of an account are counted, whichever is typed."""
    return user.username or user.email or user.login_phone or ""


def login_behind(typed: str) -> str:
    """The login_of whoever signs in by what was typed; where that is nobody, what was typed."""
    name = login_key(typed)
    with database.reading():
        named = by_name(name)
        found = select(User.username, User.email, User.login_phone).join(
            named, named.c.id == User.id
        )
        row = db.session.execute(found.order_by(named.c.rank).limit(1)).first()
    return name if row is None else row.username or row.email or row.login_phone or name


def hash_new_password(
    password: str,
    *,
    passwords: PasswordHasher,
    field: str = "password",
    problem_of: Callable[[object], str | None] = password_problem,
    own_words: Iterable[str | None] = (),
) -> str:
    """The hash of a new password that has no problem, made while no transaction is open.

    `own_words` are the names and addresses of its person, of which it may be none. Raises Invalid,
    which names the `field` that the password came in.
    """
    if problem := problem_of(password) or own_words_problem(password, own_words):
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


def own_words_of(user: User) -> tuple[str | None, ...]:
    """What a password of this account may not be."""
    return user.name, user.username, user.email, user.phone


def put_password(user: User, password_hash: str, *, at: datetime) -> None:
    """Write a password that its person has chosen; the caller ends sign-ins and records why."""
    user.password_hash = password_hash
    user.must_change_password = False
    user.password_expires_at = None
    user.updated_at = at
    db.session.flush()
