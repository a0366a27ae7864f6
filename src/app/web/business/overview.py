"""A business at a glance: what is still to do, its figures, and what an admin decides of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from app.errors import AppError, Conflict, PreconditionFailed
from app.http.access import actor
from app.http.schemas import Schema, Text, Whole, load
from app.models import Business
from app.operations.businesses import moderation
from app.operations.businesses import overview as at_a_glance
from app.operations.businesses.access import get_own_business
from app.operations.businesses.overview import Overview
from app.operations.businesses.profile import changes_of
from app.web.admin.given import given
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.refused import shown_again

overview = DeskPages("overview")


class ApproveForm(Schema):
    """The version of the business that its reviewer saw."""

    version = Whole(load_default=None)


class ReasonForm(Schema):
    """Why an admin refuses a business."""

    reason = Text(required=True, shortest=10, longest=500)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a business needs before it can be booked, and where it is done."""

    key: str
    words: str
    is_done: bool


_APPROVE, _REASON = ApproveForm(), ReasonForm()


def show_overview(refusal: AppError | None = None, *, slug: str) -> str:
    """The page, with what a refused decision was told."""
    seen = at_a_glance.show_overview(slug, at=g.received_at, actor=actor())
    decision: dict[str, Any] = {}
    if desk().is_admins:
        decision = {
            "owner": seen.owner,
            "changes": changes_of(seen.business),
            "changed": moderation.list_changed(seen.business, actor=actor()),
        }
    return render_desk(
        "business/overview.html",
        seen.business,
        steps=_steps(seen),
        stats=seen.figures,
        pending_day=_first_pending_day(seen),
        filled=request.form,
        refusal=refusal,
        **decision,
    )


@overview.page("")
def show(slug: str) -> ResponseReturnValue:
    """The page."""
    return show_overview(slug=slug)


@overview.admins_form("/approve")
@shown_again(show_overview)
def approve(slug: str) -> ResponseReturnValue:
    """Let it be found and booked, or say that what was changed is seen."""
    seen = load(_APPROVE, given(numbers=("version",)))["version"]
    business = get_own_business(slug, actor=actor())
    try:
        moderation.approve_business(business.id, seen_version=seen, at=g.received_at, actor=actor())
    except PreconditionFailed:
        raise Conflict("It was changed while you looked at it. Look again, and decide.") from None
    return _back(business, f"{business.name} is open for booking.")


@overview.admins_form("/reject")
@shown_again(show_overview)
def reject(slug: str) -> ResponseReturnValue:
    """Refuse it, and say why."""
    reason = load(_REASON, request.form)["reason"]
    business = get_own_business(slug, actor=actor())
    moderation.reject_business(business.id, reason=reason, at=g.received_at, actor=actor())
    return _back(business, f"{business.name} was not approved. Its owner reads why.")


@overview.admins_form("/suspend")
@shown_again(show_overview)
def suspend(slug: str) -> ResponseReturnValue:
    """Take it out of sight, and say why."""
    reason = load(_REASON, request.form)["reason"]
    business = get_own_business(slug, actor=actor())
    moderation.suspend_business(business.id, reason=reason, at=g.received_at, actor=actor())
    return _back(business, f"{business.name} is suspended.")


def _back(business: Business, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(desk().of(business), 303)


def _first_pending_day(seen: Overview) -> date | None:
    """The day in the calendar on which something waits to be confirmed."""
    first = seen.figures.first_pending_at
    return None if first is None else first.astimezone(ZoneInfo(seen.business.timezone)).date()


def _steps(seen: Overview) -> list[Step]:
    """What is to be done first; none once all of it is."""
    steps = [
        Step("services/new", "Say what you offer, and what it costs", seen.has_offers),
        Step("hours", "Say when you are open", seen.has_hours),
    ]
    is_ready = seen.business.status == "approved" and all(one.is_done for one in steps)
    return [] if is_ready else steps
