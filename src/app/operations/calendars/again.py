"""An appointment that had ended after all goes on: its time is taken again, or somebody has it."""

from __future__ import annotations

from sqlalchemy import bindparam, select, union_all

from app.database import connection
from app.database.prepared import Prepared
from app.errors import SlotUnavailable
from app.models import Order, Resource, Service, ServiceResource
from app.operations.calendars.claims import take
from app.operations.calendars.lanes import Span, give_lanes
from app.operations.calendars.locking import touch_calendars
from app.support.free_time import Visit
from app.support.wall_time import minute_of

_resource = select(Resource.id, Resource.kind)
_RESOURCES = Prepared(
    union_all(
        _resource.where(Resource.worker_id == bindparam("worker_id")),
        _resource.where(Resource.user_id == bindparam("user_id")),
        _resource.join(ServiceResource, ServiceResource.resource_id == Resource.id).where(
            ServiceResource.service_id == bindparam("service_id")
        ),
    )
)
_BUFFERS = Prepared(
    select(Service.buffer_before_minutes, Service.buffer_after_minutes).where(
        Service.id == bindparam("service_id")
    )
)


def take_again(order: Order) -> bool:
    """Take all that an appointment had before its claims were freed; False when it cannot have it.

    That is so when somebody else has a part of it, or what it needs is not there any more.
    """
    spans = _spans(order)
    touch_calendars([span.resource_id for span in spans])
    try:
        given = give_lanes(spans)
    except SlotUnavailable:
        return False
    take(order.id, given)
    return True


def _spans(order: Order) -> list[Span]:
    if order.starts_at is None or order.ends_at is None:
        raise ValueError("this order is no appointment")
    start, end = minute_of(order.starts_at), minute_of(order.ends_at)
    here = connection()
    values = {
        "worker_id": order.worker_id,
        "user_id": order.customer_id,
        "service_id": order.service_id,
    }
    (buffers,) = _BUFFERS.rows(here, values)
    visit = Visit(end - start, *buffers)
    return [
        Span(row.id, *(visit.core(start) if row.kind == "customer" else visit.taken(start)))
        for row in _RESOURCES.rows(here, values)
    ]
