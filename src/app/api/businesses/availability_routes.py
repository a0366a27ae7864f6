"""When a service of a business is free, and why it is not at some time (booking.md 3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, g, jsonify, request

from app.api.businesses.availability_schemas import (
    MOST_DAYS,
    AvailabilityQuery,
    AvailabilityView,
    WhyNotQuery,
    WhyNotView,
)
from app.errors import Invalid
from app.http.access import public
from app.http.areas import Area
from app.http.limits import limited
from app.operations.booking.availability import (
    FreeDay,
    FreeStart,
    availability_tag,
    list_free_days,
)
from app.operations.booking.crews import Crew, read_crew
from app.operations.booking.obstacles import WORDS
from app.operations.booking.offers import get_public_offer
from app.operations.booking.why_not import explain_start

area = Area("availability", __name__, description="When a service can be booked")


@area.route("/businesses/<string:slug>/availability")
@public
@limited("lookup")
@area.arguments(AvailabilityQuery, location="query")
@area.response(200, AvailabilityView)
@area.alt_response(304, description="As the ETag in If-None-Match says")
def show_availability(query: dict[str, Any], slug: str) -> Response:
    """List when a service can start, on a day or on each of up to 62 days."""
    wanted = {
        "first": query["first"],
        "last": _last_day(query["first"], query["last"]),
        "worker_id": query["worker_id"],
        "at": g.received_at,
    }
    offer = get_public_offer(slug, query["service_id"])
    crew = _crew_with(read_crew(offer, at=g.received_at), query["worker_id"])
    tag = availability_tag(offer, crew, **wanted)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    days = [_day(one) for one in list_free_days(offer, crew, **wanted)]
    body = {**days[0], "service_id": offer.service_id, "timezone": offer.zone.key}
    return _tagged(jsonify(body if query["last"] is None else {**body, "days": days}), tag)


@area.route("/businesses/<string:slug>/why-not")
@public
@limited("lookup")
@area.arguments(WhyNotQuery, location="query")
@area.response(200, WhyNotView)
def show_why_not(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Tell what keeps a visit from starting at a time, and the nearest times that are free."""
    offer = get_public_offer(slug, query["service_id"])
    crew = _crew_with(read_crew(offer, at=g.received_at), query["worker_id"])
    start = query["start"].astimezone(offer.zone)
    obstacles, nearest = explain_start(
        offer, crew, start, worker_id=query["worker_id"], at=g.received_at
    )
    return {
        "start": start.isoformat(),
        "local": f"{start:%H:%M}",
        "service_id": offer.service_id,
        "is_bookable": not obstacles,
        "reasons": list(dict.fromkeys(one.reason for one in obstacles)),
        "obstacles": [
            {"reason": one.reason, "message": WORDS[one.reason], "worker_id": one.worker_id}
            for one in obstacles
        ],
        "alternatives": [_start(one) for one in nearest],
    }


def _last_day(first: date, last: date | None) -> date:
    if last is None:
        return first
    if last < first:
        raise Invalid.field("to", "This is before the first day.")
    if (last - first).days >= MOST_DAYS:
        raise Invalid.field("to", f"At most {MOST_DAYS} days at once.")
    return last


def _crew_with(crew: Crew, worker_id: int | None) -> Crew:
    if worker_id is not None and worker_id not in crew.performers:
        raise Invalid.field("worker_id", "This business has no such worker.")
    return crew


def _tagged(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _day(free: FreeDay) -> dict[str, Any]:
    return {
        "date": free.day.isoformat(),
        "slots": [one.local for one in free.starts],
        "detail": [_start(one) for one in free.starts],
    }


def _start(one: FreeStart) -> dict[str, Any]:
    return {"start": one.written, "local": one.local, "worker_ids": one.worker_ids}
