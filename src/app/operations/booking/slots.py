"""A slot: what a visit takes, found free under the lock of every calendar that it may need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NoReturn

from app.errors import Invalid, PastBooking, SlotUnavailable
from app.operations.booking.availability import FreeStart
from app.operations.booking.choosing import choose_worker
from app.operations.booking.crews import Crew, Performer, read_crew
from app.operations.booking.holds import Holds, find_lapsed_holds, lapse
from app.operations.booking.obstacles import (
    WORDS,
    Obstacle,
    Reason,
    find_free_workers,
    find_obstacles,
)
from app.operations.booking.offers import Offer, get_offer
from app.operations.booking.schedules import Schedule, read_schedule
from app.operations.booking.why_not import MOST_ALTERNATIVES, find_nearest, read_days_around
from app.operations.calendars.lanes import Span
from app.operations.calendars.locking import touch_calendars
from app.support.free_time import BUCKET_MINUTES, Visit
from app.support.wall_time import DAY_MINUTES, WallClock, instant_of, minute_of

OVERRULED: Final = frozenset(
    {
        Reason.LEAD,
        Reason.MISALIGNED,
        Reason.CLOSED,
        Reason.BREAK,
        Reason.TAKEN,
        Reason.BUFFER,
    }
)
"""What does not keep an owner from squeezing a visit in; that a worker is away does."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: a visit that starts at an epoch minute, with a worker or with any.

    `own_id` is the customer's own calendar. `moving` is the appointment that is being moved:
    it is as long as it was, and does not stand in its own way; `leaving` are the calendars that it
    has now. `is_squeezed` says that the business wants it whatever is in the way.
    """

    business_id: int
    service_id: int
    start: int
    worker_id: int | None
    own_id: int | None
    is_squeezed: bool = False
    moving: int = 0
    duration: int | None = None
    leaving: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be had, of calendars that are locked."""

    offer: Offer
    performer: Performer
    start: int
    spans: Sequence[Span]

    @property
    def columns(self) -> dict[str, Any]:
        """The order's columns that tell of it."""
        return {
            "worker_id": self.performer.worker_id,
            "starts_at": instant_of(self.start),
            "ends_at": instant_of(self.start + self.offer.visit.duration),
            "local_start": f"{WallClock(self.offer.zone).shown(self.start):%Y-%m-%dT%H:%M}",
            "timezone": self.offer.zone.key,
        }


def lock_slot(wish: Wish, *, at: datetime) -> Slot:
    """Lock what a wish needs, and find that it can be had; holds in its way that lapsed are ended.

    Everything is decided on rows that were read after the locks. Raises Invalid and PastBooking for
    what can never be, and SlotUnavailable with what is in the way and the nearest free starts.
    """
    if wish.start % BUCKET_MINUTES:
        raise Invalid.field("start", f"A visit starts at a multiple of {BUCKET_MINUTES} minutes.")
    offer, crew, holds = _lock(wish, at)
    schedule = _read_day(offer, crew, wish, at)
    start = instant_of(wish.start)
    found = find_obstacles(
        schedule, start, worker_id=wish.worker_id, customer_resource_id=wish.own_id
    )
    if wish.is_squeezed:
        found = [one for one in found if one.reason not in OVERRULED]
    if found:
        _refuse(schedule, wish, found)
    if wish.worker_id is None:
        performer = choose_worker(schedule, start, find_free_workers(schedule, start))
    else:
        performer = crew.performers[wish.worker_id]
    spans = _spans(offer.visit, crew, performer, wish)
    taken = {span.resource_id for span in spans}
    lapse([order_id for order_id, theirs in holds.items() if theirs & taken], at=at)
    return Slot(offer, performer, wish.start, spans)


def _lock(wish: Wish, at: datetime) -> tuple[Offer, Crew, Holds]:
    """Lock until what is read needs nothing more than what is locked: all is read twice at least.

    The calendars of a hold in the way are locked with the others, so that they are in one order;
    none can lapse later, for `at` stands.
    """
    locked: set[int] | None = None
    holds = Holds()
    while True:
        offer = _read_offer(wish, at)
        crew = read_crew(offer, at=at)
        own = () if wish.own_id is None else (wish.own_id,)
        needed = {*crew.resource_ids(wish.worker_id), *own, *wish.leaving}
        if locked is not None and needed <= locked:
            return offer, crew, holds
        locked = locked or set()
        holds |= find_lapsed_holds(needed - locked, offer.visit.taken(wish.start), at)
        needed.update(*holds.values())
        touch_calendars(needed - locked)
        locked |= needed


def _read_offer(wish: Wish, at: datetime) -> Offer:
    offer = get_offer(wish.business_id, wish.service_id)
    if wish.duration is not None:
        offer = replace(offer, visit=offer.visit._replace(duration=wish.duration))
    today = minute_of(at)
    if wish.start < today:
        raise PastBooking(details={"start": [PastBooking.words]})
    if wish.start > today + (offer.horizon_days + 2) * DAY_MINUTES:
        raise SlotUnavailable(details={"start": [WORDS[Reason.HORIZON]], "alternatives": []})
    return offer


def _read_day(offer: Offer, crew: Crew, wish: Wish, at: datetime) -> Schedule:
    day, _ = WallClock(offer.zone).wall(wish.start)
    return read_schedule(
        offer,
        crew,
        first=day,
        last=day,
        at=at,
        worker_id=wish.worker_id,
        more_resource_ids=() if wish.own_id is None else (wish.own_id,),
        ignoring_order_id=wish.moving,
    )


def _spans(visit: Visit, crew: Crew, performer: Performer, wish: Wish) -> list[Span]:
    whole = visit.taken(wish.start)
    spans = [Span(performer.resource_id, *whole)]
    spans += [Span(one.resource_id, *whole) for one in crew.needed]
    if wish.own_id is not None:
        spans.append(Span(wish.own_id, *visit.core(wish.start)))
    return spans


def _refuse(schedule: Schedule, wish: Wish, found: Sequence[Obstacle]) -> NoReturn:
    reasons = dict.fromkeys(one.reason for one in found)
    if Reason.PAST in reasons:
        raise PastBooking(details={"start": [PastBooking.words]})
    words = [WORDS[reason] for reason in reasons]
    alternatives = [one.written for one in _alternatives(schedule, wish)]
    raise SlotUnavailable(details={"start": words, "alternatives": alternatives})


def _alternatives(schedule: Schedule, wish: Wish) -> list[FreeStart]:
    """Free starts of that day, which is read already; of the days around where there are too few.

    Whoever is refused keeps the others waiting.
    """
    start, whose = instant_of(wish.start), {"worker_id": wish.worker_id}
    customer = {"customer_resource_id": wish.own_id}
    nearest = find_nearest(schedule, start, **whose, **customer)
    if len(nearest) == MOST_ALTERNATIVES:
        return nearest
    offer, crew, at = schedule.offer, schedule.crew, schedule.at
    around = read_days_around(offer, crew, start, at=at, **whose, **customer)
    return find_nearest(around, start, **whose, **customer)
