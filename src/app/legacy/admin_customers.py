"""Customers as the admin's old pages manage them (contract.md L18 to L20)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import fields

from app.api.customers.schemas import CustomerView, UpdateOwnProfile
from app.errors import Invalid
from app.http.access import actor, allow, settings
from app.http.bodies import json_object
from app.http.schemas import Email, Schema, Text, load
from app.legacy.spellings import OldSpellings
from app.models import User
from app.operations.actors import Role
from app.operations.customers import change, find
from app.operations.customers.find import Spending
from app.support.money import price_number

admin_customers = Blueprint("legacy_admin_customers", __name__, url_prefix="/admin/api/customers")


class AddOldCustomer(Schema):
    """L19."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(required=True)
    phone = Text(longest=32, allow_none=True, load_default=None)


class EditOldCustomer(OldSpellings, UpdateOwnProfile):
    """L20."""

    others = {"is_active": "isActive"}  # noqa: RUF012

    is_active = fields.Boolean(truthy={True}, falsy={False})


_ADD = AddOldCustomer()
_EDIT = EditOldCustomer()
_VIEW = CustomerView()


@admin_customers.get("")
@allow(Role.ADMIN)
def list_all() -> ResponseReturnValue:
    """L18: every customer, with what their orders come to."""
    customers = find.list_customers(actor=actor())
    spending = find.get_spending(customers, actor=actor())
    return jsonify([_shape(customer, spending[customer.id]) for customer in customers])


@admin_customers.post("")
@allow(Role.ADMIN)
def add() -> ResponseReturnValue:
    """L19: make a customer, who sets a password by a link that only they are given."""
    body = json_object()
    if not body.get("name") or not body.get("email"):
        raise Invalid("Missing fields")
    made = change.create_customer(**load(_ADD, body), at=g.received_at, actor=actor())
    link = f"{settings().public_url}/set-password#{made.link_token}"
    return {**_said("Created", made.customer), "set_password_url": link}, 201


@admin_customers.put("/<int:customer_id>")
@allow(Role.ADMIN)
def edit(customer_id: int) -> ResponseReturnValue:
    """L20: change the given fields."""
    changes: Any = load(_EDIT, json_object())
    customer = change.update_customer(customer_id, changes, at=g.received_at, actor=actor())
    return _said("Updated", customer)


@admin_customers.delete("/<int:customer_id>")
@allow(Role.ADMIN)
def delete(customer_id: int) -> ResponseReturnValue:
    """L20: deactivate; orders stay."""
    change.deactivate_customer(customer_id, at=g.received_at, actor=actor())
    return {"message": "Customer deleted"}


def _said(message: str, customer: User) -> dict[str, Any]:
    spending = find.get_spending([customer], actor=actor())
    return {"message": message, **_shape(customer, spending[customer.id])}


def _shape(customer: User, spending: Spending) -> dict[str, Any]:
    """The old Customer."""
    shape: dict[str, Any] = _VIEW.dump(customer)
    return shape | {
        "createdAt": shape["created_at"],
        "totalOrders": spending.orders,
        "totalSpent": price_number(spending.spent),
    }
