"""Licenses: the list, issuing one, and what an admin decides about each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.api.licenses.schemas import LONGEST_REASON, ApproveUpgrade, IssueLicense, SaidWhy
from app.api.services.schemas import HIGHEST_LEVEL
from app.errors import AppError
from app.http.access import actor, settings
from app.http.schemas import BIGINT, Schema, Text, Whole, load
from app.models import License
from app.operations.admin.beginning import SOON
from app.operations.licenses import change, issue, requests
from app.operations.licenses.change import LATEST
from app.operations.licenses.find import get_license, list_licenses
from app.operations.licenses.types import list_types
from app.operations.proofs.proving import make_card
from app.operations.workers.find import list_some_workers
from app.support.license_card import license_pdf
from app.web.admin.given import given
from app.web.admin.lists import Sheet, filters
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again
from app.web.words import last_day

licenses = Blueprint("admin_licenses", __name__, url_prefix="/admin/licenses")

LIST = "/admin/licenses"
ON_A_PAGE = 25
SOON_DAYS = SOON.days
MOST_WORKERS = 200
_FILTERS = ("valid", "requested", "expired", "revoked")
_LATEST_DAY = (LATEST - timedelta(days=2)).date()


class LicensesQuery(Schema):
    """A status, those that expire soon, or those of one worker."""

    status = fields.String(load_default=None, validate=validate.OneOf(_FILTERS))
    expiring = fields.Boolean(load_default=False)
    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class LicenseForm(SaidWhy):
    """A level, and the last day on which it holds; without one it does not expire."""

    level = Whole(least=1, most=HIGHEST_LEVEL, required=True)
    last_day = fields.Date(allow_none=True, required=True, validate=validate.Range(max=_LATEST_DAY))


class ReasonForm(Schema):
    """Why: who reads it later will ask."""

    reason = Text(shortest=1, longest=LONGEST_REASON, required=True)


_QUERY, _ISSUE, _CHANGE = LicensesQuery(), IssueLicense(), LicenseForm()
_APPROVE, _REASON = ApproveUpgrade(), ReasonForm()


@licenses.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Licenses, the newest first, or those that expire first."""
    query = filters(_QUERY)
    page = query["page"]
    rows, count = list_licenses(
        page=page,
        per_page=ON_A_PAGE,
        worker_id=query["worker"],
        status=query["status"],
        expiring_within=SOON_DAYS if query["expiring"] else None,
        at=g.received_at,
        actor=actor(),
    )
    sheet = Sheet(
        rows,
        first=_address(page - 1) if page > 1 else "",
        next=_address(page + 1) if page * ON_A_PAGE < count else "",
    )
    return render_template(
        "admin/licenses.html",
        page=sheet,
        state="expiring" if query["expiring"] else query["status"] or "",
        soon_days=SOON_DAYS,
    )


