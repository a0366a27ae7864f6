"""What the mails of an account carry, as their sender derives it of the announced row."""

from __future__ import annotations

import json

from sqlalchemy import select

from app import database
from app.models import EmailVerification
from app.operations.auth.mailed import (
    MailedCode,
    MailedLink,
    find_mailed_code,
    find_mailed_link,
)
from app.support import clock
from tests import outbox


def announced(event: str, subject_id: int) -> list[dict[str, int]]:
    """The payloads of what was announced of an account, in their order."""
    found = outbox.messages(event=event, subject_id=subject_id)
    return [json.loads(one.payload) for one in found]


def verifications(user_id: int) -> list[int]:
    """The codes that were made for an account, in their order."""
    with database.transaction(write=False) as session:
        own = EmailVerification.user_id == user_id
        return list(
            session.scalars(select(EmailVerification.id).where(own).order_by(EmailVerification.id))
        )


def code(user_id: int) -> MailedCode:
    """The last mail that verifies the address of an account."""
    verification_id = verifications(user_id)[-1]
    with database.transaction(write=False):
        found = find_mailed_code(verification_id, at=clock.now())
    assert found is not None
    assert found.user.id == user_id
    return found


def link(user_id: int) -> MailedLink:
    """The last mail that lets its person choose a password."""
    link_id = announced("account.password_reset", user_id)[-1]["link_id"]
    with database.transaction(write=False):
        found = find_mailed_link(link_id, at=clock.now())
    assert found is not None
    assert found.user.id == user_id
    return found


def another(digits: str) -> str:
    """A code that this one is not."""
    return f"{(int(digits) + 1) % 1_000_000:06d}"
