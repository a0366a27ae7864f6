"""Numbers that an old system gave, and that mean something else in an address, lead to their order."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from app.http.application import Application
from tests import factories
from tests.factories import DeviceHandle
from tests.web.admin.order_pages import scan


@pytest.mark.parametrize("number", ["2025/17", "NEW", "..", "A&B?C=1#D", "50%", "Ä 1"])
def test_every_list_leads_to_an_order_of_any_number(
    app: Application, admin: FlaskClient, device: DeviceHandle, number: str
) -> None:
    customer = factories.user(app)
    order = factories.order(order_number=number, customer_id=customer.id)
    event_id = scan(app, device, order, "completed")
    lists = ("board", "orders", "review", f"review/{event_id}", f"customers/{customer.id}")
    for path in lists:
        page = admin.get(f"/admin/{path}").text
        address = re.search(
            r'href="(/admin/orders/[^"?]+)">' + re.escape(str(escape(number))), page
        )
        assert address is not None, path
        shown = admin.get(address[1])
        assert shown.status_code == 200, (path, address[1])
        assert f"<h1>Order {escape(number)} " in shown.text
