"""The whole business at a glance (contract.md V24)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import g

from app.api.admin.schemas import StatsView
from app.http.access import actor, allow, settings
from app.http.areas import Area
from app.operations.actors import Role
from app.operations.admin.stats import Stats, get_stats

area = Area("admin", __name__, description="The whole business at a glance.")


@area.route("/admin/stats", methods=["GET"])
@allow(Role.ADMIN)
@area.response(200, StatsView)
def show_stats() -> Stats:
    """Today's orders and scans, what is late, what wants a look."""
    zone = ZoneInfo(settings().business_timezone)
    return get_stats(at=g.received_at, zone=zone, actor=actor())
