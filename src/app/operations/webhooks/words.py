"""The events that can be subscribed to, and under which of them a subscriber is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

EVENTS: Final = (
    "order.placed",
    "order.status_changed",
    "order.ready",
    "order.cancelled",
    "appointment.confirmed",
    "appointment.cancelled",
    "appointment.rescheduled",
    "appointment.no_show",
    "appointment.reminder",
    "review.created",
    "device.silent",
    "business.approved",
    "business.rejected",
    "business.suspended",
)
TEST: Final = "webhook.test"
"""Nobody subscribes to it: it is sent on demand."""

_NARROWER: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("order.status_changed", "completed"): "order.ready",
        ("order.status_changed", "cancelled"): "order.cancelled",
    }
)
"""What is announced once, as a change of status, has a word of its own for those who want no other."""


def word_for(chosen: Collection[str], event: str, data: Mapping[str, Any]) -> str | None:
    """Under which of the words that they chose a subscriber is told of an event; None for under none."""
    if event in chosen or event == TEST:
        return event
    narrower = _NARROWER.get((event, str(data.get("status"))))
    return narrower if narrower in chosen else None
