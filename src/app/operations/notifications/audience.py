"""Who is told of an event, in which part, and on which of the channels that they chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from app.operations.notifications.people import (
    EMAIL,
    INBOX,
    SMS,
    Person,
    find_person,
    list_admins,
    whoever_has,
)
from app.operations.notifications.stories import Story

Part = Literal["customer", "owner", "admin"]

_NEWS: Final = frozenset({EMAIL, INBOX})
_URGENT: Final = frozenset({EMAIL, INBOX, SMS})
_SEEN: Final = frozenset({INBOX})

TOLD: Final[Mapping[Part, Mapping[str, frozenset[str]]]] = MappingProxyType(
    {
        "customer": {
            "order.placed": _NEWS,
            "order.status_changed": _NEWS,
            "order.ready": _URGENT,
            "order.cancelled": _URGENT,
            "appointment.confirmed": _URGENT,
            "appointment.cancelled": _URGENT,
            "appointment.rescheduled": _URGENT,
            "appointment.reminder": _URGENT,
            "appointment.no_show": _NEWS,
        },
        "owner": {
            "order.placed": _SEEN,
            "order.cancelled": _SEEN,
            "appointment.cancelled": _NEWS,
            "appointment.rescheduled": _NEWS,
            "review.created": _NEWS,
            "business.approved": _NEWS,
            "business.rejected": _NEWS,
            "business.suspended": _NEWS,
        },
        "admin": {"device.silent": _NEWS, "review.created": _SEEN},
    }
)
"""On which channels each part is told of what (docs/notifications.md), if the person chose them."""


def list_told(story: Story) -> Iterator[tuple[Person, Part, frozenset[str]]]:
    """Each who is told, once, in the first part that fits, with the channels."""
    seen: set[int] = set()
    for person, part in _parts(story):
        channels = _channels(story, part) & person.channels
        if person.id not in seen and channels:
            seen.add(person.id)
            yield person, part, channels


def _parts(story: Story) -> Iterator[tuple[Person, Part]]:
    if story.event in TOLD["customer"] and _is_customers(story):
        if story.about.customer_id is None:
            yield whoever_has(story.about.email), "customer"
        elif (customer := find_person(story.about.customer_id)) is not None:
            yield customer, "customer"
    if story.event in TOLD["owner"] and story.owner_id is not None and _is_owners(story):
        owner = find_person(story.owner_id)
        if owner is not None:
            yield owner, "owner"
    if story.event in TOLD["admin"] and (story.family == "device" or story.owner_id is None):
        yield from ((admin, "admin") for admin in list_admins())


def _is_customers(story: Story) -> bool:
    """A booking that was confirmed with it is told as confirmed, and not twice."""
    return story.event != "order.placed" or story.said.get("status") != "confirmed"


def _is_owners(story: Story) -> bool:
    """What a business cancelled itself is no news to it."""
    return getattr(story.about, "cancelled_by", None) != "business"


def _channels(story: Story, part: Part) -> frozenset[str]:
    if part == "owner" and story.event == "order.placed" and story.is_appointment:
        return _NEWS
    return TOLD[part][story.event]
