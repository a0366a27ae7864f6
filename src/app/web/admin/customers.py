"""Customers: the list with its search, and the forms that make and change one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.errors import AppError
from app.http.access import actor, settings
from app.http.paging import take_window
from app.http.schemas import Email, Schema, Text, load
from app.operations.customers import change, find, lists
from app.operations.customers.lists import CustomerFilter
from app.web.admin.given import given
from app.web.admin.lists import ListExport, ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page
from app.web.refused import shown_again

customers = Blueprint("admin_customers", __name__, url_prefix="/admin/customers")

LIST = "/admin/customers"


class CustomersQuery(ListQuery):
    """Words to look for, and whether only those who may sign in."""

    q = Text(longest=255, load_default=None)
    active = fields.Boolean(load_default=None)


class CustomerForm(Schema):
    """The whole form: a phone that is left empty is cleared."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(required=True)
    phone = Text(longest=32, allow_none=True, load_default=None)


_QUERY = CustomersQuery()
_PAGE = ListQuery()
_FORM = CustomerForm()
_WITHOUT_ADDRESS = CustomerForm(exclude=("email",))


def _wanted(query: dict[str, Any]) -> CustomerFilter:
    return CustomerFilter(words=query["q"], is_active=query["active"])


@customers.get("")
@admin_page
def list_some() -> ResponseReturnValue:
    """Customers, the newest first, or those whom the words mean."""
    query = filters(_QUERY)
    window = take_window(query)
    more = 0 if query["q"] else 1
    found = lists.list_some_customers(
        _wanted(query), after_id=window.after_id, limit=window.limit + more, actor=actor()
    )
    page = sheet(found, window, lambda one: one.id)
    return render_template("admin/customers.html", page=page)


def show_empty_form(refusal: AppError | None = None) -> str:
    """The form of a customer who is not here yet."""
    return render_template("admin/customer_new.html", filled=request.form, refusal=refusal)


def show_customer(refusal: AppError | None = None, *, customer_id: int) -> str:
    """One customer: the form, what their orders come to, and the orders themselves."""
    customer = find.get_customer(customer_id, actor=actor())
    window = take_window(filters(_PAGE))
    orders = lists.list_customer_orders(
        customer_id, after_id=window.after_id, limit=window.limit + 1, actor=actor()
    )
    return render_template(
        "admin/customer.html",
        customer=customer,
        spending=find.get_spending([customer], actor=actor())[customer.id],
        page=sheet(orders, window, lambda one: one.id),
        filled=request.form if refusal else customer,
        refusal=refusal,
    )


@customers.get("/new")
@admin_page
def new() -> ResponseReturnValue:
    """The empty form."""
    return show_empty_form()


@customers.post("")
@admin_form
@shown_again(show_empty_form)
def create() -> ResponseReturnValue:
    """Make a customer, and show once the link with which they set their password."""
    made = change.create_customer(
        **load(_FORM, given(clears=["phone"])), at=g.received_at, actor=actor()
    )
    link = f"{settings().public_url}/set-password#{made.link_token}"
    return render_template("admin/customer_made.html", customer=made.customer, link=link), 201


@customers.get("/<int:customer_id>")
@admin_page
def show(customer_id: int) -> ResponseReturnValue:
    """One customer."""
    return show_customer(customer_id=customer_id)


@customers.post("/<int:customer_id>")
@admin_form
@shown_again(show_customer)
def edit(customer_id: int) -> ResponseReturnValue:
    """Change name and contact; who has a phone number alone may go on without an address."""
    sent = given(clears=["phone"])
    is_without = "email" not in sent and find.get_customer(customer_id, actor=actor()).email is None
    changes: Any = load(_WITHOUT_ADDRESS if is_without else _FORM, sent)
    change.update_customer(customer_id, changes, at=g.received_at, actor=actor())
    return _back_to(customer_id, "The customer was saved.")


@customers.post("/<int:customer_id>/deactivate")
@admin_form
def deactivate(customer_id: int) -> ResponseReturnValue:
    """Refuse a customer from now on."""
    change.deactivate_customer(customer_id, at=g.received_at, actor=actor())
    return _back_to(customer_id, "The customer can no longer sign in.")


@customers.post("/<int:customer_id>/reactivate")
@admin_form
def reactivate(customer_id: int) -> ResponseReturnValue:
    """Let a customer sign in again."""
    change.update_customer(customer_id, {"is_active": True}, at=g.received_at, actor=actor())
    return _back_to(customer_id, "The customer can sign in again.")


def _back_to(customer_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(f"{LIST}/{customer_id}", 303)


EXPORT = ListExport(
    schema=_QUERY,
    columns={
        "Number": lambda one: one.id,
        "Name": lambda one: one.name,
        "E-mail": lambda one: one.email,
        "Phone": lambda one: one.phone,
        "Active": lambda one: one.is_active,
        "Since": lambda one: one.created_at,
    },
    read=lambda query, after_id, limit: lists.list_some_customers(
        _wanted(query), after_id=after_id, limit=limit, actor=actor()
    ),
    told=frozenset({"active"}),
)
