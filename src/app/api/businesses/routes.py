"""Finding businesses, and running one's own (booking.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, jsonify

from app.api.auth.schemas import MessageView
from app.api.businesses.hours_schemas import HoursRowView
from app.api.businesses.offer_schemas import OfferView
from app.api.businesses.schemas import (
    BookingRules,
    BusinessView,
    CategoryView,
    ChangeBusiness,
    DetailView,
    FoundView,
    MineView,
    OwnBusinessView,
    RegisterBusiness,
    SearchQuery,
)
from app.api.businesses.worker_schemas import ColleagueView, Join, JoinedView
from app.http.access import actor, allow, public
from app.http.areas import Area, if_match
from app.http.limits import limited
from app.http.paging import page_headers
from app.models import Business
from app.operations.actors import Role
from app.operations.businesses import find, search
from app.operations.businesses.change import change_business, delete_business
from app.operations.businesses.joining import join_business
from app.operations.businesses.profile import CATEGORIES
from app.operations.businesses.register import register_business
from app.operations.businesses.search import Wanted
from app.support.distances import Place, in_e6

area = Area("businesses", __name__, description="Whose services are booked")

READERS = (Role.NOBODY, Role.CUSTOMER, Role.ADMIN)
OWNERS = (Role.CUSTOMER, Role.ADMIN)

BUSINESS, RULES = BusinessView(), BookingRules()
OFFERS, COLLEAGUES, HOURS = OfferView(many=True), ColleagueView(many=True), HoursRowView(many=True)


@area.route("/businesses")
@limited("lookup")
@public
@area.arguments(SearchQuery, location="query")
@area.response(200, FoundView(many=True))
def list_businesses(query: dict[str, Any]) -> tuple[Response, int, dict[str, str]]:
    """Find businesses; near a place the nearest come first, else they are in the order of names."""
    page, per_page = query["page"], query["per_page"]
    near = None if query["lat"] is None else Place(in_e6(query["lat"]), in_e6(query["lng"]))
    wanted = Wanted(
        words=query["search"],
        category=query["category"],
        city=query["city"] or None,
        near=near,
        radius_km=query["radius_km"],
        open_at=query["open_at"],
        sort=query["sort"] or ("name" if near is None else "distance"),
    )
    found, total = search.find_businesses(wanted, page=page, per_page=per_page)
    rows = [
        {**BUSINESS.dump(one.business), "distance_km": _rounded(one.distance_km)} for one in found
    ]
    return jsonify(rows), 200, page_headers(page, per_page, total)


@area.route("/businesses/categories")
@public
@area.response(200, CategoryView(many=True))
def list_categories() -> list[dict[str, Any]]:
    """List the kinds of businesses, and how many there are of each."""
    counts = search.count_categories()
    return [{"category": one, "count": counts.get(one, 0)} for one in CATEGORIES]


@area.route("/businesses/mine")
@allow(Role.CUSTOMER)
@area.response(200, MineView(many=True))
def list_mine() -> Sequence[Business]:
    """List the businesses that one owns or manages, with their state."""
    return find.list_own_businesses(actor=actor())


@area.route("/businesses/join", methods=["POST"])
@limited("auth")
@allow(Role.CUSTOMER)
@area.arguments(Join)
@area.response(200, JoinedView)
def join(body: dict[str, str]) -> dict[str, Any]:
    """Take up the code that a business gave one of its workers: one's account is theirs."""
    business, worker = join_business(body["code"], at=g.received_at, actor=actor())
    return {
        "slug": business.slug,
        "name": business.name,
        "worker_id": worker.id,
        "is_manager": worker.is_manager,
    }


@area.route("/businesses", methods=["POST"])
@allow(Role.CUSTOMER)
@area.arguments(RegisterBusiness)
@area.response(201, OwnBusinessView)
def register(body: dict[str, Any]) -> tuple[Business, dict[str, str]]:
    """Register a business; it waits for approval, and one's account becomes an owner's."""
    business = register_business(**body, at=g.received_at, actor=actor())
    where = {"Location": f"/api/v1/businesses/{business.slug}"}
    return business, {**where, **etag(business)}


@area.route("/businesses/<string:slug>")
@allow(*READERS)
@area.response(200, DetailView)
def show(slug: str) -> tuple[Response, int, dict[str, str]]:
    """Show a business: what it offers, who works there, when it is open."""
    shown = find.show_business(slug, actor=actor())
    body = {
        **BUSINESS.dump(shown.business),
        "settings": RULES.dump(shown.business),
        "is_favorite": shown.is_favorite,
        "services": OFFERS.dump(shown.services),
        "workers": COLLEAGUES.dump(shown.workers),
        "hours": HOURS.dump(shown.hours),
    }
    return jsonify(body), 200, etag(shown.business)


@area.route("/businesses/<string:slug>", methods=["PATCH"])
@allow(*OWNERS)
@area.arguments(ChangeBusiness)
@area.response(200, OwnBusinessView)
@area.alt_response(412, response="Refusal412")
def change(body: dict[str, Any], slug: str) -> tuple[Business, dict[str, str]]:
    """Change one's business; what is absent stays, and a rejected one waits for approval again."""
    business = change_business(
        slug, **body, seen_version=if_match(), at=g.received_at, actor=actor()
    )
    return business, etag(business)


@area.route("/businesses/<string:slug>", methods=["DELETE"])
@allow(*OWNERS)
@area.response(200, MessageView)
@area.alt_response(409, response="Refusal409")
def delete(slug: str) -> dict[str, str]:
    """Delete one's business, unless it has appointments to come."""
    delete_business(slug, at=g.received_at, actor=actor())
    return {"message": "Deleted"}


def etag(business: Business) -> dict[str, str]:
    return {"ETag": f'"{business.version}"'}


def _rounded(distance_km: float | None) -> float | None:
    """To ten metres."""
    return None if distance_km is None else round(distance_km, 2)
