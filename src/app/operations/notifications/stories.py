"""What a message is about, as it stands when it is asked for: an order, a review, a business, a device."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.sql.selectable import FromClause

from app.database import connection
from app.database.prepared import Prepared
from app.models import HOUSE, Business, Device, Order, Review
from app.models.base import KEY
from app.operations.outbox.lease import Message

_OF_BUSINESS: Final = (
    Business.id.label("business_id"),
    Business.name.label("business_name"),
    Business.slug,
    Business.owner_id,
    Business.sender_name,
    Business.email.label("business_email"),
    Business.timezone.label("business_timezone"),
    Business.currency.label("business_currency"),
)
_OF_ORDER: Final = (
    Order.id.label("order_id"),
    *(Order.order_number, Order.label_code, Order.channel, Order.customer_id),
    *(Order.email, Order.email_key, Order.service_name, Order.total_cost, Order.currency),
    *(Order.pickup_date, Order.starts_at, Order.timezone, Order.sequence, Order.created_at),
    *(Order.cancelled_by, Order.cancel_reason, Order.deleted_at),
)
_JOINED: FromClause = Order.__table__.join(
    Business.__table__, Business.id == Order.business_id, isouter=True
)
_SUBJECT: Final = bindparam("subject_id", type_=KEY)


def _story(*columns: Any, source: FromClause | type[Any], which: ColumnElement[bool]) -> Prepared:
    return Prepared(select(*columns).select_from(source).where(which))


_ORDER = _story(*_OF_ORDER, *_OF_BUSINESS, source=_JOINED, which=Order.id == _SUBJECT)
_REVIEW = _story(
    *(Review.rating, Review.comment, *_OF_ORDER, *_OF_BUSINESS),
    source=_JOINED.join(Review.__table__, Review.order_id == Order.id),
    which=Review.id == _SUBJECT,
)
_BUSINESS = _story(
    *(Business.reason, *_OF_BUSINESS), source=Business, which=Business.id == _SUBJECT
)
_DEVICE = _story(Device.id, Device.name, source=Device, which=Device.id == _SUBJECT)

_STORIES: Final[Mapping[str, Prepared]] = {
    "order": _ORDER,
    "appointment": _ORDER,
    "review": _REVIEW,
    "business": _BUSINESS,
    "device": _DEVICE,
}


@dataclass(frozen=True, slots=True)
class Story:
    """A message with what it is about; `event` is what people call it, `said` what was announced.

    `about` has the columns of its family; its values are those of now.
    """

    event: str
    says: str
    said: Mapping[str, Any]
    about: Any

    @property
    def family(self) -> str:
        return self.event.partition(".")[0]

    @property
    def is_appointment(self) -> bool:
        return getattr(self.about, "starts_at", None) is not None

    @property
    def owner_id(self) -> int | None:
        return getattr(self.about, "owner_id", None)

    @property
    def is_of_the_house(self) -> bool:
        return getattr(self.about, "business_id", None) == HOUSE


def find_story(message: Message) -> Story | None:
    """What a message is about; None where nobody is told of such things, or it is not there."""
    source = _STORIES.get(message.event.partition(".")[0])
    if source is None:
        return None
    about = source.first(connection(), {"subject_id": message.subject_id})
    if about is None:
        return None
    said = json.loads(message.payload)
    return Story(_called(message.event, said, about), message.says, said, about)


def _called(event: str, said: Mapping[str, Any], about: Row[Any]) -> str:
    """Two statuses of an order have names of their own; a visit that is over is not ready."""
    if event != "order.status_changed":
        return event
    if said.get("status") == "cancelled":
        return "order.cancelled"
    is_ready = said.get("status") == "completed" and about.starts_at is None
    return "order.ready" if is_ready else event
