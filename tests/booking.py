"""Businesses with calendars, as the database holds them: the stage of tests about appointments."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.models import (
    Business,
    Hours,
    Order,
    Resource,
    Segment,
    Service,
    ServiceResource,
    TimeOff,
    Worker,
    WorkerService,
)
from app.support.wall_time import minute_of
from tests import factories
from tests.rows import writing

_count = itertools.count(1)
NINE_TO_FIVE = [(weekday, 540, 1020) for weekday in range(7)]


@dataclass
class Shop:
    """A business, its services and workers, and the resource of each worker by its id."""

    business: Business
    service: Service
    workers: list[Worker]
    resources: dict[int, int]

    @property
    def slug(self) -> str:
        return self.business.slug

    def resource(self, number: int = 0) -> int:
        """That of the worker with this place among the workers."""
        return self.resources[self.workers[number].id]


def add(*rows: Any) -> Any:
    """Insert rows, the first of which is given back."""
    with writing() as session:
        session.add_all(rows)
        session.flush()
    return rows[0]


def shop(
    workers: int = 1,
    *,
    hours: Sequence[tuple[int | date, int, int]] = NINE_TO_FIVE,
    service: dict[str, Any] | None = None,
    **more: Any,
) -> Shop:
    """An approved business that is open from nine to five every day unless it is told otherwise."""
    number = next(_count)
    values = {"slug": f"shop-{number}", "name": f"Shop {number}", "status": "approved"} | more
    business = add(Business(**values))
    made = Shop(business, add_service(business, **(service or {})), [], {})
    for _ in range(workers):
        add_worker(made)
    add_hours(made, hours)
    return made


def add_service(business: Business, **more: Any) -> Service:
    values = {
        "name": f"Service {next(_count)}",
        "price": Decimal(20),
        "duration_minutes": 60,
    } | more
    return add(Service(business_id=business.id, **values))


def add_worker(made: Shop, **more: Any) -> Worker:
    worker = factories.worker(business_id=made.business.id, **more)
    resource = add(Resource(kind="worker", business_id=made.business.id, worker_id=worker.id))
    made.workers.append(worker)
    made.resources[worker.id] = resource.id
    return worker


def add_hours(
    made: Shop,
    hours: Sequence[tuple[int | date, int, int]],
    *,
    worker: Worker | None = None,
    kind: str = "open",
) -> None:
    """Rows of weekdays, or of dates."""
    rows = [
        Hours(
            business_id=made.business.id,
            worker_id=None if worker is None else worker.id,
            weekday=None if isinstance(when, date) else when,
            day=when if isinstance(when, date) else None,
            opens=opens,
            closes=closes,
            kind=kind,
        )
        for when, opens, closes in hours
    ]
    with writing() as session:
        session.add_all(rows)


def add_room(made: Shop, *, units: int = 1, **more: Any) -> Resource:
    """A room that the service needs."""
    room = add(Resource(kind="room", business_id=made.business.id, units=units, **more))
    add(ServiceResource(service_id=made.service.id, resource_id=room.id))
    return room


def add_skill(made: Shop, worker: Worker) -> None:
    """The service can be done by those whose skill it is, from now on."""
    add(WorkerService(worker_id=worker.id, service_id=made.service.id))


def add_time_off(worker: Worker, starts_at: datetime, ends_at: datetime) -> None:
    add(TimeOff(worker_id=worker.id, starts_at=starts_at, ends_at=ends_at, created_at=starts_at))


def take(
    resource_id: int, starts_at: datetime, ends_at: datetime, *, lane: int = 0, **order: Any
) -> Segment:
    """Somebody's appointment, as far as it stands in the way of others."""
    return add(
        Segment(
            order_id=factories.order(**order).id,
            resource_id=resource_id,
            lane=lane,
            busy_start=minute_of(starts_at),
            busy_end=minute_of(ends_at),
        )
    )


def add_customer(user_id: int) -> Resource:
    """The time of a customer."""
    return add(Resource(kind="customer", user_id=user_id))


def visit(
    made: Shop,
    begins: datetime,
    *,
    minutes: int = 60,
    worker: int = 0,
    lane: int = 0,
    make: Callable[..., Order] = factories.order,
    **more: Any,
) -> str:
    """An appointment with one of the workers; its number. `factories.placed_order` records it, too."""
    ends = begins + timedelta(minutes=minutes)
    values = {
        "service_row": made.service,
        "status": "created",
        "name": "Jo Miller",
        "business_id": made.business.id,
        "worker_id": made.workers[worker].id,
        "starts_at": begins,
        "ends_at": ends,
        "timezone": made.business.timezone,
        "local_start": begins.strftime("%Y-%m-%dT%H:%M"),
        "currency": made.business.currency,
    }
    order = make(**(values | more))
    taken = Segment(
        order_id=order.id,
        resource_id=made.resource(worker),
        lane=lane,
        busy_start=minute_of(begins),
        busy_end=minute_of(ends),
    )
    add(taken)
    return str(order.order_number)
