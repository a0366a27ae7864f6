"""An order's journey over the pages alone: counter, label, phone, board, customer, and a scan taken back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyotp
import pypdfium2
import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import User
from tests import factories, scanning, symbols
from tests.factories import PASSWORD
from tests.web.browser import Launch, MakePage
from tests.web.looking import film
from tests.web.scanner import phone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFLINE_SCANS = 40
WRONG_BY = timedelta(hours=3)


@pytest.fixture
def boss(app: Application) -> User:
    return factories.user(app, "boss@example.com", role="admin", username="boss")


def sign_in(page: Page) -> None:
    page.goto("/admin/login")
    page.get_by_label("User name or e-mail").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def place_order(page: Page) -> str:
    """At the counter; the order's number."""
    page.goto("/admin/orders/new")
    page.get_by_label("Find the customer").fill("0170 999 8877")
    page.keyboard.press("Enter")
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Wash & Fold").check()
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("button", name="Print label")).to_be_focused()
    return page.url.partition("?")[0].rpartition("/")[2]


def print_label(page: Page) -> str:
    """The text of the QR symbol on the PDF that the button opens."""
    form = page.locator("form", has=page.get_by_role("button", name="Print label"))
    printed = page.request.get(f"{form.get_attribute('action')}?page=roll&copies=1").body()
    document = pypdfium2.PdfDocument(BytesIO(printed))
    picture = document[0].render(scale=203 / 72).to_pil()
    document.close()
    return symbols.text(picture)


def prepare_device(page: Page) -> str:
    """The code with which a phone is set up."""
    page.goto("/admin/devices/new")
    page.get_by_label("Name").fill("Phone of the van")
    page.get_by_label("Place").fill("VAN")
    page.get_by_label("What a scan means").select_option("picked_up")
    page.get_by_role("button", name="Prepare device").click()
    return page.get_by_label("Code", exact=True).input_value()


def newest_scan(board: Page, number: str) -> None:
    """The board shows it with its second answer at the latest: one may have been on its way."""
    for _ in range(2):
        with board.expect_response("**/admin/board/news*"):
            pass
    scans = board.get_by_role("region", name="Newest scans")
    expect(scans.get_by_role("link", name=number).first).to_be_visible()


def expect_status(page: Page, tracking: str, words: str) -> None:
    page.goto(tracking)
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_an_order_is_placed_labelled_scanned_seen_and_corrected(
    app: Application, boss: User, make_page: MakePage, launch: Launch, tmp_path: Path
) -> None:
    factories.service("Wash & Fold")
    admin = make_page()
    sign_in(admin)
    number = place_order(admin)
    label = print_label(admin)
    code = prepare_device(admin)

    picture: Image.Image = qrcode.make(label).get_image()
    camera = launch(*film(picture, tmp_path / "label.y4m"))
    scanner = phone.open_scanner(
        make_page, browser=camera, wrong_by=WRONG_BY, service_workers="allow"
    )
    phone.enrol(scanner, code)
    admin.goto("/admin/board")
    expect(admin.get_by_text("Live")).to_be_visible()

    scanner.get_by_role("button", name="Start camera").click()
    phone.wait_until_sent(scanner, 1)
    newest_scan(admin, number)
    scanner.locator("#shoot").click()
    scanner.get_by_role("radio", name="In progress", exact=True).check()
    phone.wedge(scanner, label)
    phone.wait_until_sent(scanner, 2)

    tracking = "/track/" + label.rpartition("/")[2]
    customer = make_page(java_script_enabled=False)
    expect_status(customer, tracking, "In progress")

    orders = [scanning.aged_order() for _ in range(OFFLINE_SCANS)]
    scanner.get_by_role("radio", name="Picked up", exact=True).check()
    phone.until(scanner, lambda: scanner.evaluate("navigator.serviceWorker.controller !== null"))
    scanner.context.set_offline(True)
    for order in orders[: OFFLINE_SCANS // 2]:
        phone.wedge(scanner, order.label_code)
    phone.reload(scanner)
    for order in orders[OFFLINE_SCANS // 2 :]:
        phone.wedge(scanner, order.label_code)
    assert len(scanning.tracks()) == 2
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 2 + OFFLINE_SCANS)
    newest_scan(admin, orders[-1].order_number)
    rows = sorted(scanning.tracks(), key=lambda one: one.effective_at)[2:]
    assert [row.order_id for row in rows] == [order.id for order in orders]
    assert [row.seq for row in rows] == list(range(3, 3 + OFFLINE_SCANS))

    admin.goto(f"/admin/orders/{number}")
    admin.get_by_text("Take back", exact=True).first.click()
    admin.get_by_role("button", name="Take the scan back").first.click()
    expect(admin.get_by_text("The scan was taken back")).to_be_visible()
    expect_status(customer, tracking, "Picked up")
    phone.let_go(scanner)


def test_an_admin_with_a_second_factor_signs_in_with_a_code(boss: User, page: Page) -> None:
    secret = factories.second_factor(boss.id)
    sign_in(page)
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Sign in").click()
    page.goto("/admin/orders")
    expect(page.get_by_role("heading", name="Orders", level=1)).to_be_visible()
