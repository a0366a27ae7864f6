"""When a business and its workers are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g

from app.api.businesses.hours_schemas import HoursView, ReplaceHours, WhoseHours
from app.api.businesses.routes import OWNERS, READERS, area, etag
from app.http.access import actor, allow
from app.http.areas import if_match
from app.models import Business, Hours
from app.operations.businesses import hours


@area.route("/businesses/<string:slug>/hours")
@allow(*READERS)
@area.arguments(WhoseHours, location="query")
@area.response(200, HoursView)
def show_hours(query: dict[str, Any], slug: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Show when a business is open, or when one of its workers is there."""
    business, rows = hours.show_hours(slug, worker_id=query["worker_id"], actor=actor())
    return _shape(business, rows, query["worker_id"]), etag(business)


@area.route("/businesses/<string:slug>/hours", methods=["PUT"])
@allow(*OWNERS)
@area.arguments(ReplaceHours)
@area.arguments(WhoseHours, location="query")
@area.response(200, HoursView)
@area.alt_response(412, response="Refusal412")
def replace_hours(
    body: dict[str, Any], query: dict[str, Any], slug: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Replace all hours of one's business or of one worker; appointments that were made stay."""
    business, rows = hours.replace_hours(
        slug,
        body["hours"],
        worker_id=query["worker_id"],
        seen_version=if_match(),
        at=g.received_at,
        actor=actor(),
    )
    return _shape(business, rows, query["worker_id"]), etag(business)


def _shape(business: Business, rows: Sequence[Hours], worker_id: int | None) -> dict[str, Any]:
    return {
        "worker_id": worker_id,
        "timezone": business.timezone,
        "version": business.version,
        "hours": rows,
    }
