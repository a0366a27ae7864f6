"""The pages that exist, in a real browser: by keyboard, without a script, in light and dark."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.web.admin.dashboard import KEPT
from tests import factories
from tests.factories import PASSWORD
from tests.web.browser import LONGEST_WAIT_MS
from tests.web.looking import look_at, sign_in, walk

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(app: Application) -> None:
    factories.user(app, "boss@example.com", role="admin", username="boss")


def test_an_admin_signs_in_and_out_by_keyboard(page: Page, boss: None) -> None:
    page.goto("/admin/login")
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    page.keyboard.type("boss")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    stops = walk(page)
    for _ in range(stops.index("Sign out") + 1):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/admin")
    assert page.url.endswith("/admin/login")


def test_a_wrong_password_is_told_and_the_name_stays(page: Page, boss: None) -> None:
    page.goto("/admin/login")
    page.get_by_label("User name or e-mail").fill("boss")
    page.get_by_label("Password").fill("wrong one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Invalid credentials")
    expect(page.get_by_label("User name or e-mail")).to_have_value("boss")
    expect(page.get_by_label("Password")).to_be_focused()
    look_at(page, "login-refused")


def test_signing_in_needs_no_script(plain_page: Page, boss: None) -> None:
    plain_page.goto("/admin/login")
    plain_page.get_by_label("User name or e-mail").fill("boss")
    plain_page.get_by_label("Password").fill(PASSWORD)
    plain_page.get_by_role("button", name="Sign in").click()
    expect(plain_page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_the_login_is_good_to_look_at(page: Page) -> None:
    page.goto("/admin/login")
    look_at(page, "login")
    others = "Customers and businesses sign in here"
    assert walk(page) == ["User name or e-mail", "Password", "Sign in", others]


def test_who_begins_is_led_through_what_has_to_be_set_up(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto("/admin")
    begin = page.get_by_role("region", name="Begin here")
    for number in range(begin.get_by_role("link").count()):
        page.goto("/admin")
        begin.get_by_role("link").nth(number).click()
        expect(page.locator("main h1")).not_to_have_text("Dashboard")
    factories.order()
    app.extensions.pop(KEPT)
    page.goto("/admin")
    expect(begin).to_have_count(1)
    factories.device()
    factories.worker()
    app.extensions.pop(KEPT)
    page.goto("/admin")
    expect(begin).to_have_count(0)


def test_a_page_of_the_admins_that_is_not_there_leads_back(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto("/admin/orders/NOSUCH99")
    page.get_by_role("link", name="Back to the dashboard").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_a_label_leads_to_where_the_order_is(
    app: Application, page: Page, device: factories.DeviceHandle
) -> None:
    order = factories.order(factories.service("Wash & Fold"), pickup_date="2026-12-24")
    for action in ("picked_up", "processing"):
        body = {"order_number": order.order_number, "action": action}
        sent = app.test_client().post("/api/v1/workers/scan", json=body, headers=device.headers)
        assert sent.status_code == 201, sent.text
    page.goto(f"/T/{order.label_code}")
    expect(page.get_by_role("heading", name="In progress")).to_be_visible()
    expect(page.get_by_role("listitem")).to_contain_text(
        ["Received", "Picked up", "In progress", "Ready", "Handed back"]
    )
    look_at(page, "tracking")


def test_a_person_sets_a_password_behind_a_link(admin: FlaskClient, page: Page) -> None:
    body = {"name": "Bob", "email": "bob@example.com"}
    url = str(admin.post("/admin/api/customers", json=body).json["set_password_url"])
    token = url.partition("#")[2]
    page.goto(f"/set-password#{token}")
    expect(page.get_by_label("Code")).to_be_hidden()
    page.wait_for_function("location.hash === ''", timeout=LONGEST_WAIT_MS)
    look_at(page, "set-password")
    page.get_by_label("New password").fill("a new and long one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is set")
    look_at(page, "set-password-done")


def test_without_a_script_the_code_is_entered_by_hand(plain_page: Page) -> None:
    plain_page.goto("/set-password")
    plain_page.get_by_label("Code").fill("no-such-code")
    plain_page.get_by_label("New password").fill("a new and long one")
    plain_page.get_by_role("button", name="Set password").click()
    expect(plain_page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("path", ["/nowhere", "/T/nothing"])
def test_a_page_that_is_not_there_says_what_to_do(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("Check the address, or scan the label again.")).to_be_visible()
    look_at(page, f"error{path.replace('/', '-')}")
    page.get_by_role("link", name="Find your order").click()
    expect(page.get_by_label("Order number")).to_be_visible()
