"""The routes of the customers area (contract.md 3, V16 and V18)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from app.api.auth.schemas import MessageView
from app.api.customers.own_data import OwnDataView
from app.api.customers.profile import change_profile
from app.api.customers.schemas import CloseAccount, CustomerView, UpdateOwnProfile
from app.http.access import actor, allow, even_unverified
from app.http.areas import Area
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.http.paging import PageQuery, page_headers
from app.operations.actors import Role
from app.operations.auth import accounts
from app.operations.auth.proving import login_of
from app.operations.customers import change, closing, find, own_data

area = Area("customers", __name__, description="Customers.", prefix="/customers")

CUSTOMER = CustomerView()
CUSTOMERS = CustomerView(many=True)
_VIEW = {"$ref": "#/components/schemas/CustomerView"}


@area.route("", methods=["GET"])
@allow(Role.CUSTOMER, Role.ADMIN)
@even_unverified
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
@even_unverified
@area.arguments(UpdateOwnProfile)
@area.response(200, CustomerView)
def update_own_profile(body: dict[str, Any]) -> Any:
    """Change one's own name, e-mail address or phone; what is absent stays.

    To change an address that was verified takes the password.
    """
    return change_profile(body)


@area.route("/<int:customer_id>", methods=["GET"])
@area.route("/profile/<int:customer_id>", methods=["GET"], endpoint="show_profile")
@allow(Role.CUSTOMER, Role.ADMIN)
@area.response(200, CustomerView)
def show_customer(customer_id: int) -> Any:
    """Show a customer to themselves or to an admin."""
    return find.get_customer(customer_id, actor=actor())


@area.route("/export", methods=["POST"])
@allow(Role.CUSTOMER)
@even_unverified
@area.response(200, OwnDataView)
def export_own_data() -> Any:
    """Give everything that is kept of oneself; it stands in the ledger that this was asked for."""
    return own_data.export_own_data(at=g.received_at, actor=actor())


@area.route("/close", methods=["POST"])
@allow(Role.CUSTOMER)
@even_unverified
@area.arguments(CloseAccount)
@area.response(200, MessageView)
def close_account(body: dict[str, Any]) -> Any:
    """End one's account for good: name and contact are erased, orders and the ledger stay."""
    with guesses(THE_PASSWORD, login_of(accounts.get_account(actor=actor()))):
        closing.close_account(**body, passwords=passwords(), at=g.received_at, actor=actor())
    return {"message": "Account closed"}


@area.route("/<int:customer_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.response(200, MessageView)
def deactivate_customer(customer_id: int) -> Any:
    """Deactivate a customer; their orders stay."""
    change.deactivate_customer(customer_id, at=g.received_at, actor=actor())
    return {"message": "Customer deleted"}
