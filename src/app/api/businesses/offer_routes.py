"""A business's services, and the rooms and chairs that they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, jsonify

from app.api.businesses.offer_schemas import (
    AddOffer,
    AddRoom,
    ChangeOffer,
    ChangeRoom,
    EverythingQuery,
    OfferView,
    PricedOfferView,
    RoomView,
)
from app.api.businesses.routes import OWNERS, READERS, area
from app.api.services.schemas import RetiredView
from app.http.access import actor, allow
from app.models import Resource
from app.operations.businesses import offers, rooms
from app.operations.businesses.offers import Offered

OFFER = OfferView()


@area.route("/businesses/<string:slug>/services")
@allow(*READERS)
@area.arguments(EverythingQuery, location="query")
@area.response(200, PricedOfferView(many=True))
def list_services(query: dict[str, bool], slug: str) -> Response:
    """List what a business offers; `all=true` is for those who run it."""
    currency, found = offers.show_offers(slug, everything=query["all"], actor=actor())
    return jsonify([_priced(currency, one) for one in found])


@area.route("/businesses/<string:slug>/services", methods=["POST"])
@allow(*OWNERS)
@area.arguments(AddOffer)
@area.response(201, PricedOfferView)
def add_service(body: dict[str, Any], slug: str) -> tuple[Response, int]:
    """Offer a new service."""
    needed = body.pop("resources", ())
    currency, offered = offers.add_offer(slug, body, resource_ids=needed, actor=actor())
    return jsonify(_priced(currency, offered)), 201


@area.route("/businesses/<string:slug>/services/<int:service_id>", methods=["PUT"])
@allow(*OWNERS)
@area.arguments(ChangeOffer)
@area.response(200, PricedOfferView)
def change_service(body: dict[str, Any], slug: str, service_id: int) -> Response:
    """Change the given fields of a service; appointments stay as they were made."""
    needed = body.pop("resources", None)
    currency, offered = offers.change_offer(
        slug, service_id, body, resource_ids=needed, at=g.received_at, actor=actor()
    )
    return jsonify(_priced(currency, offered))


@area.route("/businesses/<string:slug>/services/<int:service_id>", methods=["DELETE"])
@allow(*OWNERS)
@area.response(200, RetiredView)
def retire_service(slug: str, service_id: int) -> dict[str, Any]:
    """Delete a service; one that appointments refer to is deactivated instead."""
    retired = offers.withdraw_offer(slug, service_id, actor=actor())
    return {"message": "Deactivated" if retired else "Deleted", "deactivated": retired is not None}


@area.route("/businesses/<string:slug>/resources")
@allow(*OWNERS)
@area.response(200, RoomView(many=True))
def list_resources(slug: str) -> Sequence[Resource]:
    """List the rooms and chairs of one's business."""
    return rooms.list_rooms(slug, actor=actor())


@area.route("/businesses/<string:slug>/resources", methods=["POST"])
@allow(*OWNERS)
@area.arguments(AddRoom)
@area.response(201, RoomView)
def add_resource(body: dict[str, Any], slug: str) -> Resource:
    """Add a room or chair, or several alike."""
    return rooms.add_room(slug, **body, actor=actor())


@area.route("/businesses/<string:slug>/resources/<int:resource_id>", methods=["PATCH"])
@allow(*OWNERS)
@area.arguments(ChangeRoom)
@area.response(200, RoomView)
def change_resource(body: dict[str, Any], slug: str, resource_id: int) -> Resource:
    """Rename a room or chair, change how many there are, or put it out of use."""
    return rooms.change_room(slug, resource_id, body, actor=actor())


def _priced(currency: str, offered: Offered) -> dict[str, Any]:
    return {**OFFER.dump(offered), "currency": currency}
