"""How often one address may ask: shared by all processes in Redis, in memory without it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from flask import current_app, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from app.config import Settings
from app.errors import RateLimited
from app.http.addresses import client_address
from app.operations.actors import Role

log = structlog.get_logger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

RULES: dict[str, RateLimitItem] = {
    "auth": parse("10/minute"),
    "lookup": parse("60/minute"),
    "anonymous_order": parse("20/hour"),
    "verify": parse("30/minute"),
}
_ANYBODY = frozenset({Role.NOBODY})
RECHECK_SECONDS = 5.0
REDIS_PATIENCE_SECONDS = 0.5
FREE_FAILURES = 5
FIRST_DELAY_SECONDS = 2
LONGEST_DELAY_SECONDS = 900
FAILURES_KEPT_SECONDS = 3600


def limited(rule: str) -> Callable[[View], View]:
    """Declare the rule of RULES that counts this view's requests, by client address."""
    RULES[rule]

    def mark(view: View) -> View:
        view.limit_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


@dataclass
class Limits:
    """Counters in Redis, and in this process's memory while Redis does not answer."""

    enabled: bool
    redis_url: str | None
    memory: Storage = field(default_factory=MemoryStorage)
    redis: Storage | None = None
    redis_is_down: bool = False
    checked_at: float = 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """Counters as the settings say; nothing is asked of Redis yet."""
        limits = cls(enabled=settings.ratelimit_enabled, redis_url=settings.redis_url)
        if settings.redis_url:
            limits.redis = RedisStorage(
                settings.redis_url,
                wrap_exceptions=True,
                socket_timeout=REDIS_PATIENCE_SECONDS,
                socket_connect_timeout=REDIS_PATIENCE_SECONDS,
                key_prefix="handover",
            )
        return limits

    def hit(self, rule: str, address: str) -> None:
        """Count one request; raises RateLimited with the seconds to wait."""
        if not self.enabled:
            return
        item = RULES[rule]

        def count(storage: Storage) -> float | None:
            """When to come back, None for a request that may pass; asked of those alone that may not."""
            limiter = FixedWindowRateLimiter(storage)
            if limiter.hit(item, rule, address):
                return None
            return limiter.get_window_stats(item, rule, address).reset_time

        reset_at = self._counted(count)
        if reset_at is not None:
            raise RateLimited(retry_after=_seconds_until(reset_at))

    def refuse_guessing(self, surface: str, account: str, address: str) -> None:
        """Raise RateLimited while this account has to wait at this address after failures."""
        if not self.enabled:
            return
        key = _guess_key("wait", surface, account, address)

        def look(storage: Storage) -> tuple[int, float]:
            return storage.get(key), storage.get_expiry(key)

        waiting, until = self._counted(look)
        if waiting:
            raise RateLimited(retry_after=_seconds_until(until))

    def count_failure(self, surface: str, account: str, address: str, free: int) -> None:
        """Note a failed guess: after so many `free` ones each doubles the wait, up to 15 minutes."""
        if not self.enabled:
            return
        failures = _guess_key("failures", surface, account, address)
        wait = _guess_key("wait", surface, account, address)

        def note(storage: Storage) -> None:
            count = storage.incr(failures, FAILURES_KEPT_SECONDS)
            if count > free:
                delay = FIRST_DELAY_SECONDS * 2 ** (count - free - 1)
                storage.incr(wait, min(delay, LONGEST_DELAY_SECONDS))

        self._counted(note)

    def forgive(self, surface: str, account: str, address: str) -> None:
        """Forget the failures of an account at an address after a success."""
        if not self.enabled:
            return
        key = _guess_key("failures", surface, account, address)
        self._counted(lambda storage: storage.clear(key))

    def _counted(self, ask: Callable[[Storage], Any]) -> Any:
        if self.redis is not None and not self._resting():
            try:
                answer = ask(self.redis)
            except StorageError:
                if not self.redis_is_down:
                    log.warning("redis_down", effect="limits are kept in this process's memory")
                self.redis_is_down = True
                self.checked_at = time.monotonic()
            else:
                if self.redis_is_down:
                    log.info("redis_back")
                self.redis_is_down = False
                return answer
        return ask(self.memory)

    def _resting(self) -> bool:
        return self.redis_is_down and time.monotonic() - self.checked_at < RECHECK_SECONDS

    def is_first(self, rule: str, address: str) -> bool:
        """Whether nobody has asked so before in this minute: refusals of a flood are told once."""
        key = _guess_key("told", rule, address)
        return bool(self._counted(lambda storage: storage.incr(key, 60)) == 1)

    def answers(self) -> bool:
        """Whether Redis answers now, where one is configured."""
        self._counted(lambda storage: storage.get("handover:probe"))
        return not self.redis_is_down


def _guess_key(*parts: str) -> str:
    return "handover:" + "\x1f".join(parts)


def _seconds_until(at: float) -> int:
    return max(1, math.ceil(at - time.time()))


def limits() -> Limits:
    """This application's counters."""
    counters: Limits = current_app.extensions["handover_limits"]
    return counters


def is_first_refusal() -> bool:
    """Whether this address was not refused at this endpoint before, within the last minute."""
    return limits().is_first(request.endpoint or "", client_address())


def enforce() -> None:
    """Before a request is dispatched, so that a replay counts once.

    Where a view takes credentials, those who send some are not anonymous: they are not counted.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    rule = getattr(view, "limit_rule", None)
    if rule is None or request.method == "OPTIONS":
        return
    is_page = getattr(view, "is_page", False)  # which looks at no bearer's token
    takes_credentials = getattr(view, "access", _ANYBODY) != _ANYBODY and not is_page
    if not (takes_credentials and "Authorization" in request.headers):
        limits().hit(rule, client_address())
