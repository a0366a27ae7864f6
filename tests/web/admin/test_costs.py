"""A page asks as often for many rows as for few."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories
from tests.factories import DeviceHandle
from tests.proofs import held
from tests.scanning import SCANS, batch, event
from tests.statements import counted_statements

PAGES = {
    "/admin/services": 2,
    "/admin/services/{service}": 4,
    "/admin/licenses": 4,
    "/admin/licenses?status=valid": 4,
    "/admin/licenses/new": 3,
    "/admin/licenses/types": 2,
    "/admin/licenses/{license}": 3,
    "/admin/customers": 2,
    "/admin/customers?q=user": 2,
    "/admin/customers/{customer}": 4,
    "/admin/workers": 2,
    "/admin/workers/{worker}": 3,
    "/admin/devices?state=all": 2,
    "/admin/devices/new": 2,
    "/admin/devices/{device}": 3,
    "/admin/review": 3,
    "/admin/review/{scan}": 3,
    "/admin/audit": 2,
}
"""Statements, that of the session among them."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_many_rows_as_for_few(
    app: Application, admin: FlaskClient, device: DeviceHandle, page: str
) -> None:
    worker = factories.worker()
    customer = factories.user(app, name="User 0")
    service = factories.service()
    license_id = held(app, "Wanda").id

    def grow(count: int) -> list[str]:
        events = []
        for _ in range(count):
            order = factories.order(service, customer_id=customer.id)
            events.append(event(order.order_number, "completed"))
            factories.user(app, name="User")
            factories.service()
            held(app, "Wanda")
            factories.device("Phone", worker_id=factories.worker().id)
            factories.device("Phone", worker_id=worker.id)
        sent = app.test_client().post(SCANS, json=batch(*events), headers=device.headers)
        assert sent.json["counts"]["flagged"] == count
        return [one["event_id"] for one in events]

    def count() -> int:
        with counted_statements() as statements:
            assert admin.get(path).status_code == 200
        return len(statements)

    (scan,) = grow(1)
    names = {
        "customer": customer.id,
        "worker": worker.id,
        "service": service.id,
        "license": license_id,
    }
    path = page.format(**names, device=device.id, scan=scan)
    few = count()
    grow(12)
    assert count() == few
    assert few <= PAGES[page]
