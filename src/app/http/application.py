"""One request, one transaction: return commits, raise rolls back, a lost race is run again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest as WerkzeugBadRequest
from werkzeug.routing import IntegerConverter, ValidationError

from app import database
from app.config import Settings
from app.http.addresses import peer_address
from app.http.bodies import read_body
from app.http.errors import is_json_path
from app.operations.ledger.circumstances import Circumstances, told_by
from app.support import clock, tokens

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_ADDRESS, LONGEST_USER_AGENT = 45, 255
T = TypeVar("T")
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

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **kwargs) if kwargs else _COMPACT(obj)


_COMPACT = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=DefaultJSONProvider.default
).encode


class FormSession(SecureCookieSessionInterface):
    """The cookie that holds a page's form token; what answers JSON has neither."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if is_json_path(request.path):
            return self.make_null_session(app)
        return super().open_session(app, request)


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
    session_interface = FormSession()
    settings: Settings

    def ensure_sync(self, func: Callable[..., T]) -> Callable[..., T]:
        """No view is a coroutine; Flask would look at each, and at each hook, in every request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        if request.routing_exception is not None or request.method == "OPTIONS":
            return super().dispatch_request()
        read_body()  # before any lock is taken: a slow client holds nobody up
        with told_by(circumstances):
            return self._dispatch_in_transaction(write=request.method not in SAFE_METHODS)

    def _dispatch_in_transaction(self, *, write: bool) -> Response:
        for left in range(database.REPLAYS, -1, -1):
            g.pop("refused", None)
            g.pop("fault", None)
            try:
                with database.transaction(write=write):
                    answer = self.make_response(super().dispatch_request())
                    g.status_code = answer.status_code
                    return answer
            except database.Replay as replay:
                is_keyed = bool(g.get("has_key"))
                if not left or (write and replay.outcome_unknown and not is_keyed):
                    raise replay.refusal(is_keyed=is_keyed) from replay
                g.replays = database.REPLAYS - left + 1
        raise AssertionError("unreachable")


def circumstances() -> Circumstances:
    """What the ledger says of this request; its answer's status once that is known."""
    rule = request.url_rule
    return Circumstances(
        at=g.received_at,
        method=request.method,
        route=None if rule is None else rule.rule,
        request_id=g.request_id,
        status_code=g.get("status_code"),
        ip_address=peer_address()[:LONGEST_ADDRESS],
        user_agent=request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT] or None,
    )


def will_answer(status: int) -> None:
    """Say what this answer's status will be: the record whose MAC it shows covers that, too."""
    g.status_code = status


def keep_key() -> None:
    """Say that this request's key makes it safe to run again after a COMMIT of unknown outcome."""
    g.has_key = True


def stamp_arrival() -> None:
    """Stamp the request once, before its transaction: its time and its id outlive a replay."""
    g.received_at = clock.now()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else tokens.new_event_id()
