"""How a phone gets its token, keeps it, and loses it."""

from __future__ import annotations

from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import Device
from tests import factories, scanning
from tests.rows import writing
from tests.web.browser import DESKTOP, Launch, MakePage
from tests.web.looking import film, look_at, walk
from tests.web.scanner import phone

pytestmark = pytest.mark.browser
PIN = "a worker's long PIN"
SEEN_AT_FIRST = """() => {
  const result = document.getElementById("result");
  const look = () => {
    window.dispatchEvent(new Event("offline")); // draws the page anew
    if (!result.checkVisibility()) return setTimeout(look);
    self.stationAtFirst = document.getElementById("station").value;
  };
  look();
}"""


def devices() -> list[Device]:
    with writing() as session:
        return list(session.query(Device).filter(Device.origin != "shared").order_by(Device.id))


@pytest.fixture
def worker(app: Application) -> factories.Worker:
    return who_signs_in(app, "Wanda")


def who_signs_in(app: Application, name: str) -> factories.Worker:
    password_hash = app.extensions["handover_passwords"].hash(PIN)
    email = f"{name.lower()}@example.com"
    return factories.worker(name, email=email, password_hash=password_hash)


def sign_in(page: Page, who: str, password: str) -> None:
    field = page.get_by_label("E-mail or worker number")
    page.locator("details", has=field).evaluate("details => { details.open = true; }")
    field.fill(who)
    page.get_by_label("Password or PIN").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_phone_is_set_up_by_a_typed_code(make_page: MakePage, app: Application) -> None:
    page = phone.enrolled(make_page, app)
    expect(page.locator("#name")).to_have_text("COUNTER")
    expect(page.get_by_text("Automatic: picked up")).to_be_visible()
    (device,) = devices()
    version = page.locator("#scanner").get_attribute("data-version")
    assert (device.app, device.app_version) == ("scanner", version)
    assert device.hardware
    assert device.hardware.startswith("Mozilla/5.0")


def test_the_token_is_neither_in_a_cookie_nor_where_any_script_finds_it_at_once(
    make_page: MakePage, app: Application
) -> None:
    page = phone.enrolled(make_page, app)
    token = phone.fact(page, "device")["token"]
    assert page.context.cookies() == []
    phone.until(page, lambda: page.evaluate("localStorage.length"))
    kept = page.evaluate("[{...localStorage}, {...sessionStorage}]")
    assert [[*one] for one in kept] == [["handover-proofs"], []], "public keys alone"
    assert token not in str(kept)
    assert token not in page.content()
    assert token not in page.url


def test_a_phone_is_set_up_by_the_administrators_qr(
    launch: Launch, make_page: MakePage, app: Application, tmp_path: Path
) -> None:
    payload = phone.invitation(app, station="VAN")["qr_payload"]
    browser = launch(*film(qrcode.make(payload).get_image(), tmp_path / "code.y4m"))
    page = phone.open_scanner(make_page, browser=browser)
    page.get_by_role("button", name="Scan the code").click()
    expect(page.locator("#name")).to_have_text("VAN")
    expect(page.get_by_role("button", name="Start camera")).to_be_visible()


def test_the_station_of_the_phone_before_is_gone_before_the_next_one_shows(
    make_page: MakePage, app: Application
) -> None:
    page = phone.open_scanner(make_page)
    page.locator("#station").evaluate("field => { field.value = 'VAN 9'; }")
    page.evaluate(SEEN_AT_FIRST)
    phone.enrol(page, phone.invitation(app)["code"])
    phone.until(page, lambda: page.evaluate("self.stationAtFirst !== undefined"))
    assert page.evaluate("self.stationAtFirst") == ""


def test_a_code_that_is_no_invitation_sets_nothing_up(make_page: MakePage) -> None:
    page = phone.open_scanner(make_page)
    page.get_by_label("Code", exact=True).fill("AAAA-BBBB-CCCC")
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("was used before, or is older")
    expect(page.locator("#result")).to_be_hidden()
    assert phone.fact(page, "device") is None


def test_an_invitation_of_another_house_is_named_as_such(make_page: MakePage) -> None:
    page = phone.open_scanner(make_page)
    page.get_by_role("heading", name="Set up this phone").click()
    phone.type_quickly(page, '{"v":1,"url":"https://laundry.example","code":"AAAA-BBBB-CCCC"}')
    expect(page.get_by_role("alert")).to_contain_text("This code is for laundry.example")


