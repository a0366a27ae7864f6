"""The dashboard: what an owner asks of the day."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template

from app.http.access import actor, settings
from app.operations.admin.dashboard import Dashboard, get_dashboard
from app.support.kept import Kept
from app.web.admin import dashboard_charts
from app.web.admin_access import admin_page

dashboard = Blueprint("admin_dashboard", __name__)

KEPT = "handover_dashboard"
KEPT_SECONDS = 60


@dashboard.get("/admin")
@dashboard.get("/admin/<page:path>")
@dashboard.get("/admin/dashboard")
@admin_page
def show_dashboard(**_: str) -> str:
    """The figures, at most a minute old; any address that is no other page's leads here (L13)."""
    zone = ZoneInfo(settings().business_timezone)
    seen = _kept().get(lambda: get_dashboard(at=g.received_at, zone=zone, actor=actor()))
    return render_template(
        "admin/dashboard.html",
        seen=seen,
        throughput=dashboard_charts.throughput(seen, zone),
        stays=dashboard_charts.stays(seen),
        delays=dashboard_charts.delays(seen),
    )


def _kept() -> Kept[Dashboard]:
    """The figures that this process keeps: they are the same for every admin."""
    kept: Kept[Dashboard] = current_app.extensions.setdefault(KEPT, Kept(KEPT_SECONDS))
    return kept
