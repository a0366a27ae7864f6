"""A piece of news as one person is to read it: subject, paragraphs, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy import bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import MessageText
from app.operations.notifications.audience import Part
from app.operations.notifications.people import Person
from app.operations.notifications.stories import Story
from app.operations.notifications.words import (
    HERE,
    locale_of,
    render,
    show_cost,
    show_pickup,
    show_time,
)
from app.support.clock import parse_instant

CATALOGUES: Final = HERE / "catalogues"

_OWN_TEXT = Prepared(
    select(MessageText.text).where(
        MessageText.business_id == bindparam("business_id"),
        MessageText.event == bindparam("event"),
    )
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said; `path` leads on within our pages, and `sender` is whom it is from."""

    subject: str
    paragraphs: list[str]
    path: str | None
    sender: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter and whom it goes to; not `is_proved` is an address that somebody else may have given."""

    person: Person
    letter: Letter
    is_proved: bool = True


def write_letter(
    story: Story, person: Person, part: Part, *, catalogues: Path = CATALOGUES
) -> Letter:
    """A story as one who has this part in it reads it, in their language.

    What a business says of an event in its own words stands under ours, for its customers alone.
    """
    locale = locale_of(person.locale)
    subject, paragraphs = render(
        (f"{story.event}.{part}", story.event),
        _values(story, person, part, locale),
        locale=locale,
        folder=catalogues,
    )
    about = story.about
    if part != "customer":
        return Letter(subject, paragraphs, _path(story, person, part))
    own = _OWN_TEXT.first(connection(), {"business_id": about.business_id, "event": story.event})
    if own is not None:
        paragraphs.append(own.text)
    return Letter(
        subject,
        paragraphs,
        _path(story, person, part),
        _called(about),
        about.business_email,
    )


def _values(story: Story, person: Person, part: Part, locale: Locale) -> Mapping[str, Any]:
    """What templates may name, as texts; what is not known is empty.

    Who cancelled it themselves knows why: whoever reads their address may be somebody else.
    """
    said, about = story.said, story.about
    values = {
        "status": said.get("status", ""),
        "business": _called(about),
        "reason": getattr(about, "reason", None) or "",
        "name": said.get("name", ""),
        "rating": getattr(about, "rating", ""),
        "is_visit": story.is_appointment,
    }
    if story.family == "device":
        zone = ZoneInfo(person.timezone or "UTC")
        values["since"] = show_time(parse_instant(said["last_seen_at"]), zone, locale)
    if hasattr(about, "order_number"):
        zone = ZoneInfo(about.timezone or about.business_timezone or "UTC")
        starts_at = about.starts_at
        values |= {
            "number": about.order_number,
            "service": about.service_name,
            "cost": show_cost(about.total_cost, about.currency or about.business_currency, locale),
            "when": show_time(starts_at, zone, locale) if starts_at else "",
            "pickup": show_pickup(about.pickup_date, zone, locale) if about.pickup_date else "",
            "reason": "" if part == about.cancelled_by else about.cancel_reason or "",
        }
    return values


def _called(about: Any) -> str:
    """What a business is called in its mails."""
    return getattr(about, "sender_name", None) or getattr(about, "business_name", None) or ""


def _path(story: Story, person: Person, part: Part) -> str | None:
    about = story.about
    if part == "admin":
        return f"/admin/devices/{about.id}" if story.family == "device" else None
    if part == "owner":
        desk = f"/business/{about.slug}"
        if story.family == "review":
            return f"{desk}/reviews"
        return f"{desk}/appointments/{about.order_number}" if story.is_appointment else desk
    if about.deleted_at is not None:
        return None
    if story.is_appointment and person.id:
        return f"/my/appointments/{about.order_number}"
    return f"/track/{about.label_code}"
