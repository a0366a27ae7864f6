"""Reading the ledger (ledger.md 4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, g, request

from app.api.audit.schemas import (
    AllLogsQuery,
    FullLogListView,
    LogListView,
    OwnLogsQuery,
    PageOfLogs,
    Period,
    RecentLogs,
    StatisticsView,
)
from app.errors import Invalid
from app.http.access import actor, allow, public, settings
from app.http.areas import Area
from app.operations.actors import Role
from app.operations.audit import logs
from app.operations.audit.checkpoints import origin_of, read_checkpoint
from app.operations.audit.logs import LogFilter, Logs
from app.operations.audit.statistics import Statistics, get_statistics
from app.operations.ledger.subjects import RESOURCE_TYPES

area = Area("audit", __name__, description="Who did what, provably.", prefix="/audit")
CHECKPOINT_KEPT_SECONDS = 30
_RESOURCE_TYPE = {
    "name": "resource_type",
    "in": "path",
    "schema": {"type": "string", "enum": list(RESOURCE_TYPES)},
}


@area.route("/my-logs")
@allow(Role.CUSTOMER, Role.ADMIN)
@area.arguments(OwnLogsQuery, location="query")
@area.response(200, LogListView)
def list_own_logs(query: dict[str, Any]) -> Logs:
    """List what the caller did; with `about=1` what others did to their account and orders, scans aside."""
    about_me = query.pop("about")
    return logs.list_own_logs(**query, about_me=about_me, actor=actor())


@area.route("/logs")
@allow(Role.ADMIN)
@area.arguments(AllLogsQuery, location="query")
@area.response(200, FullLogListView)
def list_logs(query: dict[str, Any]) -> Logs:
    """List everybody's records; every filter narrows the list."""
    return logs.list_logs(**query, actor=actor())


@area.route("/statistics")
@allow(Role.ADMIN)
@area.arguments(Period, location="query")
@area.response(200, StatisticsView)
def show_statistics(query: dict[str, datetime]) -> Statistics:
    """Count records, users, failed logins, and records of each action."""
    return get_statistics(**query, actor=actor())


@area.route("/security-events")
@allow(Role.ADMIN)
@area.arguments(RecentLogs, location="query")
@area.response(200, FullLogListView)
def list_security_events(query: dict[str, int]) -> Logs:
    """List what bears on security in the last hours."""
    return logs.list_security_events(_ago(query.pop("hours")), **query, actor=actor())


@area.route("/failed-logins")
@allow(Role.ADMIN)
@area.arguments(RecentLogs, location="query")
@area.response(200, FullLogListView)
def list_failed_logins(query: dict[str, int]) -> Logs:
    """List the refused logins of the last hours."""
    return logs.list_failed_logins(_ago(query.pop("hours")), **query, actor=actor())


@area.route(
    "/resource/<string:resource_type>/<int(min=1):resource_id>", parameters=[_RESOURCE_TYPE]
)
@allow(Role.ADMIN)
@area.arguments(PageOfLogs, location="query")
@area.response(200, FullLogListView)
def list_resource_logs(query: dict[str, int], resource_type: str, resource_id: int) -> Logs:
    """List the records of one resource, also when it is gone."""
    if resource_type not in RESOURCE_TYPES:
        raise Invalid.field("resource_type", f"One of: {', '.join(RESOURCE_TYPES)}.")
    wanted = LogFilter(resource_type=resource_type, resource_id=resource_id)
    return logs.list_logs(wanted, **query, actor=actor())


@area.route("/checkpoint")
@public
@area.response(200, {"type": "string"}, content_type="text/plain")
@area.alt_response(304, description="It is the one that If-None-Match names")
def show_checkpoint() -> Response:
    """Show the last seal as a signed note, for whoever wants to hold the ledger to it."""
    note = read_checkpoint(origin=origin_of(settings().public_url))
    answer = Response(note, content_type="text/plain; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = CHECKPOINT_KEPT_SECONDS
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _ago(hours: int) -> datetime:
    at: datetime = g.received_at
    return at - timedelta(hours=hours)
