"""The people who are told: their contacts and choices as they are when it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import User

EMAIL, SMS, INBOX = "email", "sms", "inbox"
_SEPARATORS = re.compile(r"[\s()./-]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

_COLUMNS: Final = (
    *(User.id, User.email, User.phone, User.verified_at),
    *(User.channels, User.locale, User.timezone),
)
_PERSON = Prepared(
    select(*_COLUMNS).where(User.id == bindparam("user_id"), User.is_active.is_(True))
)
_ADMINS = Prepared(
    select(*_COLUMNS).where(User.role == "admin", User.is_active.is_(True)).order_by(User.id)
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account or, with the id 0, whoever gave an address with an order."""

    id: int
    email: str | None
    phone: str | None
    is_verified: bool
    channels: frozenset[str]
    locale: str
    timezone: str | None

    @property
    def number(self) -> str | None:
        """The phone number as a gateway takes it (E.164); None for one without a country."""
        number = _SEPARATORS.sub("", self.phone or "")
        return number if _E164.fullmatch(number) else None


def find_person(user_id: int) -> Person | None:
    """The person of an account that is in use."""
    row = _PERSON.first(connection(), {"user_id": user_id})
    return None if row is None else _person(row)


def list_admins() -> list[Person]:
    """All admins whose accounts are in use."""
    return [_person(row) for row in _ADMINS.rows(connection(), {})]


def whoever_has(email: str | None) -> Person:
    """Whoever reads an address that nobody has proved to be theirs."""
    return Person(0, email, None, False, frozenset({EMAIL}), "en", None)


def _person(row: User) -> Person:
    return Person(
        row.id,
        row.email,
        row.phone,
        row.verified_at is not None,
        frozenset(row.channels.split(",")),
        row.locale,
        row.timezone,
    )
