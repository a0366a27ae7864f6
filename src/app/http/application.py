"""One request, one transaction: return commits, raise rolls back, a lost race is run again."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Request, g, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest as WerkzeugBadRequest
from werkzeug.routing import IntegerConverter, ValidationError

from app import database
from app.config import Settings
from app.http.bodies import read_body
from app.support import clock, tokens

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class BoundedInteger(IntegerConverter):
    """`<int:id>` that fits a BIGINT; a larger number is a path that does not exist."""

    def to_python(self, value: str) -> int:
        if len(value) > 18:
            raise ValidationError
        return int(super().to_python(value))


class CompactJSON(DefaultJSONProvider):
    """Keys in the order in which they were written, Unicode as it is, no blanks."""

    sort_keys = False
    ensure_ascii = False
    compact = True


class HandoverRequest(Request):
    """A request whose JSON body is read by its content, and whose faults are one kind of error."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            if silent:
                return None
            raise WerkzeugBadRequest from None


class Application(Flask):
    """Flask whose dispatch runs inside `database.transaction()`."""

    request_class = HandoverRequest
    json_provider_class = CompactJSON
    settings: Settings

    def dispatch_request(self) -> ResponseReturnValue:
        if request.routing_exception is not None or request.method == "OPTIONS":
            return super().dispatch_request()
        read_body()  # before any lock is taken: a slow client holds nobody up
        write = request.method not in SAFE_METHODS
        for left in range(database.REPLAYS, -1, -1):
            try:
                with database.transaction(write=write):
                    return self.make_response(super().dispatch_request())
            except database.Replay as replay:
                is_keyed = bool(g.get("has_key"))
                if not left or (write and replay.outcome_unknown and not is_keyed):
                    raise replay.refusal(is_keyed=is_keyed) from replay
                g.replays = database.REPLAYS - left + 1
        raise AssertionError("unreachable")


def keep_key() -> None:
    """Say that this request's key makes it safe to run again after a COMMIT of unknown outcome."""
    g.has_key = True


def stamp_arrival() -> None:
    """Stamp the request once, before its transaction: its time and its id outlive a replay."""
    g.received_at = clock.now()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else tokens.new_event_id()
