"""A phone scans, by typing hands, hand scanners and the camera, and says what the server says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Page, expect

from app.http.application import Application
from tests import factories, scanning
from tests.web.browser import DESKTOP, Launch, MakePage
from tests.web.looking import film, look_at, walk
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

PRESS = """([text, places]) => {
  for (const key of [...text, "Enter"]) {
    const code = places[key] ?? "";
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true }));
  }
}"""
GREEK = {"Β": "B", "Ψ": "C", "Δ": "D"}


@pytest.fixture
def scanner(make_page: MakePage, app: Application) -> Iterator[Page]:
    page = phone.enrolled(make_page, app)
    yield page
    phone.let_go(page)


def expect_result(page: Page, signal: str, title: str, detail: str) -> None:
    expect(page.locator("#result")).to_have_attribute("data-signal", signal)
    expect(page.locator("#result-title")).to_have_text(title)
    expect(page.locator("#result-detail")).to_contain_text(detail)


def test_a_label_is_kept_first_and_then_recorded(scanner: Page) -> None:
    order = factories.order()
    held = []
    scanner.route(phone.UPLOADS, lambda route: held.append(route))
    phone.wedge(scanner, order.label_code)
    expect_result(scanner, "kept", "Kept on this phone", f"…{order.label_code[18:24]}")
    expect(scanner.locator("#line")).to_have_text("Sending 1…")
    phone.until(scanner, lambda: held)
    held[0].continue_()
    expect_result(scanner, "ok", "Recorded", f"{order.order_number}: picked up")
    expect(scanner.locator("#line")).to_have_text("All sent")
    (track,) = scanning.tracks()
    assert (track.action, track.location, track.seq) == ("picked_up", "COUNTER", 1)
    assert track.event_id == phone.entries(scanner)[0]["event_id"]
    scanning.assert_truthful(order.id)


def test_what_a_person_should_look_at_is_amber(scanner: Page) -> None:
    order = factories.order()
    scanner.get_by_label("Ready", exact=True).check()
    phone.wedge(scanner, order.label_code)
    expect_result(scanner, "warn", "Recorded – please look", "“Picked up” and “In progress”")


def test_what_has_no_effect_is_red_and_recorded_all_the_same(scanner: Page) -> None:
    phone.wedge(scanner, "https://elsewhere.test/parcel/12345")
    expect_result(scanner, "stop", "Stop", "not one of our labels")
    assert [track.result for track in scanning.tracks()] == ["rejected"]


def test_an_order_number_is_typed_by_hand(scanner: Page) -> None:
    order = factories.order()
    field = scanner.get_by_label("Type a code or an order number")
    field.fill(order.order_number.lower())
    field.press("Enter")
    expect_result(scanner, "ok", "Recorded", order.order_number)
    expect(field).to_have_value("")
    assert phone.entries(scanner)[0]["source"] == "typed"


def test_a_hand_scanner_presses_no_button_that_has_the_focus(scanner: Page) -> None:
    order = factories.order()
    scanner.get_by_text("Settings and state").click()
    scanner.get_by_role("button", name="Sign out").focus()
    phone.wedge(scanner, f"https://handover.test/T/{order.label_code} ")
    expect_result(scanner, "ok", "Recorded", order.order_number)
    assert phone.fact(scanner, "device")["token"].startswith("hd_")


def test_a_hand_scanner_spoils_no_field_that_has_the_focus(scanner: Page) -> None:
    order = factories.order()
    phone.unroll(scanner)
    scanner.get_by_label("Station").fill("VAN 3")
    phone.wedge(scanner, order.label_code.lower())
    expect_result(scanner, "ok", "Recorded", order.order_number)
    expect(scanner.get_by_label("Station")).to_have_value("VAN 3")
    assert [track.location for track in scanning.tracks()] == ["VAN 3"]


def test_what_a_person_types_quickly_into_a_field_is_no_scan(scanner: Page) -> None:
    phone.unroll(scanner)
    scanner.get_by_label("Station").focus()
    scanner.keyboard.type("a-very-long-station-name")
    scanner.keyboard.press("Enter")
    expect(scanner.get_by_label("Station")).to_have_value("a-very-long-station-name")
    assert phone.entries(scanner) == []


def test_a_hand_scanner_is_understood_on_a_keyboard_of_another_script(scanner: Page) -> None:
    places = {greek: f"Key{latin}" for greek, latin in GREEK.items()}
    scanner.evaluate(PRESS, ["ΒΨΔΒΨΔ", places])
    expect(scanner.locator("#recent li")).to_have_count(1)
    assert phone.entries(scanner)[0]["body"]["code"] == "bcdbcd"


def test_slow_keys_are_no_scan(scanner: Page) -> None:
    scanner.clock.install()
    for key in "BCDF":
        scanner.keyboard.type(key)
        scanner.clock.fast_forward(900)
    scanner.keyboard.press("Enter")
    assert phone.entries(scanner) == []


def test_action_station_and_sound_stay_set(scanner: Page) -> None:
    scanner.get_by_label("In progress").check()
    phone.unroll(scanner)
    scanner.get_by_label("Station").fill("PRESS")
    scanner.get_by_label("Sound").uncheck()
    scanner.get_by_label("Station").blur()
    phone.until(scanner, lambda: (phone.fact(scanner, "settings") or {}).get("station") == "PRESS")
    phone.reload(scanner)
    expect(scanner.get_by_label("In progress")).to_be_checked()
    phone.unroll(scanner)
    expect(scanner.get_by_label("Station")).to_have_value("PRESS")
    expect(scanner.get_by_label("Sound")).not_to_be_checked()
    phone.wedge(scanner, factories.order().label_code)
    phone.wait_until_sent(scanner, 1)
    assert [(one.action, one.location) for one in scanning.tracks()] == [("processing", "PRESS")]


def test_the_last_scan_is_taken_back(scanner: Page) -> None:
    order = factories.order()
    undo = scanner.get_by_role("button", name="Undo the last scan")
    expect(undo).to_be_disabled()
    phone.wedge(scanner, order.label_code)
    expect_result(scanner, "ok", "Recorded", "picked up")
    undo.click()
    expect_result(scanner, "ok", "Taken back", f"{order.order_number}: taken back")
    expect(undo).to_be_disabled()
    scan, void = scanning.tracks()
    assert (void.kind, void.target_event_id) == ("void", scan.event_id)
    assert scanning.assert_truthful(order.id).status == "created"


def test_a_set_up_code_is_never_recorded_as_a_label(scanner: Page, app: Application) -> None:
    payload = phone.invitation(app)["qr_payload"]
    phone.type_quickly(scanner, payload)
    expect(scanner.get_by_role("alert")).to_have_text(
        "This is a set-up code, not a label. Nothing was recorded."
    )
    assert phone.entries(scanner) == []


def before_camera(
    launch: Launch, make_page: MakePage, text: str, folder: Path, app: Application
) -> Page:
    browser = launch(*film(qrcode.make(text).get_image(), folder / "label.y4m"))
    return phone.enrolled(make_page, app, browser=browser)


def test_the_camera_reads_a_label_once_as_long_as_it_is_in_view(
    launch: Launch, make_page: MakePage, app: Application, tmp_path: Path
) -> None:
    order = factories.order()
    text = f"HTTP://HANDOVER.TEST/T/{order.label_code}"
    scanner = before_camera(launch, make_page, text, tmp_path, app)
    scanner.get_by_role("button", name="Start camera").click()
    expect_result(scanner, "ok", "Recorded", order.order_number)
    scanner.wait_for_timeout(4000)  # longer than a label must be gone to be read anew
    assert [one["body"]["code"] for one in phone.entries(scanner)] == [text]
    assert phone.entries(scanner)[0]["source"] == "camera"
    scanner.locator("#shoot").click()
    expect(scanner.get_by_label("Camera", exact=True)).to_be_hidden()


def test_without_continuous_mode_the_camera_waits_for_a_hand(
    launch: Launch, make_page: MakePage, app: Application, tmp_path: Path
) -> None:
    order = factories.order()
    scanner = before_camera(launch, make_page, order.label_code, tmp_path, app)
    phone.unroll(scanner)
    scanner.get_by_label("One label after another").uncheck()
    scanner.get_by_role("button", name="Start camera").click()
    expect_result(scanner, "ok", "Recorded", order.order_number)
    scanner.wait_for_timeout(3500)
    scanner.get_by_role("button", name="Scan next").click()
    expect(scanner.locator("#recent li")).to_have_count(2)
    phone.wait_until_sent(scanner, 2)
    assert [one.reasons.split(",")[0] for one in scanning.tracks()] == ["", "double_read"]


def test_a_camera_that_is_not_allowed_is_told(make_page: MakePage, app: Application) -> None:
    scanner = phone.enrolled(make_page, app)
    scanner.get_by_role("button", name="Start camera").click()
    expect(scanner.get_by_role("alert")).to_contain_text("camera")
    expect(scanner.get_by_role("button", name="Start camera")).to_be_visible()


def test_the_scanner_is_good_to_look_at_and_to_walk_through(scanner: Page) -> None:
    for code in (factories.order().label_code, "https://elsewhere.test/12345"):
        phone.wedge(scanner, code)
    phone.wait_until_sent(scanner, 2)
    scanner.get_by_label("Ready", exact=True).check()
    phone.wedge(scanner, factories.order().label_code)
    phone.wait_until_sent(scanner, 3)
    scanner.set_viewport_size(DESKTOP)
    look_at(scanner, "scanner-results")
    phone.unroll(scanner)
    look_at(scanner, "scanner-settings")
    assert walk(scanner) == [
        "Ready",
        "Type a code or an order number",
        "Record",
        "My licenses",
        "Settings and state",
        "Station",
        "One label after another, without a pause",
        "Sound",
        "Send now",
        "Save a copy of what is not sent",
        "Sign out",
        "Undo",
        "Start camera",
    ]


def test_a_scan_that_is_kept_and_one_that_is_good_look_different(scanner: Page) -> None:
    scanner.set_viewport_size(DESKTOP)
    scanner.context.set_offline(True)
    phone.wedge(scanner, factories.order().label_code)
    kept = scanner.locator("#result").evaluate("(one) => getComputedStyle(one).backgroundColor")
    look_at(scanner, "scanner-kept")
    scanner.context.set_offline(False)
    expect(scanner.locator("#result")).to_have_attribute("data-signal", "ok")
    good = scanner.locator("#result").evaluate("(one) => getComputedStyle(one).backgroundColor")
    look_at(scanner, "scanner-good")
    assert kept != good
