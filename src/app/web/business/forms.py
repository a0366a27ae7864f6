"""What the forms of a business send, as its operations take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request

from app.api.businesses.offer_schemas import AddOffer, AddRoom
from app.api.businesses.schemas import RegisterBusiness
from app.api.businesses.worker_schemas import Hire
from app.http.schemas import load
from app.web.admin.given import given, ticked

_PROFILE_CLEARED: Final = (
    *("description", "email", "phone", "website", "address", "city", "postal_code", "country"),
    *("latitude", "longitude"),
)
_RULES: Final[Mapping[str, str]] = {
    "slot_step_minutes": "slot_step",
    "lead_minutes": "lead_minutes",
    "horizon_days": "horizon_days",
    "cancel_cutoff_minutes": "cancel_cutoff_minutes",
}
_MINUTES: Final = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes")


class OfferForm(AddOffer):
    """The whole form of a service that can be booked."""

    class Meta(AddOffer.Meta):
        exclude = ("category",)


class RoomForm(AddRoom):
    """The whole form of a room or chair that is there; it stays what it is."""

    class Meta(AddRoom.Meta):
        exclude = ("kind",)


_PROFILE, _OFFER, _WORKER = RegisterBusiness(), OfferForm(), Hire()
_NEW_ROOM, _ROOM = AddRoom(), RoomForm()


def read_profile() -> dict[str, Any]:
    """What a business tells of itself, and its rules; raises Invalid."""
    sent = given(clears=_PROFILE_CLEARED, numbers=tuple(_RULES))
    for name in ("latitude", "longitude"):
        if isinstance(sent.get(name), str):
            sent[name] = _number(sent[name])
    for name in ("country", "currency"):
        if isinstance(sent.get(name), str):
            sent[name] = sent[name].strip().upper()
    rules = {key: sent[name] for name, key in _RULES.items() if name in sent}
    rules["auto_confirm"] = "auto_confirm" in request.form
    return load(_PROFILE, {**sent, "settings": rules})


def read_offer() -> dict[str, Any]:
    """A service; raises Invalid."""
    sent = given(clears=("description", "duration_minutes"), numbers=_MINUTES)
    sent["resources"] = ticked("resources")
    return load(_OFFER, {"buffer_before_minutes": 0, "buffer_after_minutes": 0, **sent})


def read_new_room() -> dict[str, Any]:
    """A room or chair that is not there yet; raises Invalid."""
    return load(_NEW_ROOM, given(numbers=("units",)))


def read_room() -> dict[str, Any]:
    """What can be changed of one; raises Invalid."""
    return load(_ROOM, given(numbers=("units",)))


def read_worker() -> dict[str, Any]:
    """Somebody who works there, with a new `password` or None; raises Invalid."""
    sent = given(clears=("email", "specialization", "bio"))
    return load(_WORKER, {**sent, "is_manager": "is_manager" in request.form})


def _number(text: str) -> Any:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text
