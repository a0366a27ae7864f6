"""How an admin signs in: by a password, and by a code where there is a second factor (L11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, select

from app import database
from app.database import db
from app.errors import WrongCode
from app.models import User
from app.operations.auth.new_passwords import refuse_expired
from app.operations.auth.proving import goes_by, login_key, own_words_of, prove_password
from app.operations.auth.sessions import UNKNOWN_BROWSER, Browser, open_session
from app.operations.auth.two_steps import CodeWanted, ask_for_code, prove_code
from app.support.passwords import (
    PasswordHasher,
    own_words_problem,
    staff_password_problem,
)

PUBLISHED = frozenset(
    {("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")}
)


def log_in_admin(
    *,
    login: str,
    password: str,
    passwords: PasswordHasher,
    lifetime: timedelta,
    at: datetime,
    browser: Browser = UNKNOWN_BROWSER,
) -> str | CodeWanted:
    """Sign an admin in by user name, e-mail address or phone; the cookie's value is returned (L11).

    The published credentials of the old servers and empty ones are refused before any
    look-up, whatever is stored. Every refusal is InvalidCredentials after one Argon2
    verification. An account with a second factor is not signed in yet: finish_log_in does it.
    A password that was good enough before its person became an admin is changed first.
    """
    name = login_key(login)
    admin = None
    if name and password and (name, password) not in PUBLISHED:
        admin = _find_admin_account(name)
    user = prove_password(admin, password, passwords=passwords)
    refuse_expired(user, at=at)
    _demand_better(user, password, at=at)
    wanted = ask_for_code(user, at=at)
    return wanted or open_session(user, browser=browser, lifetime=lifetime, at=at)


def _demand_better(user: User, password: str, *, at: datetime) -> None:
    """Let whoever was a customer with a weak password change it: only now is it known again."""
    if user.must_change_password:
        return
    if staff_password_problem(password) or own_words_problem(password, own_words_of(user)):
        user.must_change_password = True
        user.updated_at = at


def finish_log_in(
    *,
    token: str,
    code: str,
    lifetime: timedelta,
    at: datetime,
    browser: Browser = UNKNOWN_BROWSER,
) -> str | WrongCode:
    """Sign an admin in by the code of the second factor, or by a recovery code; as prove_code."""
    user = prove_code(token, code, admins=True, at=at)
    if isinstance(user, WrongCode):
        return user
    return open_session(user, browser=browser, lifetime=lifetime, at=at)


def _find_admin_account(name: str) -> User | None:
    """An admin by user name, else by another name; other accounts do not take part."""
    with database.reading():
        return db.session.scalar(
            select(User)
            .where(User.role == "admin", goes_by(name))
            .order_by(case((User.username == name, 0), else_=1))
            .limit(1)
        )
