"""Businesses as everybody finds them: the search, and a page for each with schema.org's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.errors import AppError, Invalid
from app.http.access import actor, settings
from app.http.schemas import Schema, Text
from app.models import Business, Hours
from app.operations.businesses.favorites import toggle_favorite
from app.operations.businesses.find import show_business
from app.operations.businesses.profile import CATEGORIES
from app.operations.businesses.review_lists import list_reviews_of
from app.operations.businesses.search import Wanted, find_businesses
from app.support.hours_text import hours_words, week_words
from app.support.opening_hours import OpeningHours, Rule
from app.web.admin.lists import filters
from app.web.page_access import open_page, person_form
from app.web.words import in_words

businesses = Blueprint("public_businesses", __name__)

ON_A_PAGE: Final = 24
MOST_REVIEWS: Final = 20
SOON: Final = timedelta(days=45)
KINDS: Final = [(one, in_words(one)) for one in CATEGORIES]
_SCHEMA_KINDS: Final[Mapping[str, str]] = {
    "hairdresser": "HairSalon",
    "doctor": "Physician",
    "beauty": "BeautySalon",
    "spa": "DaySpa",
    "fitness": "ExerciseGym",
    "laundry": "DryCleaningOrLaundry",
}
_LINKED: Final = ("https://", "http://")


class SearchQuery(Schema):
    """What is wanted, where, and of which kind."""

    q = Text(longest=128, load_default=None)
    city = Text(longest=128, load_default=None)
    category = fields.String(load_default=None, validate=validate.OneOf(tuple(CATEGORIES)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


_QUERY = SearchQuery()


@businesses.get("/b")
@open_page
def search() -> ResponseReturnValue:
    """The businesses that are wanted, by name."""
    try:
        query = filters(_QUERY)
    except Invalid as refusal:
        return _list([], 1, 0, refusal), refusal.status
    wanted = Wanted(words=query["q"], category=query["category"], city=query["city"])
    found, count = find_businesses(wanted, page=query["page"], per_page=ON_A_PAGE)
    return _list([one.business for one in found], query["page"], count)


def _list(found: list[Business], page: int, count: int, refusal: AppError | None = None) -> str:
    return render_template(
        "booking/businesses.html",
        businesses=found,
        kinds=KINDS,
        previous=_page_address(page - 1) if page > 1 else "",
        next=_page_address(page + 1) if page * ON_A_PAGE < count else "",
        canonical=f"{settings().public_url}/b",
        refusal=refusal,
    )


def _page_address(page: int) -> str:
    query = {name: one for name, one in request.args.items() if one and name != "page"}
    return f"/b?{urlencode({**query, 'page': page})}"


@businesses.get("/b/<string:slug>")
@open_page
def show(slug: str) -> ResponseReturnValue:
    """One business; those who run one that is not approved see it as it will be."""
    shown = show_business(slug, actor=actor())
    business = shown.business
    today = g.received_at.astimezone(ZoneInfo(business.timezone)).date()
    hours = [one for one in shown.hours if one.worker_id is None]
    website = business.website or ""
    return render_template(
        "booking/business.html",
        business=business,
        services=[one.service for one in shown.services],
        is_favorite=shown.is_favorite,
        week=week_words(_week(hours)),
        exceptions=_exceptions(hours, today),
        reviews=list_reviews_of(business, limit=MOST_REVIEWS),
        schema_kind=_SCHEMA_KINDS.get(business.category, "LocalBusiness"),
        canonical=f"{settings().public_url}/b/{business.slug}",
        website=website if website.startswith(_LINKED) else "",
    )


@businesses.post("/b/<string:slug>/favorite")
@person_form
def keep(slug: str) -> ResponseReturnValue:
    """Keep the business among one's favourites, or no longer."""
    is_kept = toggle_favorite(slug, at=g.received_at, actor=actor())
    flash("Kept among your favourites." if is_kept else "It is no longer among your favourites.")
    return redirect(f"/b/{slug}", 303)


def _week(hours: Iterable[Hours]) -> dict[int, list[tuple[int, int]]]:
    """The open spans of each weekday, without what single days change."""
    weekly = OpeningHours(_rule(one) for one in hours if one.day is None)
    monday = date(2024, 1, 1)
    return {number: list(weekly.of_day(monday + timedelta(days=number))) for number in range(7)}


def _exceptions(hours: Iterable[Hours], today: date) -> list[tuple[date, str]]:
    """The days that are soon, and that are not as their weekday is."""
    dated = OpeningHours(_rule(one) for one in hours if one.day is not None)
    days = {one.day for one in hours if one.day is not None}
    soon = sorted(day for day in days if today <= day <= today + SOON)
    return [(day, hours_words(dated.of_day(day), day.weekday())) for day in soon]


def _rule(one: Hours) -> Rule:
    return Rule(one.opens, one.closes, one.weekday, one.day, one.kind == "open")
