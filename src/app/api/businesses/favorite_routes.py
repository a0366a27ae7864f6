"""The businesses that a customer wants to find again."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import fields

from app.api.businesses.routes import area
from app.api.businesses.schemas import BusinessView
from app.http.access import actor, allow
from app.http.paging import PageQuery, page_headers
from app.http.schemas import Schema
from app.operations.actors import Role
from app.operations.businesses import favorites


class FavoriteView(Schema):
    """Whether a business is a favourite now."""

    is_favorite = fields.Boolean(required=True)


@area.route("/favorites")
@allow(Role.CUSTOMER)
@area.arguments(PageQuery, location="query")
@area.response(200, BusinessView(many=True))
def list_favorites(query: dict[str, int]) -> tuple[Any, dict[str, str]]:
    """List one's favourites, the newest first."""
    found, total = favorites.list_favorites(**query, actor=actor())
    return found, page_headers(total=total, **query)


@area.route("/favorites/<string:slug>", methods=["PUT"])
@allow(Role.CUSTOMER)
@area.response(200, FavoriteView)
def add_favorite(slug: str) -> dict[str, bool]:
    """Make a business a favourite; a second time changes nothing."""
    favorites.add_favorite(slug, at=g.received_at, actor=actor())
    return {"is_favorite": True}


@area.route("/favorites/<string:slug>", methods=["DELETE"])
@allow(Role.CUSTOMER)
@area.response(200, FavoriteView)
def remove_favorite(slug: str) -> dict[str, bool]:
    """Forget a favourite; a second time changes nothing."""
    favorites.remove_favorite(slug, actor=actor())
    return {"is_favorite": False}


@area.route("/favorites/<string:slug>", methods=["POST"])
@allow(Role.CUSTOMER)
@area.response(200, FavoriteView)
def toggle_favorite(slug: str) -> dict[str, bool]:
    """Make a business a favourite or, where it is one, no more."""
    return {"is_favorite": favorites.toggle_favorite(slug, at=g.received_at, actor=actor())}
