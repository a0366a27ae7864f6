"""What an operator sees of each request: one log line, and the figures of /metrics."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from flask.globals import request_ctx
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY, CollectorRegistry
from prometheus_client.values import ValueClass
from structlog.contextvars import bind_contextvars, clear_contextvars

from app.config import Settings
from app.errors import NotFound
from app.http import reporting
from app.http.access import public, settings
from app.http.standing import Standing
from app.operations.actors import NOBODY, Actor
from app.support import logs

REQUESTS = Counter("handover_requests", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "handover_request_seconds",
    "From the arrival of a request to its answer.",
    ("method", "route"),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
REPLAYS = Counter("handover_replays", "Transactions run again after a lost race.", ("route",))

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
# Asked every few seconds by machines: their successes say nothing in a log.
PROBES = frozenset({"/health", "/healthz", "/ping", "/readyz", "/metrics"})
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def register(app: Flask, settings: Settings) -> None:
    """Bind the log line, the figures and the reports of faults."""
    app.before_request(_begin)
    app.after_request(_end)
    app.add_url_rule("/metrics", "metrics", show_metrics)
    if settings.sentry_dsn:
        app.extensions["handover_report"] = reporting.start(settings.sentry_dsn, settings.app_env)


def _begin() -> None:
    g.began = perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)


def _end(answer: Response) -> Response:
    """Count and log by the rule of the route: a path, a query and a body hold people's data."""
    asked, told = request_ctx.request, g._get_current_object()  # not by proxy, a dozen times
    seconds = perf_counter() - told.began
    method = asked.method if asked.method in METHODS else "other"
    route = asked.url_rule.rule if asked.url_rule is not None else "none"
    status = answer.status_code
    requests, durations = _figures(method, route, status)
    requests.inc()
    durations.observe(seconds)
    if replays := told.get("replays"):
        REPLAYS.labels(route).inc(replays)
    if route not in PROBES or status >= 500:
        line = logs.Line(
            event="request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 1),
            request_id=_shown(told.request_id),
            **_principal(told.get("actor", NOBODY)),
        )
        logs.write("app.request", _level(status), line)
    return answer


def _level(status: int) -> int:
    """A 503 asks a client to come again, as an upload does that finds no turn."""
    if status == 503:
        return logging.WARNING
    return logging.ERROR if status >= 500 else logging.INFO


@lru_cache(maxsize=4096)
def _figures(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The child of each figure; all three come from small sets."""
    return REQUESTS.labels(method, route, status), SECONDS.labels(method, route)


def _shown(request_id: str) -> str:
    """A client's own id may be anything; a UUID cannot be a secret of ours."""
    return request_id if _UUID.fullmatch(request_id) else logs.hide(request_id)


def _principal(who: Actor) -> dict[str, str | int]:
    ids = {"user_id": who.user_id, "device_id": who.device_id, "worker_id": who.worker_id}
    return {"principal": who.role.value, **{key: id_ for key, id_ in ids.items() if id_}}


@public
def show_metrics() -> Response:
    """The figures of all processes, for those who may see them; for others there is nothing here.

    With PROMETHEUS_MULTIPROC_DIR they are the sums over the processes of this start.
    """
    if not (_is_local() or _has_token()):
        raise NotFound
    shared = CollectorRegistry()  # what is the same whichever process is asked
    shared.register(Standing(settings().instance_path))
    figures = generate_latest(_registry()) + generate_latest(shared)
    return Response(figures, content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if not ValueClass._multiprocess:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _is_local() -> bool:
    """Whether the socket itself ends on this machine, and nobody forwards for somebody else.

    REMOTE_ADDR may have been written by ProxyFix from a header; the peer's own is kept beside.
    """
    environ: Mapping[str, Any] = request.environ
    environ = environ.get("werkzeug.proxy_fix.orig", environ)
    try:
        peer = ip_address(environ.get("REMOTE_ADDR") or "")
    except ValueError:  # a unix socket has no address
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return peer.is_loopback and not any(name in request.headers for name in _FORWARDING)


def _has_token() -> bool:
    expected = settings().metrics_token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return (
        expected is not None
        and scheme.lower() == "bearer"
        and compare_digest(given.strip().encode(), expected.encode())
    )
