"""The page that a label's QR opens: where an order is, and nothing of people (contract.md V25)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template

from app.http.access import public, settings
from app.http.limits import limited
from app.operations.tracks.find import get_tracking
from app.support.dates import pickup_text

tracking = Blueprint("tracking", __name__, template_folder="templates")


@tracking.get("/T/<string:label_code>")
@tracking.get("/track/<string:label_code>")
@limited("lookup")
@public
def show_tracking(label_code: str) -> Response:
    """Status and timeline of the order with this label."""
    seen = get_tracking(label_code)
    zone = ZoneInfo(settings().business_timezone)
    pickup = seen.order.pickup_date and pickup_text(seen.order.pickup_date, zone)
    page = make_response(
        render_template("tracking.html", seen=seen, pickup=pickup, steps=seen.timeline[::-1])
    )
    page.headers["X-Robots-Tag"] = "noindex"
    return page
