"""Mails about an account itself: what they carry is derived now, and stored nowhere (auth/mailed.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from app.operations.auth.mailed import find_mailed_code, find_mailed_link, open_former
from app.operations.notifications.letters import CATALOGUES, Addressed, Letter
from app.operations.notifications.people import Person, find_person
from app.operations.notifications.words import locale_of, render
from app.operations.outbox.lease import Message
from app.support import clock

EMAIL_CHANGED: Final = "account.email_changed"
"""The one mail that goes to where its person was reached before."""


def write_of_account(message: Message) -> Addressed | None:
    """The mail to an account's person; None for one whose code or link is of no use any more."""
    person = find_person(message.recipient_id)
    if person is None:
        return None
    said = json.loads(message.payload)
    if message.event == EMAIL_CHANGED:
        person = replace(person, email=open_former(said["former"]))
    found = _content(message.event, said, person, at=clock.now())
    if found is None:
        return None
    values, path = found
    subject, paragraphs = render(
        (message.event,), values, locale=locale_of(person.locale), folder=CATALOGUES
    )
    return Addressed(person, Letter(subject, paragraphs, path))


def _content(
    event: str, said: Mapping[str, Any], person: Person, *, at: datetime
) -> tuple[Mapping[str, str], str | None] | None:
    """What a template names, and where the mail leads; a token stands behind the `#` alone."""
    if event == "account.verification":
        mail = find_mailed_code(said["verification_id"], at=at)
        is_theirs = mail is not None and mail.user.id == person.id
        return ({"code": mail.code}, f"/verify#{mail.token}") if mail and is_theirs else None
    if event == "account.password_reset":
        link = find_mailed_link(said["link_id"], at=at)
        return ({}, f"/reset#{link.token}") if link and link.user.id == person.id else None
    if event == "account.password_changed":
        return {}, "/forgot"
    if event == EMAIL_CHANGED:
        return {}, None
    return None
