"""The pages of people, devices, services, review and the audit log, as they are seen and used."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import Worker
from app.operations.audit.sealing import seal_all
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.scanning import SCANS, batch, event
from tests.web.browser import DESKTOP
from tests.web.looking import at_phone, look_at, sign_in, walk

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def shop(app: Application, page: Page) -> factories.DeviceHandle:
    """Some of everything, with an admin who looks at it."""
    sign_in(page, app, "boss@example.com")
    wash = factories.service("Wash & Fold", "12.50", duration_minutes=90, category="Laundry")
    factories.service("Dry cleaning of wedding dresses and ball gowns", "189.00", status="inactive")
    factories.service(HOSTILE, "1.00")
    ada = factories.user(app, "ada@example.com", name="Ada Lovelace", phone="0170 555 1234")
    factories.user(app, name="Grace Hopper-Featherstonehaugh", is_active=False)
    factories.user(app, name=HOSTILE)
    wanda = factories.worker("Wanda", email="wanda@example.com")
    factories.worker(HOSTILE, is_active=False)
    device = factories.device(
        "Counter 1", station="SHOP", worker_id=wanda.id, app="scan", app_version="1.4"
    )
    factories.device("Van", last_seen_at=clock.now() - timedelta(days=3), profile="supervisor")
    factories.device("Lost phone", revoked_at=clock.now())
    factories.device("Boxed", enrolled_at=None, last_seen_at=None)
    orders = [factories.order(wash, customer_id=ada.id, name="Ada") for _ in range(3)]
    scans = [
        event(orders[0].order_number, "completed", seq=1, location="PLANT-1", note=HOSTILE),
        event(orders[1].order_number, "delivered", seq=2),
        event("NOSUCHORDER", "picked_up", seq=6, note="No label left"),
    ]
    body = batch(*scans, queue_depth=2)
    sent = app.test_client().post(SCANS, json=body, headers=device.headers)
    assert sent.status_code == 200, sent.text
    return device


@pytest.mark.parametrize("name", ["customers", "workers"])
def test_a_name_without_a_space_makes_no_page_wide(page: Page, app: Application, name: str) -> None:
    sign_in(page, app)
    page.goto(f"/admin/{name}/new")
    page.get_by_label("Name").fill("W" * 100)
    if name == "customers":
        page.get_by_label("E-mail").fill("w@example.com")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading")).to_contain_text("was added")
    at_phone(page)
    page.set_viewport_size(DESKTOP)
    page.goto(f"/admin/{name}")
    table = page.locator(".scroll")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_refused_form_begins_where_it_is_wrong(page: Page, app: Application) -> None:
    sign_in(page, app)
    page.goto("/admin/services/new")
    page.get_by_label("Name").fill("Ironing")
    page.get_by_label("Price").fill("a lot")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A price is a number, such as 12.50.")).to_be_visible()
    expect(page.get_by_label("Price")).to_be_focused()


LISTS = ("services", "customers", "people", "workers", "devices", "review", "audit")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_good_to_look_at(page: Page, shop: factories.DeviceHandle, name: str) -> None:
    page.goto(f"/admin/{name}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("nav [aria-current]").last).to_have_attribute("href", f"/admin/{name}")
    look_at(page, f"people-{name}")
    walk(page)


FILTERED = {
    "orders": "status=created",
    "customers": "active=1",
    "people": "role=customer",
    "workers": "active=1",
    "devices": "state=all",
    "review": "kind=flagged",
    "audit": "action=LOGIN",
}


@pytest.mark.parametrize("name", FILTERED)
def test_filters_are_folded_on_a_phone_while_none_is_set(
    app: Application, plain_page: Page, name: str
) -> None:
    sign_in(plain_page, app)
    plain_page.goto(f"/admin/{name}?cursor=&limit=20")
    show = plain_page.get_by_role("button", name="Show", exact=True)
    filters = plain_page.get_by_text("Filters", exact=True)
    expect(show).to_be_visible()
    expect(filters).to_be_hidden()
    at_phone(plain_page)
    expect(show).to_be_hidden()
    filters.click()
    expect(show).to_be_visible()
    plain_page.goto(f"/admin/{name}?{FILTERED[name]}")
    expect(show).to_be_visible()


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_to_do(app: Application, page: Page, name: str) -> None:
    sign_in(page, app)
    page.goto(f"/admin/{name}" + ("?action=PII_ERASED" if name == "audit" else ""))
    look_at(page, f"people-{name}-empty")


@pytest.mark.parametrize("name", ["services", "customers", "workers", "devices"])
def test_a_form_is_good_to_look_at_empty_refused_and_filled(
    page: Page, shop: factories.DeviceHandle, name: str
) -> None:
    page.goto(f"/admin/{name}/new")
    expect(page.get_by_label("Name")).to_be_focused()
    look_at(page, f"people-{name}-new")
    page.locator("main form").first.evaluate("form => { form.noValidate = true; }")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    look_at(page, f"people-{name}-refused")
    page.goto(f"/admin/{name}")
    page.locator("main td a").first.click()
    look_at(page, f"people-{name}-one")
    for asking in page.locator("main details.confirm > summary").all():
        asking.click()
    look_at(page, f"people-{name}-asking")


def test_a_second_click_makes_no_second_worker(
    page: Page, shop: factories.DeviceHandle, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = app.view_functions["admin_workers.create"]

    def create_slowly() -> ResponseReturnValue:
        time.sleep(1)
        return create()

    monkeypatch.setitem(app.view_functions, "admin_workers.create", create_slowly)
    page.goto("/admin/workers/new")
    page.get_by_label("Name", exact=True).fill("Otto")
    button = page.get_by_role("button", name="Add worker")
    button.evaluate("(one) => { one.click(); setTimeout(() => one.click(), 300); }")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Otto")
    with writing() as session:
        assert session.query(Worker).filter_by(name="Otto").count() == 1


def test_what_is_shown_once_is_good_to_look_at(page: Page, shop: factories.DeviceHandle) -> None:
    page.goto("/admin/customers/new")
    page.get_by_label("Name").fill("Linus")
    page.get_by_label("E-mail").fill("linus@example.com")
    page.get_by_role("button", name="Add customer").click()
    expect(page.get_by_label("Link to set a password")).to_be_visible()
    look_at(page, "people-customer-made")
    page.goto("/admin/workers/new")
    page.get_by_label("Name").fill("Will")
    page.get_by_role("button", name="Add worker").click()
    page.wait_for_url("**/admin/workers")
    look_at(page, "people-worker-made")
    page.goto("/admin/devices/new")
    page.get_by_label("Name").fill("Counter 2")
    page.get_by_role("button", name="Prepare device").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    look_at(page, "people-device-made")


def test_a_secret_is_selected_as_a_whole_and_copied(
    page: Page, shop: factories.DeviceHandle
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin/devices/new")
    page.get_by_label("Name").fill("Counter 2")
    page.get_by_role("button", name="Prepare device").click()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()  # the script is there
    code = page.get_by_label("Code", exact=True)
    code.focus()
    assert page.evaluate("getSelection().toString()") == code.input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code.input_value()


def test_a_rejected_scan_is_applied_to_its_order(
    app: Application, page: Page, shop: factories.DeviceHandle
) -> None:
    order = factories.order()
    page.goto("/admin/review?kind=rejected")
    page.get_by_role("link", name="Decide").click()
    look_at(page, "people-scan-rejected")
    applying = page.locator("form[action$='/apply']")
    applying.get_by_label("Order number").fill("NOBODYS")
    applying.get_by_label("Reason").fill("The label was torn")
    applying.get_by_role("button").click()
    expect(applying.get_by_text("There is no order with this number.")).to_be_visible()
    look_at(page, "people-scan-refused")
    expect(applying.get_by_label("Reason")).to_have_value("The label was torn")
    applying.get_by_label("Order number").fill(order.order_number)
    applying.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(
        f"The scan was applied to order {order.order_number}."
    )


def test_a_flagged_scan_is_taken_back_without_a_script(
    app: Application, plain_page: Page, page: Page, shop: factories.DeviceHandle
) -> None:
    sign_in(plain_page, app, "other@example.com")
    plain_page.goto("/admin/review?kind=flagged")
    plain_page.get_by_role("link", name="Decide").first.click()
    plain_page.get_by_role("button", name="Take it back").click()
    expect(plain_page.get_by_role("status")).to_have_text("The scan was taken back.")
    page.goto("/admin/review?kind=flagged")
    page.get_by_role("link", name="Decide").first.click()
    look_at(page, "people-scan-flagged")


def test_a_record_and_a_verification_are_good_to_look_at(
    app: Application, admin: FlaskClient, page: Page, shop: factories.DeviceHandle
) -> None:
    made = admin.post("/api/v1/services", json={"name": "Iron", "price": "3.00"}).json
    admin.put(f"/api/v1/services/{made['id']}", json={"price": "4.50"})
    page.goto("/admin/audit?action=SERVICE_UPDATED")
    page.get_by_role("link", name="Open").first.click()
    look_at(page, "people-record-unsealed")
    seal_all()
    page.reload()
    expect(page.get_by_text("Nothing of this record was changed")).to_be_visible()
    look_at(page, "people-record")
    page.goto("/admin/audit")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("heading", name="Verification")).to_be_visible()
    look_at(page, "people-verified")
    with writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE audit_events SET actor_label = 'somebody' WHERE action = 'SERVICE_UPDATED'"
        )
    page.goto("/admin/audit?action=SERVICE_UPDATED")
    page.get_by_role("link", name="Open").first.click()
    expect(page.get_by_role("alert")).to_contain_text("is not proved")
    look_at(page, "people-record-forged")
    page.goto("/admin/audit")
    page.get_by_role("button", name="Verify now").click()
    expect(page).to_have_title(re.compile("^Verification"))
    look_at(page, "people-found")


def test_a_list_is_downloaded(page: Page, shop: factories.DeviceHandle, tmp_path: Path) -> None:
    page.goto("/admin/customers?active=1")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export CSV").click()
    downloading.value.save_as(tmp_path / "customers.csv")
    text = (tmp_path / "customers.csv").read_text("utf-8-sig")
    assert downloading.value.suggested_filename.startswith("handover-customers-")
    assert "Ada Lovelace" in text
    assert "Grace" not in text


def test_the_wrong_filter_is_marked_where_it_is(page: Page, shop: factories.DeviceHandle) -> None:
    page.goto("/admin/audit?kind=order&number=NOBODYS")
    expect(page.get_by_text("There is no order with this number.")).to_be_visible()
    at_phone(page)
    look_at(page, "people-audit-refused")
