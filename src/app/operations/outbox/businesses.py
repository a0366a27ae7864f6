"""What is told of a business: what an admin decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.models import Business
from app.operations.outbox.announce import Event, News, announce

_TOLD: Final[Mapping[str, Event]] = MappingProxyType(
    {
        "approved": "business.approved",
        "rejected": "business.rejected",
        "suspended": "business.suspended",
    }
)


def announce_decision(business: Business) -> None:
    """Tell its owner of the status that a business has come to; once for each decision."""
    payload = {"slug": business.slug, "status": business.status}
    announce(_TOLD[business.status], News(business.id, str(business.version), payload))
