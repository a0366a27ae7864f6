"""A client of the storm that is really one: HTTP to a server, with the tokens of its people."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any

from app.support.clock import instant_text, parse_instant
from app.support.wall_time import instant_of
from tests.storms.stage import Stage
from tests.storms.told import OK, Told

LOST = "LOST"
"""The outcome of a request that nobody answered: it may have been done."""


class Wire:
    """One connection, opened anew when it is lost; `host` is host and port."""

    def __init__(self, stage: Stage, host: str, tokens: dict[int, str]) -> None:
        self.stage, self._host, self._tokens = stage, host, tokens
        self._line: HTTPConnection | None = None

    def close(self) -> None:
        """Hang up; the next request dials again."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(
        self,
        told: Told,
        path: str,
        body: Any = None,
        *,
        who: int | None = None,
        key: str | None = None,
        method: str = "POST",
    ) -> Any:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._tokens[who or told.customer_id or 0]}",
        }
        if key is not None:
            headers["Idempotency-Key"] = key
        told.begun = time.time()
        try:
            self._line = self._line or HTTPConnection(self._host, timeout=60)
            self._line.request(method, f"/api/v1{path}", json.dumps(body or {}), headers)
            response = self._line.getresponse()
            status, answer = response.status, json.loads(response.read())
        except (OSError, HTTPException):
            self.close()
            told.outcome = LOST
            return {}
        finally:
            told.ended = time.time()
        if status < 300:
            told.outcome = OK
        else:
            told.outcome = answer["error_code"] if status < 500 else str(status)
        return answer

    def book(
        self, told: Told, *, key: str | None = None, pause: Callable[[], object] | None = None
    ) -> None:
        if pause is not None:
            pause()
        wish = {
            "service_id": told.service_id,
            "start": instant_text(instant_of(told.start)),
            "worker_id": told.worker_id,
            "hold": told.kind == "hold",
        }
        answer = self._ask(told, f"/businesses/{self.stage.slug}/appointments", wish, key=key)
        if told.outcome == OK:
            told.order, told.worker_id = answer["order_number"], answer["worker"]["id"]
            if answer["hold_expires_at"] is not None:
                told.ends = parse_instant(answer["hold_expires_at"]).timestamp()

    def take_up(self, told: Told) -> None:
        self._ask(told, f"/appointments/{told.order}/confirm")

    def confirm(self, told: Told) -> None:
        self._ask(told, f"/appointments/{told.order}/confirm", who=self.stage.owner_id)

    def cancel(self, told: Told) -> None:
        self._ask(told, f"/appointments/{told.order}/cancel")

    def move(self, told: Told) -> None:
        wish = {"start": instant_text(instant_of(told.start)), "worker_id": told.worker_id}
        answer = self._ask(told, f"/appointments/{told.order}/reschedule", wish)
        if told.outcome == OK:
            told.worker_id = answer["worker"]["id"]

    def be_away(self, told: Told) -> None:
        wish = {
            "worker_id": told.worker_id,
            "start": instant_text(instant_of(told.start)),
            "end": instant_text(instant_of(told.end)),
        }
        path = f"/businesses/{self.stage.slug}/time-off"
        answer = self._ask(told, path, wish, who=self.stage.owner_id)
        if told.outcome == OK:
            told.order = str(answer["time_off"]["id"])

    def be_back(self, told: Told) -> None:
        path = f"/businesses/{self.stage.slug}/time-off/{told.order}"
        self._ask(told, path, who=self.stage.owner_id, method="DELETE")
