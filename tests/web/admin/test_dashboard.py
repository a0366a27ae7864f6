"""The dashboard says what an owner asks, once a minute anew."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.support import clock
from app.web.admin.dashboard import KEPT
from tests import booking, factories
from tests.proofs import held, in_sql
from tests.scanning import SCANS, ago, batch, event
from tests.statements import counted_statements
from tests.web.admin.forms import without_token
from tests.web.looking import look_at, sign_in, walk

PAGE = "/admin/dashboard"


@pytest.fixture(autouse=True)
def _nothing_kept(app: Application) -> None:
    app.extensions.pop(KEPT, None)


@pytest.fixture
def shop(app: Application, client: FlaskClient) -> None:
    """Two weeks of a small laundry, with a van that is often out of reach."""
    services = [factories.service(name) for name in ("Wash & Fold", "Dry cleaning", "Ironing")]
    stations = ("COUNTER", "PLANT", "VAN 3")
    devices = {name: factories.device(name, station=name) for name in stations}
    for number in range(36):
        hours = 2 + number * 1.5
        at = clock.now() - timedelta(hours=hours)
        order = factories.order(
            services[number % 3 if number % 2 else 0],
            created_at=at,
            status_since=at,
            pickup_date=(at + timedelta(days=number % 4 - 1)).date().isoformat(),
            piece_count=1 + number % 3,
        )
        life = {"picked_up": 0.9, "processing": 0.7 - number % 3 / 20, "completed": 0.4}
        life["delivered"] = 0.1 + number % 5 / 50
        for (action, left), station in zip(
            list(life.items())[: 1 + number % 5],
            ("VAN 3", "PLANT", "PLANT", "COUNTER"),
            strict=False,
        ):
            scan = event(order.label_code, action, occurred_at=ago(hours=hours * left))
            client.post(SCANS, json=batch(scan), headers=devices[station].headers)


def test_an_owner_sees_the_day(admin: FlaskClient, shop: None) -> None:
    page = admin.get(PAGE)
    assert page.status_code == 200
    stats = admin.get("/api/v1/admin/stats").json
    assert stats["late"] > 0
    shown = " ".join(page.text.split())
    for name, count in (
        (
            f'<a href="/admin/orders?from={clock.now().date()}">Orders today</a>',
            stats["orders_today"],
        ),
        ("Scans today", stats["scans_today"]),
        ('<a href="/admin/orders?late=1">Late</a>', stats["late"]),
        ('<a href="/admin/review">To review</a>', stats["flagged_open"]),
        ('<a href="/admin/devices">Silent devices</a>', stats["devices_silent"]),
        ('<a href="/admin/orders?status=created">Received</a>', stats["by_status"]["created"]),
        ('<a href="/admin/orders?status=completed">Ready</a>', stats["by_status"]["completed"]),
    ):
        assert f"<dt>{name}</dt> <dd>{count}</dd>" in shown
    for name in ("COUNTER", "PLANT", "VAN 3", "Wash &amp; Fold", "Dry cleaning", "Ironing"):
        assert name in page.text
    assert "All orders of the last 60 days" in shown


def test_an_owner_sees_who_asks_for_a_license_and_which_end_soon(
    app: Application, admin: FlaskClient
) -> None:
    asked, ends, _ = (held(app, name) for name in ("Wanda", "Ben", "Ada"))
    in_sql("UPDATE licenses SET requested_level = 3 WHERE id = :id", id=asked.id)
    soon = clock.now() + timedelta(days=9)
    in_sql("UPDATE licenses SET expires_at = :at WHERE id = :id", at=soon, id=ends.id)
    shown = " ".join(admin.get(PAGE).text.split())
    requests = '<a href="/admin/licenses?status=requested">License requests</a>'
    assert f"<dt>{requests}</dt> <dd>1</dd>" in shown
    assert '<dt><a href="/admin/licenses?expiring=1">Licenses</a></dt> <dd>1</dd>' in shown


def test_an_empty_shop_is_told_so(admin: FlaskClient) -> None:
    page = admin.get(PAGE)
    assert "/admin/licenses?" not in page.text
    assert "No scans in the last 24 hours." in page.text
    assert "No step has ended within 30 days." in page.text
    assert "<svg" not in page.text


def test_names_of_people_and_places_are_shown_as_text(
    client: FlaskClient, admin: FlaskClient
) -> None:
    evil = "<script>alert(1)</script>"
    at = clock.now() - timedelta(hours=5)
    order = factories.order(factories.service(evil), created_at=at, status_since=at)
    device = factories.device(station=evil)
    scan = event(order.label_code, occurred_at=ago(hours=1))
    client.post(SCANS, json=batch(scan), headers=device.headers)
    page = admin.get(PAGE).text
    assert "&lt;script&gt;alert" in page
    assert "<script>" not in page


def test_the_figures_are_kept_for_a_minute(app: Application, admin: FlaskClient) -> None:
    def seen() -> str:
        return without_token(admin.get(PAGE).text)

    first = seen()
    factories.order()
    with counted_statements() as statements:
        again = seen()
    assert again == first
    assert len(statements) == 1  # who asks
    app.extensions.pop(KEPT)
    assert seen() != first


def test_the_figures_cost_the_same_number_of_statements_however_much_there_is(
    app: Application, admin: FlaskClient, request: pytest.FixtureRequest
) -> None:
    factories.order()
    with counted_statements() as few:
        admin.get(PAGE)
    request.getfixturevalue("shop")
    app.extensions.pop(KEPT)
    with counted_statements() as many:
        admin.get(PAGE)
    assert len(many) == len(few) == 12


def test_places_beyond_the_eighth_are_counted_and_left_out(
    client: FlaskClient, admin: FlaskClient
) -> None:
    code = factories.order().label_code
    for number in range(10):
        device = factories.device(station=f"STATION {number}")
        for _ in range(1 if number == 9 else 2):
            client.post(SCANS, json=batch(event(code, "scanned")), headers=device.headers)
    page = admin.get(PAGE).text
    assert "STATION 7" in page
    assert "STATION 9" not in page
    assert page.count("2 more with fewer are not shown.") == 2


def test_a_stranger_is_led_to_the_login(client: FlaskClient) -> None:
    answer = client.get(PAGE)
    assert (answer.status_code, answer.location) == (302, "/admin/login")


@pytest.mark.browser
def test_the_dashboard_is_good_to_look_at(app: Application, page: Page, shop: None) -> None:
    sign_in(page, app)
    page.goto(PAGE)
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    chart = page.get_by_role("img", name="Time in each step by service")
    expect(chart).to_be_visible()
    look_at(page, "dashboard")
    stops = walk(page)
    assert {"Late", "To review", "The same as a table"} <= set(stops)
    for summary in page.get_by_text("The same as a table").all():
        summary.click()
    expect(page.get_by_role("table")).to_have_count(3)
    look_at(page, "dashboard-tables")
    page.emulate_media(media="print")
    expect(chart).to_be_visible()


@pytest.mark.browser
def test_the_dashboard_needs_no_script(app: Application, plain_page: Page, shop: None) -> None:
    sign_in(plain_page, app)
    plain_page.goto(PAGE)
    plain_page.get_by_text("The same as a table").first.click()
    expect(plain_page.get_by_role("cell", name="COUNTER")).to_have_count(0)
    expect(plain_page.get_by_role("columnheader", name="COUNTER")).to_be_visible()


@pytest.mark.browser
def test_an_empty_dashboard_is_good_to_look_at(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto(PAGE)
    look_at(page, "dashboard-empty")


def test_businesses_that_wait_for_approval_are_told_of(
    app: Application, admin: FlaskClient
) -> None:
    assert "wait for approval" not in admin.get(PAGE).text
    booking.shop(status="pending")
    booking.shop(status="approved")
    app.extensions.pop(KEPT, None)
    page = admin.get(PAGE).text
    found = re.search(r'<dt><a href="([^"]+)">Businesses</a></dt>\s*<dd>(\d+)</dd>', page)
    assert found is not None
    assert found.groups() == ("/admin/businesses?status=pending", "1")
    assert admin.get(found[1]).status_code == 200


def test_what_is_to_be_begun_with_is_told_until_all_of_it_is_done(
    app: Application, admin: FlaskClient
) -> None:
    def done() -> list[str] | None:
        app.extensions.pop(KEPT, None)
        page = admin.get(PAGE).text
        if "Begin here" not in page:
            return None
        return re.findall(r'Done: </span><a href="([^"]+)"', page)

    assert done() == []
    factories.order()
    assert done() == ["/admin/orders/new"]
    factories.device()
    assert done() == ["/admin/devices/new", "/admin/orders/new"]
    factories.worker()
    assert done() is None
