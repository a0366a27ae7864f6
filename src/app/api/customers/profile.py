"""How somebody changes their own profile, at every surface that lets them."""

from __future__ import annotations

from typing import Any

from flask import g

from app.http.access import actor
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.models import User
from app.operations.auth import accounts
from app.operations.auth.proving import login_of
from app.support.passwords import LONGEST


def change_profile(body: dict[str, Any]) -> User:
    """Change what is given; where that takes the `password`, it is guessed at no faster here.

    Elsewhere it is let be, whatever it is: old programs send all that their form holds.
    """
    password = body.pop("password", None)
    changes: Any = body
    is_given = isinstance(password, str) and 0 < len(password) <= LONGEST
    if not is_given or not accounts.takes_password(changes, actor=actor()):
        return accounts.update_profile(changes, at=g.received_at, actor=actor())
    with guesses(THE_PASSWORD, login_of(accounts.get_account(actor=actor()))):
        return accounts.update_proved_profile(
            changes, password=password, passwords=passwords(), at=g.received_at, actor=actor()
        )
