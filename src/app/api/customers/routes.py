"""The routes of the customers area (contract.md 3, V16 and V18)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from app.api.auth.schemas import MessageView
from app.api.customers.schemas import CustomerView, UpdateOwnProfile
from app.http.access import actor, allow
from app.http.areas import Area
from app.http.paging import PageQuery, page_headers
from app.operations.actors import Role
from app.operations.auth import accounts
from app.operations.auth.accounts import ProfileChanges
from app.operations.customers import change, find

area = Area("customers", __name__, description="Customers.", prefix="/customers")

CUSTOMER = CustomerView()
CUSTOMERS = CustomerView(many=True)
_VIEW = {"$ref": "#/components/schemas/CustomerView"}


@area.route("", methods=["GET"])
@allow(Role.CUSTOMER, Role.ADMIN)
@area.arguments(PageQuery, location="query")
@area.response(200, {"oneOf": [_VIEW, {"type": "array", "items": _VIEW}]})
def show_own_or_list(query: dict[str, int]) -> Response:
    """Show one's own profile to a customer, and all customers in pages to an admin."""
    if not actor().is_admin:
        return jsonify(CUSTOMER.dump(accounts.get_account(actor=actor())))
    rows, total = find.page_customers(**query, actor=actor())
    answer = jsonify(CUSTOMERS.dump(rows))
    answer.headers.extend(page_headers(**query, total=total))
    return answer


@area.route("", methods=["PUT"])
@allow(Role.CUSTOMER)
@area.arguments(UpdateOwnProfile)
@area.response(200, CustomerView)
def update_own_profile(body: ProfileChanges) -> Any:
    """Change one's own name, e-mail address or phone; what is absent stays."""
    return accounts.update_profile(body, at=g.received_at, actor=actor())


@area.route("/<int:customer_id>", methods=["GET"])
@area.route("/profile/<int:customer_id>", methods=["GET"], endpoint="show_profile")
@allow(Role.CUSTOMER, Role.ADMIN)
@area.response(200, CustomerView)
def show_customer(customer_id: int) -> Any:
    """Show a customer to themselves or to an admin."""
    return find.get_customer(customer_id, actor=actor())


@area.route("/<int:customer_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.response(200, MessageView)
def deactivate_customer(customer_id: int) -> Any:
    """Deactivate a customer; their orders stay."""
    change.deactivate_customer(customer_id, at=g.received_at, actor=actor())
    return {"message": "Customer deleted"}
