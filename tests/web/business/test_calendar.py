"""The calendar of a business: who may see it, what is in it, and what it costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from app.http.application import Application
from tests import booking, factories
from tests.booking import Shop
from tests.statements import counted_statements
from tests.web.business import stage
from tests.web.looking import look_at, walk

DAY = datetime(2026, 12, 1, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def owner(app: Application) -> FlaskClient:
    return stage.sign_in(app)[0]


@pytest.fixture
def shop(app: Application) -> Shop:
    client, user_id = stage.sign_in(app, "shop@example.com")
    made = booking.shop(2, owner_id=user_id, name="Salon Ada", slug="salon")
    made.client = client  # type: ignore[attr-defined]
    return made


def shown(client: FlaskClient, query: str = "?date=2026-12-01") -> str:
    answer = client.get(f"/business/salon/calendar{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_day_shows_each_workers_visits_and_gaps(shop: Shop) -> None:
    number = stage.visit(shop, at(10), minutes=45)
    stage.visit(shop, at(11), worker=1, name="Kim", status="created")
    page = shown(shop.client)
    assert f'href="/business/salon/appointments/{number}"' in page
    assert re.search(r"10:00–10:45</span> <strong>Jo Miller", page)
    assert "To be confirmed" in page
    assert "10:45–17:00 <span>free" in page
    assert "time=10%3A45" in page or "time=10:45" in page


def test_another_owner_sees_nothing_of_it(shop: Shop, owner: FlaskClient) -> None:
    assert owner.get("/business/salon/calendar").status_code == 404


def test_an_admin_sees_the_same_page(shop: Shop, admin: FlaskClient) -> None:
    number = stage.visit(shop, at(10))
    page = admin.get("/admin/businesses/salon/calendar?date=2026-12-01").text
    assert f"/admin/businesses/salon/appointments/{number}" in page
    assert admin.get("/business/salon/calendar").status_code == 302


def test_what_is_over_or_was_never_meant_is_not_there(shop: Shop) -> None:
    stage.visit(shop, at(10), status="cancelled", name="Cancelled One")
    stage.visit(shop, at(11), status="expired", name="Expired One")
    stage.visit(shop, at(12), status="held", name="Old Hold", hold_expires_at=at(-240))
    stage.visit(shop, DAY + timedelta(days=1, hours=10), name="Tomorrow One")
    for name in ("Cancelled One", "Expired One", "Old Hold", "Tomorrow One"):
        assert name not in shown(shop.client)


def test_the_admins_page_of_its_order_says_when_it_is(admin: FlaskClient, shop: Shop) -> None:
    number = stage.visit(shop, at(10))
    page = admin.get(f"/admin/orders/{number}").text
    assert "<dt>Appointment</dt>" in page
    assert "Tue 1 Dec 2026, 10:00" in page
    plain = factories.order()
    assert "<dt>Appointment</dt>" not in admin.get(f"/admin/orders/{plain.order_number}").text


def test_what_was_squeezed_in_is_shown_beside_what_it_overlaps(shop: Shop) -> None:
    stage.visit(shop, at(10))
    stage.visit(shop, at(10, 30), name="Kim", lane=100)
    page = shown(shop.client)
    assert "squeezed in" in page
    assert "Kim" in page


def test_time_off_and_the_hours_of_one_worker_are_shown(shop: Shop) -> None:
    booking.add_time_off(shop.workers[0], at(9), at(12))
    booking.add_hours(shop, [(1, 600, 720)], worker=shop.workers[1])
    page = shown(shop.client)
    assert "Away" in page
    assert "10:00–12:00 <span>free" in page
    assert "12:00–17:00 <span>free" in page


def test_the_week_begins_on_its_monday_and_lists_each_day(shop: Shop) -> None:
    stage.visit(shop, at(10))
    stage.visit(shop, at(10) + timedelta(days=5), name="Kim")
    page = shown(shop.client, "?view=week&date=2026-12-03")
    assert "30 Nov – 6 Dec 2026" in page
    assert "Jo Miller" in page
    assert "Kim" in page
    assert "date=2026-11-23" in page


def test_an_appointment_after_midnight_stands_on_its_own_day_on_the_businesss_clock(
    app: Application, shop: Shop
) -> None:
    client, user_id = stage.sign_in(app, "night@example.com")
    night = booking.shop(
        owner_id=user_id, slug="night", timezone="Europe/Warsaw", hours=[(0, 1320, 1560)]
    )
    stage.visit(night, datetime(2026, 12, 1, 0, 0, tzinfo=UTC))  # 01:00 in Warsaw
    page = client.get("/business/night/calendar?date=2026-12-01").text
    assert "01:00–02:00" in page
    assert "00:00–01:00 <span>free" in page
    assert "01:00–02:00" not in client.get("/business/night/calendar?date=2026-11-30").text


def test_a_closed_day_says_so_and_leads_to_the_hours(app: Application) -> None:
    client, user_id = stage.sign_in(app)
    booking.shop(owner_id=user_id, slug="shut", hours=[])
    page = client.get("/business/shut/calendar?date=2026-12-01").text
    assert "Nobody is open on this day" in page
    assert "/business/shut/hours" in page


@pytest.mark.parametrize("query", ["?date=soon", "?view=year", "?worker=x", "?date=9999-12-31"])
def test_an_address_that_cannot_be_read_shows_today(shop: Shop, query: str) -> None:
    assert shop.client.get(f"/business/salon/calendar{query}").status_code == 200


@pytest.mark.parametrize("view", ["day", "week"])
def test_it_costs_the_same_for_many_as_for_few(shop: Shop, view: str) -> None:
    query = f"?view={view}&date=2026-12-01"

    def count() -> int:
        with counted_statements() as statements:
            shown(shop.client, query)
        return len(statements)

    stage.visit(shop, at(9))
    few = count()
    for hour in range(10, 16):
        worker = booking.add_worker(shop)
        stage.visit(shop, at(hour), worker=shop.workers.index(worker))
        booking.add_time_off(worker, at(9), at(9, 30))
    assert count() == few
    assert few <= 8


@pytest.mark.browser
def test_it_is_good_to_look_at(app: Application, shop: Shop, page: Page) -> None:
    stage.visit(shop, at(9), minutes=45)
    stage.visit(shop, at(10, 15), minutes=90, status="created", name="Kim Possible")
    stage.visit(shop, at(11), minutes=20, worker=1, status="processing", name="Lee")
    stage.visit(shop, at(11, 10), minutes=20, worker=1, lane=100, name="Pat")
    stage.visit(shop, at(14), worker=1, status="no_show", name="Max")
    for _ in range(3):
        booking.add_worker(shop)
    cookie = shop.client.get_cookie("session")
    page.context.add_cookies(
        [{"name": "session", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )
    page.goto("/business/salon/calendar?date=2026-12-01")
    look_at(page, "calendar-day")
    assert "Book somebody in" in walk(page)
    page.goto("/business/salon/calendar?date=2026-12-01&view=week")
    look_at(page, "calendar-week")