def _address(page: int) -> str:
    query = {name: one for name, one in request.args.items() if one and name != "page"}
    return f"{LIST}?{urlencode({**query, 'page': page})}"


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a license that is not issued yet."""
    workers = list_some_workers(is_active=True, after_id=None, limit=MOST_WORKERS, actor=actor())
    people = sorted(workers, key=lambda one: (one.name, one.id))
    return render_template(
        "admin/license_new.html",
        filled=request.form or {"level": 1, "worker_id": request.args.get("worker")},
        refusal=refusal,
        people=[(one.id, f"{one.name} (number {one.id})") for one in people],
        types=[(one.code, one.title) for one in list_types(actor=actor()) if one.is_active],
    )


def show_license(refusal: AppError | None = None, *, license_id: int) -> str:
    """One license: what it is worth, and what may be decided about it."""
    standing = get_license(license_id, at=g.received_at, actor=actor())
    return render_template(
        "admin/license.html",
        standing=standing,
        license=standing.license,
        last_day=_last_day(standing.license),
        is_own=standing.worker.user_id is not None and standing.worker.user_id == actor().user_id,
        filled=request.form,
        refusal=refusal,
    )


@licenses.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@licenses.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """License a worker."""
    wanted = load(_ISSUE, given(numbers=["worker_id", "level"]))
    made = issue.issue_license(**wanted, at=g.received_at, actor=actor())
    return _back_to(made.license.id, f"License {made.license.code} was issued.")


@licenses.get("/<int:license_id>")
@admin_page
def show(license_id: int) -> ResponseReturnValue:
    """One license."""
    return show_license(license_id=license_id)


@licenses.get("/<int:license_id>/card.pdf")
@admin_page
def take_card(license_id: int) -> ResponseReturnValue:
    """Its card, to be handed to a worker without an account."""
    standing = get_license(license_id, at=g.received_at, actor=actor())
    zone = ZoneInfo(settings().business_timezone)
    card = make_card(standing, issuer=settings().public_url, at=g.received_at, tz=zone)
    name = f"attachment; filename={standing.license.code}.pdf"
    return Response(
        license_pdf(card), mimetype="application/pdf", headers={"Content-Disposition": name}
    )


@licenses.post("/<int:license_id>")
@admin_form
@shown_again(show_license)
def edit(license_id: int) -> ResponseReturnValue:
    """Set its level and the last day on which it holds."""
    wanted = load(_CHANGE, given(clears=["last_day"], numbers=["level"]))
    found = get_license(license_id, at=g.received_at, actor=actor()).license
    changes = {"level": wanted["level"], **_new_end(found, wanted["last_day"])}
    change.change_license(
        license_id, changes, reason=wanted["reason"], at=g.received_at, actor=actor()
    )
    return _back_to(license_id, "The license was saved.")


@licenses.post("/<int:license_id>/renew")
@admin_form
@shown_again(show_license)
def renew(license_id: int) -> ResponseReturnValue:
    """Let it hold for its type's months more."""
    change.renew_license(license_id, at=g.received_at, actor=actor())
    return _back_to(license_id, "The license was renewed.")


@licenses.post("/<int:license_id>/approve")
@admin_form
@shown_again(show_license)
def approve(license_id: int) -> ResponseReturnValue:
    """Raise it by the level that its holder asked for."""
    level = load(_APPROVE, given(numbers=["new_level"]))["new_level"]
    requests.approve_upgrade(license_id, new_level=level, at=g.received_at, actor=actor())
    return _back_to(license_id, f"The license has level {level} now.")


@licenses.post("/<int:license_id>/reject")
@admin_form
@shown_again(show_license)
def reject(license_id: int) -> ResponseReturnValue:
    """Leave it at the level it has."""
    requests.reject_upgrade(license_id, **load(_REASON, given()), at=g.received_at, actor=actor())
    return _back_to(license_id, "The upgrade was refused.")


@licenses.post("/<int:license_id>/rotate")
@admin_form
@shown_again(show_license)
def rotate(license_id: int) -> ResponseReturnValue:
    """End every card of it that is out there."""
    change.rotate_license(license_id, at=g.received_at, actor=actor())
    return _back_to(license_id, "Cards that were printed before are superseded.")


@licenses.post("/<int:license_id>/revoke")
@admin_form
@shown_again(show_license)
def revoke(license_id: int) -> ResponseReturnValue:
    """End it for good."""
    change.revoke_license(license_id, **load(_REASON, given()), at=g.received_at, actor=actor())
    return _back_to(license_id, "The license was revoked.")


def _back_to(license_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{LIST}/{license_id}", 303)


def _new_end(found: License, day: date | None) -> dict[str, datetime | None]:
    """When it is to expire, if another day was given: at midnight, where the business is."""
    if day == _last_day(found):
        return {}
    if day is None:
        return {"expires_at": None}
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(settings().business_timezone))
    return {"expires_at": midnight + timedelta(days=1)}


def _last_day(found: License) -> date | None:
    zone = ZoneInfo(settings().business_timezone)
    return None if found.expires_at is None else last_day(found.expires_at, zone)
