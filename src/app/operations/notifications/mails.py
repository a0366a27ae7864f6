"""What a message is as a mail, or as a text: written when it is sent, by what is so then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from app.extensions import outgoing
from app.operations.notifications.accounts import write_of_account
from app.operations.notifications.audience import list_told
from app.operations.notifications.letters import CATALOGUES, Addressed, write_letter
from app.operations.notifications.people import EMAIL, SMS
from app.operations.notifications.stories import find_story
from app.operations.notifications.unproved import may_be_mailed, stop_address
from app.operations.notifications.words import lay_out, locale_of
from app.operations.outbox.lease import Message

LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail; `stop` is an address for whoever wants no more of them, where there is one."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    sender: str | None = None
    reply_to: str | None = None
    stop: str | None = None


def mail_of(message: Message) -> Mail | None:
    """The mail that a message is; None when there is nobody, or nothing, to be told any more."""
    found = WRITERS.get(message.event.partition(".")[0], _of_story)(message)
    if found is None or found.person.email is None:
        return None
    letter, to = found.letter, found.person.email
    link = letter.path and f"{outgoing.public_url}{letter.path}"
    stop = None if found.is_proved else stop_address(to)
    locale = locale_of(found.person.locale)
    parts = (letter.subject, letter.paragraphs, link, stop)
    return Mail(
        to=to,
        subject=letter.subject,
        text=lay_out("txt", *parts, locale=locale, folder=CATALOGUES),
        html=lay_out("html", *parts, locale=locale, folder=CATALOGUES),
        message_id=message_id(message),
        sender=letter.sender,
        reply_to=letter.reply_to,
        stop=stop,
    )


def text_of(message: Message) -> tuple[str, str] | None:
    """The number and the words of a text message; None when there is nobody to be told any more."""
    found = _of_story(message)
    number = found and found.person.number
    if found is None or not number:
        return None
    link = found.letter.path and f"{outgoing.public_url}{found.letter.path}"
    return number, " ".join(filter(None, (found.letter.subject[:LONGEST_TEXT], link)))


def message_id(message: Message) -> str:
    """The same each time that a message is sent: a receiver that has it drops the second (RFC 5322)."""
    since = int(message.created_at.timestamp() * 1_000_000)
    host = urlsplit(outgoing.public_url).hostname
    return f"<handover.{since}.{message.id}@{host}>"


def _of_story(message: Message) -> Addressed | None:
    """The story told to the recipient, if it is still theirs and they still want it so."""
    story = find_story(message)
    if story is None:
        return None
    for person, part, channels in list_told(story):
        if person.id != message.recipient_id or message.channel not in channels:
            continue
        if part == "customer" and message.channel == EMAIL and not may_be_mailed(person, story):
            return None
        if message.channel == SMS and not person.is_verified:
            return None
        is_proved = part != "customer" or person.is_verified
        return Addressed(person, write_letter(story, person, part), is_proved)
    return None


WRITERS: Final[Mapping[str, Callable[[Message], Addressed | None]]] = MappingProxyType(
    {"account": write_of_account}
)
"""Who writes the mails of a family of events, where it is none of the stories."""