def test_before_it_is_set_up_a_phone_records_nothing_and_says_so(make_page: MakePage) -> None:
    page = phone.open_scanner(make_page)
    phone.type_quickly(page, "BCDFGHJKLNPR")
    expect(page.get_by_role("alert")).to_have_text("Set up this phone first. Nothing was recorded.")
    assert phone.entries(page) == []


@pytest.mark.parametrize("by", ["email", "id"])
def test_a_worker_signs_in(make_page: MakePage, worker: factories.Worker, by: str) -> None:
    page = phone.open_scanner(make_page)
    sign_in(page, str(getattr(worker, by)), PIN)
    expect(page.locator("#name")).to_have_text("Wanda")
    expect(page.get_by_label("Password or PIN")).to_have_value("")
    phone.wedge(page, factories.order().label_code)
    phone.wait_until_sent(page, 1)
    assert [track.worker_id for track in scanning.tracks()] == [worker.id]


def test_a_wrong_pin_is_told(make_page: MakePage, worker: factories.Worker) -> None:
    page = phone.open_scanner(make_page)
    sign_in(page, worker.email or "", "something else")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")


def test_signing_out_with_an_empty_queue_forgets_the_token(
    make_page: MakePage, app: Application
) -> None:
    page = phone.enrolled(make_page, app)
    phone.wedge(page, factories.order().label_code)
    phone.wait_until_sent(page, 1)
    phone.unroll(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Set up this phone")).to_be_visible()
    assert phone.fact(page, "device") is None
    assert phone.entries(page) == []


def test_signing_out_with_scans_that_wait_asks_and_keeps_them(
    make_page: MakePage, app: Application
) -> None:
    page = phone.enrolled(make_page, app)
    order = factories.order()
    page.context.set_offline(True)
    phone.wedge(page, order.label_code)
    phone.unroll(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_contain_text("One scan is not sent yet.")
    page.get_by_role("button", name="Go back").click()
    assert phone.fact(page, "device") is not None
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out all the same").click()
    expect(page.get_by_text("1 scan on this phone waits to be sent")).to_be_visible()
    assert phone.fact(page, "device") is None
    page.context.set_offline(False)
    phone.enrol(page, phone.invitation(app)["code"])
    phone.wait_until_sent(page, 1)
    assert [track.order_id for track in scanning.tracks()] == [order.id]


@pytest.mark.parametrize("is_enrolled", [False, True], ids=["signed in", "enrolled"])
def test_what_one_worker_scanned_is_not_taken_for_the_next_ones(
    make_page: MakePage, app: Application, worker: factories.Worker, is_enrolled: bool
) -> None:
    other = who_signs_in(app, "Otto")
    page = phone.open_scanner(make_page)
    if is_enrolled:
        phone.enrol(page, phone.invitation(app, worker_id=other.id)["code"])
    else:
        sign_in(page, str(other.id), PIN)
        expect(page.locator("#result")).to_be_visible()
    page.context.set_offline(True)
    phone.wedge(page, factories.order().label_code)
    phone.unroll(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out all the same").click()
    page.context.set_offline(False)
    sign_in(page, str(worker.id), PIN)
    phone.wait_until_sent(page, 1)
    phone.wedge(page, factories.order().label_code)
    phone.wait_until_sent(page, 2)
    theirs, own = scanning.tracks()
    assert theirs.reasons == "worker_mismatch"
    assert (own.worker_id, own.reasons) == (worker.id, "")


def test_setting_up_is_good_to_look_at_and_to_walk_through(make_page: MakePage) -> None:
    page = phone.open_scanner(make_page, viewport=DESKTOP)
    page.get_by_text("Sign in as a worker instead").click()
    look_at(page, "scanner-setting-up")
    assert walk(page) == [
        "Code",
        "Set up",
        "Sign in as a worker instead",
        "E-mail or worker number",
        "Password or PIN",
        "Sign in",
        "Scan the code",
    ]


def test_without_a_script_the_page_says_what_it_needs(plain_page: Page) -> None:
    plain_page.goto("/scan")
    expect(plain_page.get_by_text("It needs JavaScript")).to_be_visible()


def test_a_refusal_is_in_sight_wherever_the_form_stands(
    make_page: MakePage, worker: factories.Worker
) -> None:
    page = phone.open_scanner(make_page, viewport={"width": 360, "height": 420})
    sign_in(page, str(worker.id), "999999")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_role("alert")).to_be_in_viewport()
