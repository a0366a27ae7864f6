"""What an event of the feed and of webhooks is: its id, whom it concerns, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, null, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import HOUSE, Business, Device, Order, Review, Worker
from app.operations.outbox.lease import Message
from app.support.clock import instant_text

_SUBJECT: BindParameter[int] = bindparam("subject_id")
_OF_ORDER = Prepared(select(Order.business_id, Order.customer_id).where(Order.id == _SUBJECT))
_CONCERNED: Final[Mapping[str, Prepared]] = MappingProxyType(
    {
        "order": _OF_ORDER,
        "appointment": _OF_ORDER,
        "business": Prepared(
            select(Business.id.label("business_id"), null().label("customer_id")).where(
                Business.id == _SUBJECT
            )
        ),
        "review": Prepared(
            select(Review.business_id, null().label("customer_id")).where(Review.id == _SUBJECT)
        ),
        "device": Prepared(
            select(
                func.coalesce(Worker.business_id, HOUSE).label("business_id"),
                null().label("customer_id"),
            )
            .select_from(Device)
            .outerjoin(Worker, Worker.id == Device.worker_id)
            .where(Device.id == _SUBJECT)
        ),
    }
)
"""By what stands before the dot; events of anything else, of accounts for one, concern nobody here."""


_TOLD: Final = (
    *("order_number", "status", "sequence", "starts_at", "local_start", "timezone"),
    *("rating", "slug", "last_seen_at"),
)
"""All that is told of what was announced: a name, say, is for those whom it concerns."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose event it is: a business's, and of an order its customer's."""

    business_id: int
    customer_id: int | None


def find_concerned(message: Message) -> Concerned | None:
    """Whom what was announced concerns; None for what is neither fed nor posted. One statement."""
    about, _, _ = message.event.partition(".")
    look = _CONCERNED.get(about)
    row = None if look is None else look.first(connection(), {"subject_id": message.subject_id})
    return None if row is None else Concerned(row.business_id, row.customer_id)


def event_id(message: Message) -> str:
    """The id of an event, the same however often and to whomever it is told."""
    told = (message.event, message.subject_id, message.says, instant_text(message.created_at))
    return f"evt_{sha256(json.dumps(told).encode()).hexdigest()[:32]}"


def data_of(message: Message, concerned: Concerned) -> dict[str, Any]:
    """What is told of an event: words and ids, and nothing by which to reach anybody."""
    about, _, _ = message.event.partition(".")
    subject = "order" if about == "appointment" else about
    said = json.loads(message.payload)
    return {
        **{name: said[name] for name in _TOLD if name in said},
        f"{subject}_id": message.subject_id,
        "business_id": concerned.business_id,
    }
