"""Every business, by state: the queue of those that wait for approval among them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from app.http.access import actor
from app.http.schemas import Schema
from app.operations.businesses.moderation import list_registered
from app.operations.businesses.profile import changes_of
from app.web.admin.lists import Sheet, filters
from app.web.admin_access import admin_page

businesses = Blueprint("admin_businesses", __name__)

LIST = "/admin/businesses"
ON_A_PAGE = 25
STATES = ("pending", "approved", "rejected", "suspended")


class BusinessesQuery(Schema):
    """In which state, or those that were changed since their approval."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATES))
    changed = fields.Boolean(load_default=False)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


_QUERY = BusinessesQuery()


@businesses.get(LIST)
@admin_page
def list_some() -> ResponseReturnValue:
    """Businesses, the oldest first."""
    query = filters(_QUERY)
    page = query["page"]
    rows, count = list_registered(
        page, ON_A_PAGE, status=query["status"], changed=query["changed"], actor=actor()
    )
    sheet = Sheet(
        rows,
        first=_address(page - 1) if page > 1 else "",
        next=_address(page + 1) if page * ON_A_PAGE < count else "",
    )
    state = "changed" if query["changed"] else query["status"] or ""
    return render_template("admin/businesses.html", page=sheet, state=state, changes_of=changes_of)


def _address(page: int) -> str:
    query = {name: one for name, one in request.args.items() if one and name != "page"}
    return f"{LIST}?{urlencode({**query, 'page': page})}"
