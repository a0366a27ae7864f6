"""One's own inbox (docs/notifications.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g

from app.api.notifications.schemas import InboxQuery, NotificationView, ReadAll, UnreadView
from app.http.access import actor, allow
from app.http.areas import Area
from app.http.paging import COUNT_CAP, cursor_headers, take_window
from app.models import Notification
from app.operations.actors import Role
from app.operations.notifications import inbox

area = Area("notifications", __name__, description="What one is told, and has read")

_READERS = (Role.CUSTOMER, Role.ADMIN)


@area.route("/notifications")
@allow(*_READERS)
@area.arguments(InboxQuery, location="query")
@area.response(200, NotificationView(many=True))
def list_notifications(query: dict[str, Any]) -> tuple[Sequence[Notification], dict[str, str]]:
    """List one's news, the newest first."""
    window, unread = take_window(query), query["unread"]
    found = inbox.list_notifications(
        unread=unread, after_id=window.after_id, limit=window.limit, actor=actor()
    )
    total = None
    if query["total"]:
        total = inbox.count_notifications(unread=unread, most=COUNT_CAP, actor=actor())
    return found, cursor_headers([one.id for one in found], window, total)


@area.route("/notifications/unread-count")
@allow(*_READERS)
@area.response(200, UnreadView)
def count_unread() -> dict[str, int]:
    """Count what is unread; 100 stands for more."""
    return {"count": inbox.count_notifications(unread=True, most=inbox.MOST_COUNTED, actor=actor())}


@area.route("/notifications/<int:notification_id>/read", methods=["POST"])
@allow(*_READERS)
@area.response(200, NotificationView)
def read_one(notification_id: int) -> Notification:
    """Note that one was read; a second time changes nothing."""
    return inbox.read_notification(notification_id, at=g.received_at, actor=actor())


@area.route("/notifications/read-all", methods=["POST"])
@allow(*_READERS)
@area.arguments(ReadAll)
@area.response(200, UnreadView)
def read_all(body: dict[str, int]) -> dict[str, int]:
    """Note that all were read, or all up to the newest that was seen; how many that changed."""
    return {"count": inbox.read_all_notifications(**body, at=g.received_at, actor=actor())}
