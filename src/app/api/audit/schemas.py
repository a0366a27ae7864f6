"""What is asked of the ledger, and how its records are shown (ledger.md 4)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from app.api.orders.schemas import Bound
from app.http.schemas import BIGINT, Schema, When
from app.operations.audit.logs import LogFilter
from app.operations.ledger.actions import ACTIONS
from app.operations.ledger.subjects import RESOURCE_TYPES

MOST_LOGS = 1000
MOST_HOURS = 168


class PageOfLogs(Schema):
    """Which rows of a list."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_LOGS))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, BIGINT))


class RecentLogs(PageOfLogs):
    """The last hours."""

    hours = fields.Integer(load_default=24, validate=validate.Range(1, MOST_HOURS))


class Period(Schema):
    """From an instant until another one; a mere day means its midnight at the business."""

    since = Bound(data_key="start_date")
    until = Bound(data_key="end_date")


class LogsQuery(PageOfLogs, Period):
    """What every list may be filtered by; loads as `wanted` and the page."""

    action = fields.String(validate=validate.OneOf(tuple(ACTIONS)))

    @post_load
    def gather(self, query: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One filter of all that is not about the page."""
        page: dict[str, Any] = {name: query.pop(name) for name in ("limit", "offset")}
        if "about" in query:
            page["about"] = query.pop("about")
        if (action := query.pop("action", None)) is not None:
            query["actions"] = (action,)
        if (address := query.get("ip_address")) is not None:
            # Stored as http/addresses.py reads it: an IPv4 address written as IPv6 stays IPv4.
            query["ip_address"] = str(getattr(address, "ipv4_mapped", None) or address)
        return {"wanted": LogFilter(**query), **page}


class OwnLogsQuery(LogsQuery):
    """One's own list: what one did, or what others did to one."""

    about = fields.Boolean(load_default=False)


class AllLogsQuery(LogsQuery):
    """The admins' list."""

    user_id = fields.Integer(validate=validate.Range(1, BIGINT))
    resource_type = fields.String(validate=validate.OneOf(RESOURCE_TYPES))
    resource_id = fields.Integer(validate=validate.Range(1, BIGINT))
    ip_address = fields.IP()


class LogView(Schema):
    """A record of a change or of a refusal; `count` equal refusals are one record."""

    id = fields.Integer(required=True)
    user_id = fields.Integer(required=True, allow_none=True)
    device_id = fields.Integer(required=True, allow_none=True)
    actor_role = fields.String(required=True)
    actor_label = fields.String(required=True)
    action = fields.String(required=True)
    resource_type = fields.String(required=True, allow_none=True)
    resource_id = fields.Integer(required=True, allow_none=True)
    seq = fields.Integer(required=True, allow_none=True)
    details = fields.Dict(keys=fields.String(), required=True, attribute="data")
    ip_address = fields.String(required=True, allow_none=True)
    user_agent = fields.String(required=True, allow_none=True)
    request_method = fields.String(required=True, allow_none=True, attribute="method")
    request_path = fields.String(required=True, allow_none=True, attribute="route")
    request_id = fields.String(required=True, allow_none=True)
    status_code = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True)
    count = fields.Integer(required=True)
    timestamp = When(required=True, attribute="at")
    seal_id = fields.Integer(required=True, allow_none=True)


class LogListView(Schema):
    """A page of records, newest first; `total` is what the filter finds."""

    logs = fields.List(fields.Nested(LogView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class FullLogView(LogView):
    """A record as admins see it: with what is erasable, null where it was erased."""

    subject_user_id = fields.Integer(required=True, allow_none=True)
    tried_login = fields.String(required=True, allow_none=True)
    personal = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class FullLogListView(LogListView):
    """A page of records for admins."""

    logs = fields.List(fields.Nested(FullLogView), required=True)


class StatisticsView(Schema):
    """Records of a time, counted."""

    total_logs = fields.Integer(required=True)
    unique_users = fields.Integer(required=True)
    failed_logins = fields.Integer(required=True)
    action_counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    since = When(required=True, allow_none=True, data_key="start_date")
    until = When(required=True, allow_none=True, data_key="end_date")
