"""Where an order is: behind its label's QR without a word of people, and for its own customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request

from app.errors import AppError, Invalid, OrderNotFound
from app.http.access import public, settings
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import LooseEmail, Schema, Text, load
from app.operations.orders.own import get_own_tracking
from app.operations.tracks.find import PublicStep, Tracking, get_tracking
from app.support.words import RANKS
from app.web import words
from app.web.forms import refuse_forgery

tracking = Blueprint("tracking", __name__, template_folder="templates")

NOT_FOUND = "There is no such order under this e-mail address. Check both and try again."


class FindOwnOrder(Schema):
    """The form's fields."""

    number = Text(required=True, shortest=1, longest=64)
    email = LooseEmail(required=True)


FIND_OWN_ORDER = FindOwnOrder()
_VISIT = ("held", "created", "confirmed", "processing", "completed")


@dataclass(frozen=True, slots=True)
class Progress:
    """What an order has been through, where it is, and what is still to come."""

    done: tuple[PublicStep, ...]
    now: PublicStep
    ahead: tuple[str, ...]


def progress(seen: Tracking) -> Progress:
    """The timeline, and the statuses beyond the present one; after the last none."""
    *done, now = seen.timeline
    path = tuple(RANKS) if seen.order.starts_at is None else _VISIT
    ahead = path[path.index(now.status) + 1 :] if now.status in path else ()
    return Progress(tuple(done), now, ahead)


@tracking.get("/T/<string:label_code>")
@tracking.get("/track/<string:label_code>")
@limited("lookup")
@public
def show_tracking(label_code: str) -> Response:
    """Status and timeline of the order with this label (contract.md V25)."""
    return _page("tracking.html", **_shown(get_tracking(label_code)), is_own=False)


@tracking.get("/track")
@public
def show_form() -> Response:
    """The form of who has the number at hand, and no label."""
    return _page("find_order.html", given={}, errors={})


@tracking.post("/track")
@limited("lookup")
@public
def find_own_order() -> Response:
    """One's own order; an unknown number and a wrong address get the same answer."""
    try:
        refuse_forgery()
        seen = get_own_tracking(**load(FIND_OWN_ORDER, request.form))
    except Invalid as refusal:
        return _form_again(refusal, errors=refusal.details or {})
    except OrderNotFound as refusal:
        return _form_again(refusal, error=NOT_FOUND)
    except AppError as refusal:
        return _form_again(refusal, error=refusal.message)
    return _page("tracking.html", **_shown(seen), is_own=True)


def _shown(seen: Tracking) -> dict[str, Any]:
    zone = ZoneInfo(seen.order.timezone or settings().business_timezone)
    start = seen.order.starts_at and seen.order.starts_at.astimezone(zone)
    visit = start and words.pickup(f"{start:%Y-%m-%dT%H:%M}", zone)
    pickup = seen.order.pickup_date and words.pickup(seen.order.pickup_date, zone)
    return {
        "seen": seen,
        "progress": progress(seen),
        "pickup": pickup,
        "visit": visit,
        "zone": zone.key,
    }


def _form_again(
    refusal: AppError, *, error: str = "", errors: Mapping[str, Any] | None = None
) -> Response:
    page = _page("find_order.html", given=request.form, errors=errors or {}, error=error)
    page.status_code = refusal.status
    return with_headers(refusal, page)


def _page(template: str, **given: Any) -> Response:
    page = make_response(render_template(template, **given))
    page.headers["X-Robots-Tag"] = "noindex"
    return page
