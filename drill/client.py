"""One counter: it places orders, scans them, uploads batches, and notes what was acknowledged.

It retries as a device does (scans.md 9): the same request with the same key until its 2xx, after
1, 2, 5, 15 s with jitter, or after Retry-After.
"""

from __future__ import annotations

import json
import random
import ssl
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from itertools import count
from pathlib import Path
from typing import Any, TextIO

from app.support.clock import instant_text
from drill.people import Person

PATIENCE_SECONDS = 15.0
BROKEN = 0
"""Stands in the place of a status when the line broke or nobody answered in time."""

_PAUSES = (1.0, 2.0, 5.0, 15.0)
_ACTIONS = ("picked_up", "processing", "completed")
_BATCH = 10
_SAID_AGAIN = 0.02
"""The share of acknowledged requests that are sent once more, as if their answer was lost."""

_GIVES_UP_AFTER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Order:
    """One that was acknowledged."""

    number: str
    code: str


@dataclass
class Client:
    """`hurry` shortens its pauses, `pace` says how many seconds it rests after each request;
    `is_over` ends it between two requests, `skew` is its clock's error in seconds; `acknowledged`
    is told how many events each answer acknowledged. Its numbers go on where its last day's ended.
    """

    port: int
    certificate: Path
    address: str
    person: Person
    log: TextIO
    hurry: float
    pace: Callable[[], float]
    is_over: Callable[[], bool]
    skew: Callable[[], float]
    acknowledged: Callable[[int], None]
    _numbers: Iterator[int] = field(default_factory=lambda: count(time.time_ns() // 1_000_000))
    _orders: deque[Order] = field(default_factory=lambda: deque(maxlen=5))
    _line: HTTPSConnection | None = None
    _ended_at: float | None = None
    _took: float = 0.0

    def run(self) -> None:
        """A counter's day, again and again."""
        while not self.is_over():
            if (order := self._place()) is None:
                continue
            self._orders.append(order)
            for action in _ACTIONS[:2]:
                self._scan(order, action)
            self._upload()
            self._scan(order, _ACTIONS[2])

    def _place(self) -> Order | None:
        key = str(uuid.uuid4())
        body = {"service_id": self.person.service_id, "instructions": key}
        headers = {"Idempotency-Key": key}
        answer = self._deliver("/api/v1/orders", body, self.person.customer_token, headers)
        if answer is None:
            return None
        self._note(kind="order", key=key, order=answer["order_number"])
        self.acknowledged(1)
        return Order(answer["order_number"], answer["label_code"])

    def _scan(self, order: Order, action: str) -> None:
        event, began = self._event(order, action), time.time()
        answer = self._deliver("/api/v1/workers/scan", event, self.person.device_token)
        if answer is not None:
            self._note_scan(event, order, answer, began=began, took=self._took)
            self.acknowledged(1)

    def _upload(self) -> None:
        of = [random.choice(self._orders) for _ in range(_BATCH)]
        events = [self._event(order, "scanned") for order in of]
        answer = self._deliver(
            "/api/v1/workers/scans", {"events": events}, self.person.device_token
        )
        if answer is None:
            return
        for event, order, told in zip(events, of, answer["results"], strict=True):
            self._note_scan(event, order, told)
        self.acknowledged(_BATCH)

    def _event(self, order: Order, action: str) -> dict[str, Any]:
        return {
            "event_id": str(uuid.uuid4()),
            "code": order.code,
            "action": action,
            "occurred_at": self._now(),
            "seq": next(self._numbers),
        }

    def _now(self) -> str:
        return instant_text(datetime.now(UTC) + timedelta(seconds=self.skew()))

    def _note_scan(
        self, event: dict[str, Any], order: Order, told: dict[str, Any], **times: float
    ) -> None:
        self._note(
            kind="scan",
            event=event["event_id"],
            seq=event["seq"],
            device=self.person.device_id,
            order=order.number,
            result=told.get("result"),
            **times,
        )

    def _note(self, **values: Any) -> None:
        self.log.write(json.dumps(values) + "\n")

    def _deliver(
        self,
        path: str,
        body: dict[str, Any],
        token: str,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """The acknowledgement; None when the drill ended before there was one."""
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        sent |= headers or {}
        answer, first = None, time.time()
        for attempt in count():
            began = time.time()
            status, told, after = self._ask(path, body, sent)
            if 200 <= status < 300:
                answer, self._took = told, time.time() - first
                break
            self._note(kind="error", status=status, began=began, ended=time.time(), path=path)
            if 400 <= status < 500 and status not in (408, 429):
                return None
            if self._is_tired():
                return None
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)] * self.hurry
            time.sleep(max(after * self.hurry, pause * random.uniform(0.5, 1.0)))
        if random.random() < _SAID_AGAIN:
            self._ask(path, body, sent)
        time.sleep(self.pace())
        return answer

    def _is_tired(self) -> bool:
        """When the drill is over a request is still repeated for a while: its key may be taken."""
        if not self.is_over():
            return False
        self._ended_at = self._ended_at or time.monotonic()
        return time.monotonic() - self._ended_at > _GIVES_UP_AFTER_SECONDS * self.hurry

    def _ask(
        self, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], float]:
        """Status, answer and Retry-After of one try; what says when it is sent is written anew."""
        if "orders" not in path:
            body = {**body, "sent_at": self._now()}
        try:
            line = self._connected()
            line.request("POST", path, body=json.dumps(body), headers=headers)
            response = line.getresponse()
            told = response.read()
            after = float(response.headers.get("Retry-After") or 0)
            return response.status, json.loads(told) if response.status < 300 else {}, after
        except (OSError, HTTPException):
            self._disconnect()
            return BROKEN, {}, 0.0

    def _connected(self) -> HTTPSConnection:
        if self._line is None:
            context = ssl.create_default_context(cafile=str(self.certificate))
            self._line = HTTPSConnection(
                "localhost",
                self.port,
                timeout=PATIENCE_SECONDS,
                context=context,
                source_address=(self.address, 0),
            )
        return self._line

    def _disconnect(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
