"""Proves of each refused booking that its time was really taken at some moment while it was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from tests.storms.rows import Left
from tests.storms.stage import Stage
from tests.storms.told import OK, Told


class Blocked(NamedTuple):
    """What somebody may have had of a calendar, from one moment to another."""

    name: str
    begin: int
    end: int
    since: float
    until: float
    order: str


def false_refusals(stage: Stage, left: Left, told: Sequence[Told]) -> Iterator[str]:
    """Refused bookings and moves whose time nobody can have had at any moment of theirs."""
    blocked = list(blockers(stage, left, told))
    for one in told:
        if one.kind in ("book", "hold", "move") and one.outcome == "SLOT_UNAVAILABLE":
            moments = [one.begun, one.ended]
            moments += [at for other in blocked for at in other[3:5] if one.begun < at < one.ended]
            if not any(_may_be_taken(stage, one, blocked, at) for at in moments):
                yield f"{one} was refused"


def _may_be_taken(stage: Stage, one: Told, blocked: Sequence[Blocked], at: float) -> bool:
    there = [
        other for other in blocked if other.since <= at <= other.until and other.order != one.order
    ]
    workers = [one.worker_id] if one.worker_id is not None else sorted(stage.workers)
    taken = []
    for worker_id in workers:
        own, *others = stage.spans(one.service_id, one.start, worker_id or 0, one.customer_id)
        if any(_is_full(stage, there, *span) for span in others):
            return True
        taken.append(_is_full(stage, there, *own))
    return all(taken)


def _is_full(stage: Stage, there: Sequence[Blocked], name: str, begin: int, end: int) -> bool:
    met = [
        other for other in there if other.name == name and other.begin < end and begin < other.end
    ]
    return len(met) >= stage.units(name)


def blockers(stage: Stage, left: Left, told: Sequence[Told]) -> Iterator[Blocked]:
    """From the moment a request began that took a time to the moment one ended that gave it back."""
    visits = {one.number: one for one in left.visits.values()}
    stories = defaultdict[str, list[Told]](list)
    away: dict[str, Told] = {}
    back: dict[str, float] = {}
    for one in sorted(told, key=lambda one: one.begun):
        if one.outcome != OK or one.order is None:
            continue
        if one.kind == "be_away":
            away[one.order] = one
        elif one.kind == "be_back":
            back[one.order] = one.ended
        else:
            stories[one.order].append(one)
    for key, one in away.items():
        worker = f"worker {one.worker_id}"
        yield Blocked(worker, one.start, one.end, one.begun, back.get(key, inf), "")
    for number, story in stories.items():
        visit = visits[number]
        lapses = story[0].ends if visit.status == "expired" else None
        until = lapses or inf
        until = min([until, *(one.ended for one in story if one.kind == "cancel")])
        places = [one for one in story if one.kind in ("book", "hold", "move")]
        for place, following in zip(places, [*places[1:], None], strict=True):
            end = until if following is None else following.ended
            for name, start, stop in stage.spans(
                visit.service_id, place.start, place.worker_id or 0, visit.customer_id
            ):
                yield Blocked(name, start, stop, place.begun, end, number)
