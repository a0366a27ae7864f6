"""Orders, the board and the counter in a real browser: by keyboard, live, with and without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import Order
from app.support import clock
from tests import factories
from tests.scanning import SCAN, SCANS, aged_order, ago, batch, event, long_form, order_of, tracks
from tests.web.looking import look_at, sign_in, walk

pytestmark = pytest.mark.browser

PEOPLE = ("Ada Lovelace", "Grace Brewster Murray Hopper", "Özge Şahin", "Bob", "Mary Somerville")


@pytest.fixture
def busy_order(app: Application, device: factories.DeviceHandle) -> Order:
    """An order with a history: scans on time, late, twice, by a device whose clock is wrong."""
    worker = factories.worker("Wanda")
    order = aged_order(
        service_row=factories.service("Wash & Fold"),
        name="Ada Lovelace",
        phone="+44 20 7946 0958",
        pickup_date="2026-12-24",
        instructions="Two bags.\nRing twice, please.",
        piece_count=3,
    )
    client = app.test_client()
    slow = factories.device("Old phone")
    wrong = {"sent_at": clock.instant_text(clock.now() - timedelta(hours=3))}
    for body in (
        long_form(order.label_code, "picked_up", occurred_at=ago(hours=30), worker_id=worker.id),
        long_form(
            order.label_code, "processing", occurred_at=ago(hours=20), note="Stain on one sleeve"
        ),
        long_form(order.label_code, "completed", occurred_at=ago(hours=2), location="PLANT-1"),
        long_form(order.label_code, "picked_up", occurred_at=ago(hours=1)),
    ):
        answer = client.post(SCAN, json=body, headers=device.headers)
        assert answer.status_code == 201, answer.text
    late = {**long_form(order.label_code, "scanned", occurred_at=ago(hours=4)), **wrong}
    assert client.post(SCAN, json=late, headers=slow.headers).status_code == 201
    return order


def scan(app: Application, device: factories.DeviceHandle, order: Order, action: str) -> None:
    body = long_form(order.label_code, action)
    assert app.test_client().post(SCAN, json=body, headers=device.headers).status_code == 201


# --- the counter --------------------------------------------------------------------------------


def test_an_order_is_placed_by_keyboard_alone(app: Application, page: Page) -> None:
    factories.service("Wash & Fold")
    factories.service("Dry cleaning", "20.00")
    factories.sign_up(app, "ada@example.com", name="Ada Lovelace", phone="0170 555 1234")
    sign_in(page, app)
    page.goto("/admin/orders/new")
    expect(page.get_by_label("Find the customer")).to_be_focused()
    page.keyboard.type("5551234")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    look_at(page, "order-new-suggested")
    page.get_by_label("Find the customer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value("Ada Lovelace")
    expect(page.get_by_label("Wash & Fold")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    look_at(page, "order-new")
    page.get_by_label("Pieces").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Order ", exact=False).first).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("was placed")
    expect(page.get_by_role("button", name="Print 2 labels")).to_be_focused()
    expect(page.get_by_text("32.50").first).to_be_visible()
    form = page.locator("form", has=page.get_by_role("button", name="Print 2 labels"))
    printed = page.request.get(f"{form.get_attribute('action')}?page=roll&copies=1")
    assert (printed.headers["content-type"], printed.body()[:5]) == ("application/pdf", b"%PDF-")


def test_somebody_new_is_typed_once(app: Application, page: Page) -> None:
    factories.service("Wash & Fold")
    sign_in(page, app)
    page.goto("/admin/orders/new")
    expect(page.get_by_label("Find the customer")).to_be_focused()
    page.keyboard.type("0170 999 8877")
    expect(page.get_by_text("Nobody like that")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Phone")).to_have_value("0170 999 8877")
    expect(page.get_by_label("Name")).to_be_focused()


def test_the_counter_needs_no_script(app: Application, plain_page: Page) -> None:
    factories.service("Wash & Fold")
    earlier = factories.order(name="Grace Hopper", phone="030 123456", email=None)
    factories.order(name="Grace Kelly", phone="030 654321", email=None)
    sign_in(plain_page, app)
    plain_page.goto("/admin/orders/new")
    plain_page.get_by_label("Find the customer").fill("grace")
    plain_page.get_by_label("Find the customer").press("Enter")
    plain_page.get_by_role("link", name="Grace Hopper").click()
    expect(plain_page.get_by_label("Phone")).to_have_value(earlier.phone or "")
    plain_page.get_by_role("button", name="Place order").click()
    expect(plain_page.get_by_text("Choose 1 to 20 services.")).to_be_visible()
    expect(plain_page.get_by_label("Phone")).to_have_value(earlier.phone or "")
    plain_page.get_by_label("Wash & Fold").check()
    plain_page.get_by_role("button", name="Place order").click()
    expect(plain_page.get_by_text("was placed. Print its label.")).to_be_visible()


def test_a_refused_order_is_good_to_look_at(app: Application, page: Page) -> None:
    factories.service("Wash & Fold")
    sign_in(page, app)
    page.goto("/admin/orders/new")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("E-mail").fill("ada@")
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("This is not a valid e-mail address.")).to_be_visible()
    look_at(page, "order-new-refused")


# --- one order ----------------------------------------------------------------------------------


def test_an_order_is_good_to_look_at(app: Application, page: Page, busy_order: Order) -> None:
    sign_in(page, app)
    page.goto(f"/admin/orders/{busy_order.order_number}")
    expect(page.get_by_role("img", name="Label of order")).to_be_visible()
    look_at(page, "order")
    stops = walk(page)
    for words in ("Edit", "Print 3 labels", "Set status", "Cancel this order", "Take back"):
        assert words in stops, stops
    page.goto(f"/admin/orders/{busy_order.order_number}/edit")
    look_at(page, "order-edit")


def test_a_scan_is_taken_back_without_a_script(
    app: Application, plain_page: Page, device: factories.DeviceHandle
) -> None:
    order = aged_order()
    scan(app, device, order, "picked_up")
    sign_in(plain_page, app)
    plain_page.goto(f"/admin/orders/{order.order_number}")
    plain_page.get_by_text("Take back", exact=True).click()
    plain_page.get_by_role("button", name="Take the scan back").click()
    expect(plain_page.get_by_text("The scan was taken back")).to_be_visible()
    assert order_of(order.id).status == "created"
    assert [row.kind for row in tracks(order_id=order.id)] == ["scan", "void"]


# --- search and lists ---------------------------------------------------------------------------


def test_a_keyboard_scanner_in_the_search_box_opens_the_order(app: Application, page: Page) -> None:
    order = factories.order()
    sign_in(page, app)
    page.goto("/admin/account")
    page.keyboard.press("/")
    page.keyboard.type(f"HTTP://HANDOVER.TEST/T/{order.label_code}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Order {order.order_number}")).to_be_visible()


def test_lists_and_search_are_good_to_look_at(
    app: Application, page: Page, busy_order: Order
) -> None:
    services = [factories.service(name) for name in ("Shirts", "Dry cleaning", "Ironing")]
    for number in range(12):
        factories.order(
            services[number % 3],
            name=PEOPLE[number % 5],
            phone="0170 5551234",
            status=("created", "picked_up", "processing", "completed", "delivered")[number % 5],
            pickup_date="2026-11-01" if number % 4 == 0 else None,
        )
    factories.sign_up(app, "ada.l@example.com", name="Ada Lovelace", phone="0170 5551234")
    sign_in(page, app)
    page.goto("/admin/orders")
    look_at(page, "orders")
    page.goto("/admin/orders?late=1")
    look_at(page, "orders-late")
    page.goto("/admin/search?q=ada")
    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    look_at(page, "search")
    page.goto("/admin/search?q=nobody%20at%20all")
    look_at(page, "search-nothing")


# --- the board ----------------------------------------------------------------------------------


def test_a_scan_is_on_the_board_within_two_seconds(
    app: Application, page: Page, device: factories.DeviceHandle
) -> None:
    """Of the page's own clock: how long an answer takes is the machine's affair."""
    orders = [aged_order(name=name) for name in PEOPLE]
    for order in orders[:3]:
        scan(app, device, order, "picked_up")
    sign_in(page, app)
    page.clock.install()
    page.clock.pause_at(clock.now() + timedelta(minutes=1))
    page.goto("/admin/board")
    expect(page.get_by_text("Live")).to_be_visible()
    scan(app, device, orders[3], "picked_up")
    page.clock.run_for(2_000)
    link = page.get_by_role("region", name="Newest scans").get_by_role(
        "link", name=orders[3].order_number
    )
    expect(link).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 new scan")).to_have_count(1)
    body = batch(event("NOSUCHLABEL"), event(orders[3].label_code, "completed"))
    assert app.test_client().post(SCANS, json=body, headers=device.headers).status_code == 200
    page.clock.run_for(2_000)
    expect(page.get_by_role("link", name="Unknown code")).to_be_visible()
    page.clock.resume()
    look_at(page, "board")


def test_the_board_outlives_an_answer_that_is_not_ours(
    app: Application, page: Page, device: factories.DeviceHandle
) -> None:
    sign_in(page, app, "boss@example.com")
    page.route("**/board/news*", lambda route: route.fulfill(body="<h1>Free WiFi</h1>"), times=1)
    page.goto("/admin/board")
    expect(page.locator("#pulse")).to_contain_text("Not connected")
    expect(page.get_by_text("Free WiFi")).to_have_count(0)
    order = aged_order()
    scan(app, device, order, "picked_up")
    expect(page.locator(".scans")).to_contain_text(order.order_number)


def test_the_board_asks_for_nothing_while_nobody_sees_it(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto("/admin/board")
    asked: list[int] = []
    page.on("response", lambda one: asked.append(one.status) if "/news" in one.url else None)
    with page.expect_response("**/admin/board/news*"):
        pass
    assert set(asked) == {304}
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(1_700)
    count = len(asked)
    page.wait_for_timeout(3_200)
    assert len(asked) == count
    with page.expect_response("**/admin/board/news*"):
        page.evaluate(
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
        )
    page.wait_for_timeout(700)
    assert len(asked) == count + 1


def test_the_focus_stays_where_it_was_when_the_board_changes(
    app: Application, page: Page, device: factories.DeviceHandle
) -> None:
    first, second = aged_order(), aged_order()
    scan(app, device, first, "picked_up")
    sign_in(page, app)
    page.goto("/admin/board")
    link = page.get_by_role("region", name="Newest scans").get_by_role(
        "link", name=first.order_number
    )
    link.focus()
    scan(app, device, second, "picked_up")
    expect(page.get_by_text(second.order_number).first).to_be_visible()
    expect(link).to_be_focused()


def test_the_board_is_whole_without_a_script(
    app: Application, plain_page: Page, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    order = aged_order()
    scan(app, device, order, "picked_up")
    sign_in(plain_page, app)
    plain_page.goto("/admin/board")
    expect(plain_page.get_by_role("link", name=order.order_number).first).to_be_visible()
    expect(plain_page.get_by_role("link", name="Refresh")).to_be_visible()
    assert '<noscript><meta http-equiv="refresh"' in admin.get("/admin/board").text


def test_the_board_says_when_it_is_no_longer_live(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto("/admin/board")
    pulse = page.locator("#pulse")
    expect(pulse).to_have_text("Live")
    page.context.set_offline(True)
    expect(pulse).to_have_text("Not connected. Trying again.")
    expect(pulse).to_have_class("hint lost")
    page.context.set_offline(False)
    expect(pulse).to_have_text("Live")
    expect(pulse).to_have_class("hint")
