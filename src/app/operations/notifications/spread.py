"""Spreading news to people: messages for mail and texts, and what lies in their inboxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection
from app.database.guard import UNRECORDED
from app.database.prepared import Prepared
from app.models import Notification
from app.operations.notifications.audience import Part, list_told
from app.operations.notifications.letters import write_letter
from app.operations.notifications.people import EMAIL, INBOX, SMS, Person
from app.operations.notifications.stories import Story, find_story
from app.operations.notifications.unproved import may_be_mailed, may_be_texted
from app.operations.outbox.lease import Message
from app.operations.outbox.spread import Row
from app.support import clock

OF_ACCOUNTS: Final = "account."
"""What begins so is about an account's own safety: its person gets it by mail, whatever they chose."""

_NAMED = ("user_id", "event", "subject_id", "says", "title", "body", "link", "created_at")
_VALUES = {
    name: bindparam(name, type_=Notification.__table__.columns[name].type) for name in _NAMED
}
_INSERT = {
    "sqlite": Prepared(
        sqlite.insert(Notification)
        .values(_VALUES)
        .on_conflict_do_nothing()
        .execution_options(**UNRECORDED)
    ),
    "mysql": Prepared(
        mysql.insert(Notification)
        .values(_VALUES)
        .on_duplicate_key_update(id=Notification.id)
        .execution_options(**UNRECORDED)
    ),
}


def spread_to_people(message: Message) -> Iterator[Row]:
    """Who is told of a message by mail or text; into inboxes it is put here, once for each person."""
    if message.event.startswith(OF_ACCOUNTS):
        yield Row(EMAIL, message.subject_id)
        return
    story = find_story(message)
    if story is None:
        return
    for person, part, channels in list_told(story):
        if INBOX in channels and person.id:
            _put_into_inbox(message, story, person, part)
        if EMAIL in channels and _is_mailed(person, story, part):
            yield Row(EMAIL, person.id)
        if SMS in channels and may_be_texted(person, story):
            yield Row(SMS, person.id)


def _is_mailed(person: Person, story: Story, part: Part) -> bool:
    return person.email is not None and (part != "customer" or may_be_mailed(person, story))


def _put_into_inbox(message: Message, story: Story, person: Person, part: Part) -> None:
    letter = write_letter(story, person, part)
    here = connection()
    values = {
        "user_id": person.id,
        "event": story.event,
        "subject_id": message.subject_id,
        "says": message.says,
        "title": letter.subject[:255],
        "body": "\n\n".join(letter.paragraphs),
        "link": letter.path,
        "created_at": clock.now(),
    }
    _INSERT[here.dialect.name].change(here, values)
