"""All orders: the list with its filters, and the one box that finds whatever is typed or scanned."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import Invalid
from app.http.access import actor, settings
from app.http.paging import Window, take_window
from app.http.schemas import Schema, Text, load
from app.models import Order
from app.operations.customers.search import search_customers
from app.operations.orders.search import find_scanned_order, search_orders
from app.support.label_codes import is_label_code
from app.support.label_text import LONGEST_TEXT, LabelText, UnreadableLabel, read_label_text
from app.support.search_text import unbroken
from app.web.admin.addresses import order_address
from app.web.admin.lists import filters, sheet
from app.web.admin.order_lists import ORDERS, read_orders
from app.web.admin_access import admin_page

orders = Blueprint("admin_orders", __name__)

MOST_FOUND = 50


class SearchQuery(Schema):
    """Whatever somebody typed, or a keyboard scanner typed for them."""

    q = Text(longest=LONGEST_TEXT, load_default="")


_SEARCH = SearchQuery()


@orders.get("/admin/orders")
@admin_page
def list_some() -> ResponseReturnValue:
    """Orders, the newest first."""
    try:
        query = filters(ORDERS.schema)
        window = take_window(query)
    except Invalid as refusal:
        nothing = sheet(list[Order](), Window(None, 1), _id)
        page = render_template("admin/orders.html", page=nothing, refusal=refusal)
        return page, refusal.status
    found = read_orders(query, window.after_id, window.limit + 1)
    return render_template("admin/orders.html", page=sheet(found, window, _id))


@orders.get("/admin/search")
@admin_page
def search() -> ResponseReturnValue:
    """What the box means: a label or a number leads straight to its order."""
    text = load(_SEARCH, request.args)["q"]
    label = _read(text)
    if (order := find_scanned_order(label, actor=actor())) is not None:
        return redirect(order_address(order))
    return render_template(
        "admin/search.html",
        text=text,
        label=label,
        orders=search_orders(text, limit=MOST_FOUND, actor=actor()),
        customers=search_customers(text, limit=MOST_FOUND, actor=actor()),
    )


def _read(text: str) -> LabelText:
    """A label's code may have been typed in groups, as it reads well."""
    code = unbroken(text)
    try:
        return read_label_text(code if is_label_code(code) else text, settings().own_hosts)
    except UnreadableLabel:
        return LabelText("unknown")


def _id(order: Order) -> int:
    return order.id
