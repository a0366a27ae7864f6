"""Proves of what a storm left that nobody was booked twice, and that nothing was left behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from app.support.words import ACTIVE_APPOINTMENT
from tests.storms.rows import Event, Left, minute_from
from tests.storms.stage import Stage

ENDS = {"ORDER_CANCELLED", "APPOINTMENT_EXPIRED", "APPOINTMENT_NO_SHOW"}


def complaints(stage: Stage, left: Left) -> list[str]:
    """All that is wrong: in the rows as they are, and in the order in which they came about."""
    return [
        *(f"overlap: {one}" for one in overlaps(stage, left)),
        *(f"claims: {one}" for one in unclaimed(stage, left)),
        *(f"history: {one}" for one in Replayed(stage).complaints(left)),
    ]


def overlaps(stage: Stage, left: Left) -> Iterator[str]:
    """Active orders that meet, by what they are and not by what was claimed for them."""
    taken = defaultdict[str, list[tuple[int, int, int]]](list)
    for order_id, one in left.visits.items():
        if one.status in ACTIVE_APPOINTMENT:
            if not stage.is_open(one.start, one.end):
                yield f"order {order_id} is outside of the hours"
            spans = stage.spans(one.service_id, one.start, one.worker_id, one.customer_id)
            for name, begin, end in spans:
                taken[name].append((begin, end, order_id))
    for name, spans in taken.items():
        for begin, _, order_id in spans:
            there = [other for start, end, other in spans if start <= begin < end]
            if len(there) > stage.units(name):
                yield f"{name} has {sorted(there)} at {begin} (order {order_id})"


def unclaimed(stage: Stage, left: Left) -> Iterator[str]:
    """Active <=> complete claims, each lane once; what is over has none."""
    pieces = defaultdict[int, list[tuple[str, int, int]]](list)
    needed = defaultdict[int, set[tuple[int, int, int]]](set)
    lanes = defaultdict[tuple[int, int, int], list[int]](list)
    for piece in left.pieces:
        pieces[piece.order_id].append((piece.name, piece.start, piece.end))
        for bucket in range(piece.start // 5, piece.end // 5):
            needed[piece.order_id].add((piece.resource_id, bucket, piece.lane))
            lanes[piece.resource_id, bucket, piece.lane].append(piece.order_id)
        if piece.lane >= stage.units(piece.name):
            yield f"order {piece.order_id} has lane {piece.lane} of {piece.name}"
    yield from (f"{lane} is had by {orders}" for lane, orders in lanes.items() if len(orders) > 1)
    for order_id, one in left.visits.items():
        is_active = one.status in ACTIVE_APPOINTMENT
        spans = stage.spans(one.service_id, one.start, one.worker_id, one.customer_id)
        if sorted(pieces[order_id]) != sorted(spans if is_active else []):
            yield f"order {order_id} is {one.status} and has {pieces[order_id]}"
        if left.claims.get(order_id, set()) != needed[order_id]:
            yield f"order {order_id}'s claims are not those of its segments"


class _Booked(NamedTuple):
    service_id: int
    start: int
    worker_id: int
    customer_id: int | None
    is_held: bool


class Replayed:
    """The ledger's records done again one after another: each must have been possible at its turn.

    Two changes of one calendar hold the same lock until they are over, and each writes its record
    under it: the records' ids are in the order of the changes.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._booked: dict[int, _Booked] = {}
        self._away: dict[int, tuple[int, int, int]] = {}

    def complaints(self, left: Left) -> Iterator[str]:
        for event in left.events:
            if event.action in (
                "APPOINTMENT_HELD",
                "APPOINTMENT_BOOKED",
                "APPOINTMENT_RESCHEDULED",
            ):
                yield from self._book(event)
            elif event.action in ENDS:
                self._booked.pop(event.subject, None)
            elif event.action == "TIME_OFF_ADDED":
                yield from self._be_away(event)
            elif event.action == "TIME_OFF_REMOVED":
                del self._away[event.data["time_off_id"]]
        active = {key for key, one in left.visits.items() if one.status in ACTIVE_APPOINTMENT}
        if active != self._booked.keys():
            yield f"the records end with other orders: {sorted(active ^ self._booked.keys())}"

    def _book(self, event: Event) -> Iterator[str]:
        before = self._booked.get(event.subject)
        if event.action == "APPOINTMENT_BOOKED" and before is not None:
            self._booked[event.subject] = before._replace(is_held=False)
            return
        self._booked.pop(event.subject, None)
        starts_at = event.new("starts_at")
        now = _Booked(
            event.new("service_id") or (before.service_id if before else 0),
            minute_from(starts_at) if starts_at else (before.start if before else 0),
            event.new("worker_id") or (before.worker_id if before else 0),
            before.customer_id if before else event.new("customer_id"),
            event.action == "APPOINTMENT_HELD",
        )
        yield from self._in_the_way(event.subject, now)
        self._booked[event.subject] = now

    def _spans(self, one: _Booked) -> list[tuple[str, int, int]]:
        return self._stage.spans(one.service_id, one.start, one.worker_id, one.customer_id)

    def _in_the_way(self, order_id: int, now: _Booked) -> Iterator[str]:
        _, begin, end = self._spans(now)[0]
        for worker_id, start, until in self._away.values():
            if worker_id == now.worker_id and start < end and begin < until:
                yield f"order {order_id} was booked into time off {start} to {until}"
        for name, begin, end in self._spans(now):
            there = [
                (start, until, other)
                for other, one in self._booked.items()
                for whose, start, until in self._spans(one)
                if whose == name and start < end and begin < until
            ]
            for minute in range(begin, end, 5):
                met = [other for start, until, other in there if start <= minute < until]
                if len(met) >= self._stage.units(name):
                    yield f"order {order_id} was booked though {name} had {met}"
                    break

    def _be_away(self, event: Event) -> Iterator[str]:
        data = event.data
        begin, end = minute_from(data["starts_at"]), minute_from(data["ends_at"])
        self._away[data["time_off_id"]] = (data["worker_id"], begin, end)
        hit = [
            one
            for one in self._booked.values()
            if one.worker_id == data["worker_id"]
            and self._spans(one)[0][1] < end
            and begin < self._spans(one)[0][2]
        ]
        held = sum(one.is_held for one in hit)
        if not len(hit) - held <= data["hits"] <= len(hit):
            yield f"time off {data['time_off_id']} tells of {data['hits']}, not of {len(hit)}"
