"""The rooms and chairs of a business: the list with a form for another, and a page for each."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, NotFound
from app.http.access import actor
from app.operations.businesses import rooms as places
from app.operations.businesses.access import get_own_business
from app.operations.businesses.offers import list_offers
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.business.forms import read_new_room, read_room
from app.web.refused import shown_again

rooms = DeskPages("rooms")


def show_rooms(refusal: AppError | None = None, *, slug: str) -> str:
    """All of them, and the form of another."""
    business = get_own_business(slug, actor=actor())
    found = places.list_rooms_of(business.id)
    return render_desk(
        "business/rooms.html",
        business,
        rooms=found,
        users=_users(business.id),
        filled=request.form if refusal else {"units": 1},
        refusal=refusal,
    )


@rooms.page("/rooms")
def list_all(slug: str) -> ResponseReturnValue:
    """The page."""
    return show_rooms(slug=slug)


@rooms.form("/rooms")
@shown_again(show_rooms)
def create(slug: str) -> ResponseReturnValue:
    """Add a room or chair, or several alike."""
    room = places.add_room(slug, **read_new_room(), actor=actor())
    return _back(slug, f"{room.name} was added.")


def show_room(refusal: AppError | None = None, *, slug: str, room_id: int) -> str:
    """One of them."""
    business = get_own_business(slug, actor=actor())
    found = places.list_rooms_of(business.id)
    room = next((one for one in found if one.id == room_id), None)
    if room is None:
        raise NotFound
    return render_desk(
        "business/room.html",
        business,
        room=room,
        users=_users(business.id).get(room.id, []),
        filled=request.form if refusal else room,
        refusal=refusal,
    )


@rooms.page("/rooms/<int:room_id>")
def show(slug: str, room_id: int) -> ResponseReturnValue:
    """The page."""
    return show_room(slug=slug, room_id=room_id)


@rooms.form("/rooms/<int:room_id>")
@shown_again(show_room)
def edit(slug: str, room_id: int) -> ResponseReturnValue:
    """Rename it, or change how many there are."""
    room = places.change_room(slug, room_id, read_room(), actor=actor())
    return _back(slug, f"{room.name} was saved.")


@rooms.form("/rooms/<int:room_id>/deactivate")
def deactivate(slug: str, room_id: int) -> ResponseReturnValue:
    """Put it out of use: what needs it cannot be booked; appointments that were made stay."""
    room = places.change_room(slug, room_id, {"is_active": False}, actor=actor())
    return _back(slug, f"{room.name} is out of use.")


@rooms.form("/rooms/<int:room_id>/reactivate")
def reactivate(slug: str, room_id: int) -> ResponseReturnValue:
    """It can be used again."""
    room = places.change_room(slug, room_id, {"is_active": True}, actor=actor())
    return _back(slug, f"{room.name} is in use again.")


def _users(business_id: int) -> dict[int, list[str]]:
    """The names of the services that need each of them."""
    users: dict[int, list[str]] = {}
    for service, needed in list_offers(business_id, active_only=False):
        for room_id in needed:
            users.setdefault(room_id, []).append(service.name)
    return users


def _back(slug: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{desk().home}/{slug}/rooms", 303)
