"""How long steps take and how late scans arrive, by what the scans themselves say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app import database
from app.http.application import Application
from app.models import Order
from app.operations.admin import sampling
from app.operations.admin.sampling import Sample, Stay, sample_orders
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.scanning import SCANS, ago, batch, event, long_form
from tests.statements import counted_statements

Scan = Callable[..., Any]
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def scan(client: FlaskClient, device: factories.DeviceHandle) -> Scan:
    """Scan an order so many hours ago, each action at its own time; they all arrive now."""

    def send(order: Order, _device: factories.DeviceHandle = device, **hours_ago: float) -> Any:
        events = [
            event(order.label_code, action, occurred_at=ago(hours=hours))
            for action, hours in hours_ago.items()
        ]
        answer = client.post(SCANS, json=batch(*events), headers=_device.headers)
        assert answer.status_code == 200, answer.text
        return answer.json["results"]

    return send


def placed(hours_ago: float, service: Any = None, **more: Any) -> Order:
    at = clock.now() - timedelta(hours=hours_ago)
    return factories.order(service, created_at=at, status_since=at, **more)


def sample(**later: float) -> Sample:
    with database.transaction(write=False):
        return sample_orders(at=clock.now() + timedelta(**later))


def hours(stays: tuple[Stay, ...]) -> list[tuple[str | None, str, float]]:
    """What was found, in the whole hours that the tests speak of."""
    return [
        (stay.service, stay.status, round(stay.length / timedelta(hours=1), 1)) for stay in stays
    ]


def test_a_stay_lasts_from_one_status_to_the_next(scan: Scan) -> None:
    order = placed(30, factories.service("Wash"))
    scan(order, picked_up=28, processing=20, completed=15, delivered=1)
    assert hours(sample().stays) == [
        ("Wash", "created", 2),
        ("Wash", "picked_up", 8),
        ("Wash", "processing", 5),
        ("Wash", "completed", 14),
    ]


def test_a_stay_that_goes_on_is_not_counted(scan: Scan) -> None:
    scan(placed(30), picked_up=28)
    assert [stay.status for stay in sample().stays] == ["created"]


def test_a_skipped_step_makes_no_stay(scan: Scan) -> None:
    scan(placed(30), processing=20, completed=15)
    assert [stay.status for stay in sample().stays] == ["processing"]


def test_what_was_done_again_counts_again(scan: Scan) -> None:
    order = placed(30)
    scan(order, picked_up=29, processing=28, completed=20)
    scan(order, processing=19)
    scan(order, completed=18)
    found = [one[1:] for one in hours(sample().stays)]
    assert found == [("created", 1), ("picked_up", 1), ("processing", 8), ("processing", 1)]


def test_a_voided_scan_ends_no_stay(scan: Scan, admin: FlaskClient) -> None:
    results = scan(placed(30), picked_up=28, processing=20)
    body = {
        "event_id": "01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10",
        "sent_at": ago(),
        "reason": "did_not_occur",
    }
    url = f"/api/v1/workers/scans/{results[1]['event_id']}/void"
    assert admin.post(url, json=body).status_code == 201
    assert [stay.status for stay in sample().stays] == ["created"]


def test_an_order_that_was_cancelled_did_not_stay(admin: FlaskClient) -> None:
    order = placed(30)
    answer = admin.put(f"/admin/api/orders/{order.id}", json={"status": "cancelled"})
    assert answer.status_code == 200, answer.text
    assert sample().stays == ()


def test_an_order_of_several_services_belongs_to_none(scan: Scan) -> None:
    scan(placed(30, service_id=None, service_name="Wash, Iron"), picked_up=28)
    assert [stay.service for stay in sample().stays] == [None]


def test_a_service_is_called_by_its_present_name(scan: Scan, admin: FlaskClient) -> None:
    wash = factories.service("Wash")
    scan(placed(30, wash), picked_up=28)
    body = {"name": "Wash & Fold", "price": "12.50", "status": "active"}
    assert admin.put(f"/api/v1/services/{wash.id}", json=body).status_code == 200
    assert [stay.service for stay in sample().stays] == ["Wash & Fold"]


def test_what_ended_before_thirty_days_is_over(scan: Scan) -> None:
    scan(placed(48), picked_up=47, processing=1)
    assert [stay.status for stay in sample(days=29).stays] == ["picked_up"]
    assert [stay.status for stay in sample(days=31).stays] == []


def test_an_order_of_more_than_sixty_days_ago_and_a_deleted_one_are_left_out(scan: Scan) -> None:
    scan(placed(48), picked_up=47)
    gone = placed(30)
    scan(gone, picked_up=20)
    with writing() as session:
        session.execute(update(Order).where(Order.id == gone.id).values(deleted_at=clock.now()))
    assert sample().orders == 1
    assert sample(days=59) == Sample(0, True, (), ())


def test_a_delay_is_from_the_scan_to_its_arrival_where_the_device_said_it_was(
    client: FlaskClient, device: factories.DeviceHandle
) -> None:
    code = placed(30).label_code
    for name, minutes in (("VAN 3", 90), (None, 5)):
        where = {"location": {"code": name}} if name else {}
        body = long_form(code, "scanned", occurred_at=ago(minutes=minutes), **where)
        assert (
            client.post("/api/v1/workers/scan", json=body, headers=device.headers).status_code
            == 201
        )
    found = {one.place: one.length for one in sample().delays}
    assert found.keys() == {"VAN 3", "COUNTER"}
    assert abs(found["VAN 3"] - 90 * A_MINUTE) < A_MINUTE
    assert abs(found["COUNTER"] - 5 * A_MINUTE) < A_MINUTE
    assert sample(days=31).delays == ()


def test_a_device_that_stands_nowhere_scans_at_no_place(scan: Scan) -> None:
    scan(placed(30), factories.device(), picked_up=1)
    assert [delay.place for delay in sample().delays] == [None]


def test_nothing_is_found_where_nothing_is(app: Application) -> None:
    assert sample() == Sample(0, True, (), ())


def test_of_many_orders_so_many_are_looked_at_and_evenly(
    scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [placed(40 - number) for number in range(9)]
    for number, order in enumerate(orders):
        scan(order, picked_up=20 - number)
    whole = sample()
    assert (whole.orders, whole.is_whole) == (9, True)
    monkeypatch.setattr(sampling, "MOST_ORDERS", 4)
    with counted_statements() as statements:
        part = sample()
    assert (part.orders, part.is_whole) == (3, False)
    assert hours(part.stays) == hours(whole.stays)[::3]
    assert len(statements) == 3
