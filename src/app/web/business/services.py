"""What a business offers: the list, and a page for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, ServiceNotFound
from app.http.access import actor
from app.models import Business, Service
from app.operations.businesses import offers
from app.operations.businesses.access import get_own_business
from app.operations.businesses.offers import Offered
from app.operations.businesses.rooms import list_rooms_of
from app.web.admin.given import ticked
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.business.forms import read_offer
from app.web.refused import shown_again

services = DeskPages("services")


@services.page("/services")
def list_all(slug: str) -> ResponseReturnValue:
    """Every service, those that are not offered now as well."""
    business = get_own_business(slug, actor=actor())
    found = offers.list_offers(business.id, active_only=False)
    return render_desk("business/services.html", business, services=[one.service for one in found])


def show_empty_form(refusal: AppError | None = None, *, slug: str) -> str:
    """The form of a service that does not exist yet."""
    filled = request.form or {"status": "active", "duration_minutes": 30}
    business = get_own_business(slug, actor=actor())
    return _form(business, None, filled, refusal, ticked("resources"))


def show_filled_form(refusal: AppError | None = None, *, slug: str, service_id: int) -> str:
    """The form of a service."""
    business = get_own_business(slug, actor=actor())
    service, needed = _get(business.id, service_id)
    if refusal is None:
        return _form(business, service, service, None, needed)
    return _form(business, service, request.form, refusal, ticked("resources"))


def _form(
    business: Business,
    service: Service | None,
    filled: Any,
    refusal: AppError | None,
    needed: Sequence[int],
) -> str:
    return render_desk(
        "business/service.html",
        business,
        service=service,
        filled=filled,
        rooms=[one for one in list_rooms_of(business.id) if one.is_active or one.id in needed],
        needed=set(needed),
        refusal=refusal,
    )


@services.page("/services/new")
def new(slug: str) -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form(slug=slug)


@services.form("/services")
@shown_again(show_empty_form)
def create(slug: str) -> ResponseReturnValue:
    """Offer something new."""
    form = read_offer()
    needed = form.pop("resources")
    _, made = offers.add_offer(slug, form, resource_ids=needed, actor=actor())
    return _back(slug, f"{made.service.name} was added.")


@services.page("/services/<int:service_id>")
def show(slug: str, service_id: int) -> ResponseReturnValue:
    """One service."""
    return show_filled_form(slug=slug, service_id=service_id)


@services.form("/services/<int:service_id>")
@shown_again(show_filled_form)
def edit(slug: str, service_id: int) -> ResponseReturnValue:
    """Change a service; appointments keep the price and the times at which they were made."""
    form = read_offer()
    needed = form.pop("resources")
    _, changed = offers.change_offer(
        slug, service_id, form, resource_ids=needed, at=g.received_at, actor=actor()
    )
    return _back(slug, f"{changed.service.name} was saved.")


@services.form("/services/<int:service_id>/delete")
def delete(slug: str, service_id: int) -> ResponseReturnValue:
    """Delete a service; one that was booked is only no longer offered."""
    withdrawn = offers.withdraw_offer(slug, service_id, actor=actor())
    words = "The service was removed." if withdrawn is None else "It is no longer offered."
    return _back(slug, words)


def _get(business_id: int, service_id: int) -> Offered:
    found = offers.list_offers(business_id, active_only=False)
    offered = next((one for one in found if one.service.id == service_id), None)
    if offered is None:
        raise ServiceNotFound
    return offered


def _back(slug: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{desk().home}/{slug}/services", 303)
