"""The business that a storm comes over: few workers, one room, visits that overlap in every way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.database import db
from app.models import Business
from app.support.wall_time import DAY_MINUTES
from tests import booking, factories
from tests.booking_world import a_shop, in_days

OPENS, CLOSES = 540, 1020


class Kind(NamedTuple):
    """A service: its minutes, and whether it needs the room."""

    service_id: int
    duration: int
    before: int
    after: int
    in_room: bool


@dataclass(frozen=True)
class Stage:
    """What processes and the checker know of it; `midnight` is the epoch minute of its first day."""

    business_id: int
    slug: str
    owner_id: int
    kinds: tuple[Kind, ...]
    workers: dict[int, int]
    """The calendar of each worker by id."""
    room_id: int
    room_units: int
    customers: tuple[int, ...]
    midnight: int

    def kind(self, service_id: int) -> Kind:
        return next(one for one in self.kinds if one.service_id == service_id)

    def is_open(self, start: int, end: int) -> bool:
        """Whether a visit without its buffers lies in opening hours."""
        day = start - (start - self.midnight) % DAY_MINUTES
        return day + OPENS <= start and end <= day + CLOSES

    def spans(
        self, service_id: int, start: int, worker_id: int, customer_id: int | None
    ) -> list[tuple[str, int, int]]:
        """What a visit takes of whom, by name."""
        kind = self.kind(service_id)
        begin, end = start - kind.before, start + kind.duration + kind.after
        found = [(f"worker {worker_id}", begin, end)]
        if kind.in_room:
            found.append(("room", begin, end))
        if customer_id is not None:
            found.append((f"customer {customer_id}", start, start + kind.duration))
        return found

    def units(self, name: str) -> int:
        return self.room_units if name == "room" else 1


def build(
    app, *, workers: int = 2, owner_id: int | None = None, customers: Sequence[int] = ()
) -> Stage:
    """An approved business that is open from nine to five UTC; visits start every five minutes."""
    owner_id = owner_id or factories.user(app, role="owner").id
    shop = a_shop(workers, owner_id=owner_id, service={"duration_minutes": 30})
    more = [
        {"duration_minutes": 45, "buffer_before_minutes": 10, "buffer_after_minutes": 5},
        {"duration_minutes": 60, "buffer_after_minutes": 15},
        {"duration_minutes": 20, "buffer_before_minutes": 5},
    ]
    services = [shop.service, *(booking.add_service(shop.business, **one) for one in more)]
    shop.service = services[1]
    room = booking.add_room(shop, units=2)
    people = tuple(customers) or tuple(factories.user(app).id for _ in range(8))
    for user_id in people:
        booking.add_customer(user_id)  # their calendars: not everybody's first booking is a storm
    kinds = tuple(
        Kind(
            one.id,
            one.duration_minutes or 0,
            one.buffer_before_minutes or 0,
            one.buffer_after_minutes or 0,
            one is services[1],
        )
        for one in services
    )
    return Stage(
        business_id=shop.business.id,
        slug=shop.business.slug,
        owner_id=owner_id,
        kinds=kinds,
        workers=dict(shop.resources),
        room_id=room.id,
        room_units=2,
        customers=people,
        midnight=in_days(days=7, hour=0),
    )


def business_of(stage: Stage) -> Business:
    return db.session.get_one(Business, stage.business_id)
