"""A business at a glance: its figures, whoever runs it, and what the page costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import Business
from app.support import clock
from tests import booking
from tests.booking import Shop
from tests.holes.world import stored
from tests.rows import writing
from tests.statements import counted_statements
from tests.web.business import stage

MOST = 6
"""Statements, that of the session among them."""
YESTERDAY = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def shop(app: Application) -> Shop:
    client, user_id = stage.sign_in(app)
    made = booking.shop(2, owner_id=user_id, name="Salon Ada", slug="salon")
    made.client = client  # type: ignore[attr-defined]
    return made


def version_on(page: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', page)[0]


def figures(page: str) -> dict[str, str]:
    found = re.findall(r"<dt>(?:<a[^>]*>)?([^<]+)(?:</a>)?</dt>\s*<dd>([^<]*)</dd>", page)
    return dict(found)


def test_the_figures_are_those_of_its_appointments(shop: Shop) -> None:
    for days, status in enumerate(("completed", "completed", "no_show", "cancelled")):
        stage.visit(shop, YESTERDAY - timedelta(days=days), status=status)
    stage.visit(shop, YESTERDAY + timedelta(days=3))
    stage.visit(shop, YESTERDAY + timedelta(days=4), status="created")
    booking.add_time_off(shop.workers[1], YESTERDAY - timedelta(40), YESTERDAY + timedelta(40))
    told = figures(shop.client.get("/business/salon").text)
    assert told == {
        "Upcoming": "2",
        "To confirm": "1",
        "Completed": "2",
        "Cancelled": "1",
        "No-shows": "1",
        "Revenue": "€40.00",
        "Booked": "1 %",  # 2 of 240 hours: the other worker was away
    }


def test_a_business_is_approved_as_its_reviewer_saw_it(shop: Shop, admin: FlaskClient) -> None:
    with writing() as session:
        session.get_one(Business, shop.business.id).status = "pending"
    address = "/admin/businesses/salon"
    form = {"version": version_on(admin.get(address).text)}
    with writing() as session:
        session.get_one(Business, shop.business.id).name = "Your Bank"
    refused = admin.post(f"{address}/approve", data=form)
    assert refused.status_code == 409
    assert "It was changed while you looked at it" in refused.text
    assert "Your Bank" in refused.text
    assert stored(Business, shop.business.id).status == "pending"
    form = {"version": version_on(refused.text)}
    assert admin.post(f"{address}/approve", data=form).status_code == 303
    assert stored(Business, shop.business.id).status == "approved"


@pytest.mark.parametrize("desk", ["/business", "/admin/businesses"])
def test_it_asks_as_often_for_many_as_for_few(shop: Shop, admin: FlaskClient, desk: str) -> None:
    client = admin if desk.startswith("/admin") else shop.client

    def count() -> int:
        with counted_statements() as statements:
            assert client.get(f"{desk}/salon").status_code == 200
        return len(statements)

    few = count()
    for days in range(1, 6):
        worker = booking.add_worker(shop)
        booking.add_service(shop.business)
        day = YESTERDAY - timedelta(days=days)
        booking.add_hours(shop, [(days, 600, 720)], worker=worker)
        booking.add_time_off(worker, day, day + timedelta(hours=1))
        stage.visit(shop, day, worker=shop.workers.index(worker), status="completed")
    assert count() == few
    assert few <= MOST


def test_what_is_to_be_confirmed_leads_to_its_day(shop: Shop) -> None:
    assert "To confirm</a>" not in shop.client.get("/business/salon").text
    for days in (5, 4):
        stage.visit(shop, YESTERDAY + timedelta(days=days), status="created")
    page = shop.client.get("/business/salon").text
    day = (YESTERDAY + timedelta(days=4)).date()
    address = f"/business/salon/calendar?date={day}"
    assert f'<a href="{address}">To confirm</a>' in page
    assert shop.client.get(address).status_code == 200
