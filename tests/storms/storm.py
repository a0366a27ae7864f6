"""The storm: what each client does, by a seed of its own; rushes first, then whatever comes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.storms.clients import Inside
from tests.storms.naive import Naive
from tests.storms.stage import CLOSES, OPENS, Stage
from tests.storms.told import OK, Told
from tests.storms.wire import Wire

Wait = Callable[[], object]
CLIENTS: dict[str, type[Inside]] = {"inside": Inside, "naive": Naive}
DAY = 1440
RUSH_DAY = 3
"""The day after the storm's days on which the rushes are; one an hour and a half."""


def rush_start(stage: Stage, number: int) -> int:
    return stage.midnight + RUSH_DAY * DAY + OPENS + number * 90


def rush(
    number: int, wait: Wait, client: str, stage: Stage, rounds: int, worker_id: int | None = None
) -> list[Told]:
    """In each round all clients want the same time, at the same moment, with a worker or with any."""
    mine = CLIENTS[client](stage)
    found = []
    for one in range(rounds):
        told = Told(
            "book",
            customer_id=stage.customers[number % len(stage.customers)],
            service_id=stage.kinds[0].service_id,
            start=rush_start(stage, one),
            worker_id=worker_id,
            round=f"rush {one}",
        )
        mine.book(told, pause=wait)
        found.append(told)
    return found


def twins(number: int, wait: Wait, client: str, stage: Stage, rounds: int) -> list[Told]:
    """All clients send the same request of one account, with the same key, at the same moment."""
    mine = CLIENTS[client](stage)
    found = []
    for one in range(rounds):
        told = Told(
            "book",
            customer_id=stage.customers[0],
            service_id=stage.kinds[0].service_id,
            start=rush_start(stage, one) + DAY,
            round=f"twins {one}",
        )
        mine.book(told, key=f"twins-{one}", pause=wait)
        found.append(told)
    return found


def hoard(number: int, wait: Wait, client: str, stage: Stage, rounds: int) -> list[Told]:
    """In each round all clients hold a time of their own for one customer, at the same moment."""
    mine = CLIENTS[client](stage)
    found = []
    for one in range(rounds):
        told = Told(
            "hold",
            customer_id=stage.customers[one],
            service_id=stage.kinds[0].service_id,
            start=rush_start(stage, number % 5) + number // 5 * DAY,
            round=f"hoard {one}",
        )
        mine.book(told, pause=wait)
        found.append(told)
    return found


def duel(
    number: int, wait: Wait, client: str, stage: Stage, booked: list[tuple[int, str]]
) -> list[Told]:
    """Each appointment is confirmed by half of all, and cancelled by the other half, at the same moment."""
    mine = CLIENTS[client](stage)
    found = []
    for customer_id, order in booked:
        told = Told("cancel" if number % 2 else "confirm", customer_id=customer_id, order=order)
        told.round = f"duel {order}"
        wait()
        (mine.cancel if number % 2 else mine.confirm)(told)
        found.append(told)
    return found


def storm(
    number: int, wait: Wait, client: str, stage: Stage, steps: int, seed: int, one_worker: bool
) -> list[Told]:
    """Whatever comes: bookings that overlap, holds, moves, cancellations, time off."""
    one = Client(CLIENTS[client](stage), stage, number, seed, one_worker=one_worker)
    wait()
    return [one.step() for _ in range(steps)]


class Client:
    """Somebody who does this and that with their own appointments."""

    def __init__(
        self, client: Inside | Wire, stage: Stage, number: int, seed: int, *, one_worker: bool
    ) -> None:
        self.chance = random.Random(f"{seed} {number}")
        self.client, self.stage = client, stage
        self.customer_id = stage.customers[number % len(stage.customers)]
        self.one_worker = one_worker
        self.booked: list[Told] = []
        self.held: list[Told] = []
        self.away: list[Told] = []

    def step(self) -> Told:
        steps = [(self.book, 8), (self.hold, 3), (self.be_away, 1)]
        if self.booked:
            steps += [(self.move, 4), (self.cancel, 3), (self.confirm, 1)]
        if self.held:
            steps.append((self.take_up, 4))
        if self.away:
            steps.append((self.be_back, 2))
        does, weights = zip(*steps, strict=True)
        return self.chance.choices(does, weights)[0]()

    def _time(self, duration: int) -> int:
        """A start within two hours' reach of everybody else's, on one of two days."""
        latest = min(OPENS + 240, CLOSES - duration)
        minute = self.chance.randrange(OPENS, latest + 1, 5)
        return self.stage.midnight + self.chance.randrange(2) * DAY + minute

    def _worker(self) -> int | None:
        ids = sorted(self.stage.workers)
        if self.one_worker:
            return ids[0]
        return self.chance.choice([None, *ids])

    def _wish(self, kind: str) -> Told:
        service = self.chance.choice(self.stage.kinds)
        return Told(
            kind,
            customer_id=self.customer_id,
            service_id=service.service_id,
            start=self._time(service.duration),
            worker_id=self._worker(),
        )

    def _of(self, kind: str, other: Told) -> Told:
        return Told(kind, customer_id=self.customer_id, order=other.order)

    def book(self) -> Told:
        told = self._wish("book")
        self.client.book(told)
        if told.outcome == OK:
            self.booked.append(told)
        return told

    def hold(self) -> Told:
        told = self._wish("hold")
        self.client.book(told)
        if told.outcome == OK:
            self.held.append(told)
        return told

    def take_up(self) -> Told:
        held = self.held.pop(self.chance.randrange(len(self.held)))
        told = self._of("take_up", held)
        self.client.take_up(told)
        if told.outcome == OK:
            self.booked.append(held)
        return told

    def move(self) -> Told:
        place = self.chance.randrange(len(self.booked))
        booked = self.booked[place]
        told = self._of("move", booked)
        told.service_id, told.start = booked.service_id, self._time(60)
        told.worker_id = self._worker() or booked.worker_id  # a move without one keeps its own
        self.client.move(told)
        if told.outcome == OK:
            self.booked[place] = replace(booked, worker_id=told.worker_id)  # told stays as it was
        return told

    def cancel(self) -> Told:
        told = self._of("cancel", self.booked.pop(self.chance.randrange(len(self.booked))))
        self.client.cancel(told)
        return told

    def confirm(self) -> Told:
        told = self._of("confirm", self.chance.choice(self.booked))
        self.client.confirm(told)
        return told

    def be_away(self) -> Told:
        start = self._time(60)
        worker_id = self.chance.choice(sorted(self.stage.workers))
        told = Told("be_away", start=start, end=start + 30, worker_id=worker_id)
        self.client.be_away(told)
        if told.outcome == OK:
            self.away.append(told)
        return told

    def be_back(self) -> Told:
        away = self.away.pop()
        told = Told("be_back", order=away.order)
        self.client.be_back(told)
        return told
