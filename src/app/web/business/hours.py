"""The hours of a business and of each who works there."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.errors import AppError, Invalid
from app.http.access import actor
from app.http.schemas import BIGINT, Schema, load
from app.operations.businesses.access import get_own_business
from app.operations.businesses.hours import HoursRow, list_hours, replace_hours
from app.operations.businesses.staff import list_workers_of
from app.support.opening_hours import Rule
from app.web.business.desk import DeskPages, desk, render_desk
from app.web.business.hours_form import LINE, of_rules, read_form
from app.web.refused import shown_again

hours = DeskPages("hours")


class WhoseQuery(Schema):
    """Whose hours; without a worker those of the business."""

    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))


_QUERY = WhoseQuery()


def show_form(refusal: AppError | None = None, *, slug: str) -> str:
    """The form as it was sent, or as the hours are."""
    business = get_own_business(slug, actor=actor())
    people = list_workers_of(business.id)
    worker_id = _whose()
    rows = list_hours(business.id, worker_id)
    rules = [Rule(one.opens, one.closes, one.weekday, one.day, one.kind == "open") for one in rows]
    today = g.received_at.astimezone(ZoneInfo(business.timezone)).date()
    form = of_rules(rules, today) if refusal is None else read_form(request.form)
    return render_desk(
        "business/hours.html",
        business,
        worker=next((one for one in people if one.id == worker_id), None),
        people=[(one.id, one.name) for one in people],
        has_rules=bool(rows),
        week=form.week,
        dates=form.dates,
        refusal=refusal,
    )


@hours.page("/hours")
def show(slug: str) -> ResponseReturnValue:
    """The form, filled."""
    return show_form(slug=slug)


@hours.form("/hours")
@shown_again(show_form)
def save(slug: str) -> ResponseReturnValue:
    """Replace the hours by what the lines say; a post without any line takes none away."""
    if not any(name.startswith(LINE) for name in request.form):
        raise Invalid("There are no hours in this form.", details={"hours": ["They are missing."]})
    form, worker_id = read_form(request.form), _whose()
    if not form.is_right:
        raise Invalid("Some lines cannot be read as hours.", details={"hours": ["See below."]})
    rows = [
        HoursRow(one.opens, one.closes, one.weekday, one.day, "open" if one.is_open else "off")
        for one in form.rules
    ]
    business, _ = replace_hours(slug, rows, worker_id=worker_id, at=g.received_at, actor=actor())
    flash("The hours were saved.")
    whose = "" if worker_id is None else f"?worker={worker_id}"
    return redirect(f"{desk().of(business)}/hours{whose}", 303)


def _whose() -> int | None:
    asked = {name: one for name, one in request.args.items() if one}
    worker: int | None = load(_QUERY, asked)["worker"]
    return worker
