"""After a storm, one after another: what is free can be booked, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from app.database import replaying
from app.operations.booking.holds import HOLD_MINUTES
from app.operations.booking.settling import settle_appointments
from app.support import clock
from tests.storms.clients import Inside
from tests.storms.rows import Left, read
from tests.storms.stage import CLOSES, OPENS, Stage
from tests.storms.told import OK, Told


def is_free(stage: Stage, left: Left, told: Told) -> bool:
    """By going through every five minutes of what is in the way."""
    workers = sorted(stage.workers) if told.worker_id is None else [told.worker_id]
    return any(_fits(stage, left, told, worker_id) for worker_id in workers)


def _fits(stage: Stage, left: Left, told: Told, worker_id: int) -> bool:
    spans = stage.spans(told.service_id, told.start, worker_id, told.customer_id)
    if not stage.is_open(told.start, told.start + stage.kind(told.service_id).duration):
        return False
    _, begin, end = spans[0]
    if any(who == worker_id and start < end and begin < until for who, start, until in left.away):
        return False
    return all(_has_lane(stage, left, *span) for span in spans)


def _has_lane(stage: Stage, left: Left, name: str, begin: int, end: int) -> bool:
    met = [one for one in left.pieces if one.name == name and one.start < end and begin < one.end]
    if any(
        sum(one.start <= minute < one.end for one in met) >= stage.units(name)
        for minute in range(begin, end, 5)
    ):
        return False
    return any(all(one.lane != lane for one in met) for lane in range(stage.units(name)))


def wrongly_answered(stage: Stage, *, tries: int, seed: int) -> Iterator[str]:
    """Bookings that were refused though they are free, or accepted though they are not.

    The holds that are left lapse first, all of them.
    """
    chance, client = random.Random(seed), Inside(stage)
    settle_appointments(at=clock.now() + timedelta(minutes=HOLD_MINUTES), trying=replaying)
    for _ in range(tries):
        kind = chance.choice(stage.kinds)
        latest = CLOSES - kind.duration
        told = Told(
            "book",
            customer_id=chance.choice(stage.customers),
            service_id=kind.service_id,
            start=stage.midnight
            + chance.randrange(2) * 1440
            + chance.randrange(OPENS - 30, latest + 30, 5),
            worker_id=chance.choice([None, *stage.workers]),
        )
        expected = is_free(stage, read(), told)
        client.book(told)
        if (told.outcome == OK) is not expected:
            yield f"{told} is {'free' if expected else 'not free'}"
