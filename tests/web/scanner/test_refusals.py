"""What the server refuses stays on the phone until a person decides; nothing is dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.http.application import Application
from app.models import Device
from app.support import clock
from tests import factories, scanning
from tests.rows import writing
from tests.web.browser import DESKTOP, PHONE, MakePage
from tests.web.looking import look_at
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

TOO_LONG = "X" * 4097
NO_SPACE = """() => {
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function () {
    throw new DOMException("The disk is full.", "QuotaExceededError");
  };
  self.freeSpace = () => { IDBObjectStore.prototype.add = add; };
}"""


@pytest.fixture
def scanner(make_page: MakePage, app: Application) -> Iterator[Page]:
    page = phone.enrolled(make_page, app)
    yield page
    phone.let_go(page)


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Type a code or an order number").fill(code)
    page.get_by_role("button", name="Record").click()


def parked(page: Page) -> Page:
    """With one scan that the server refused, between two that it took."""
    page.context.set_offline(True)
    phone.wedge(page, factories.order().label_code)
    type_code(page, TOO_LONG)
    phone.wedge(page, factories.order().label_code)
    page.context.set_offline(False)
    phone.wait_until_sent(page, 2)
    expect(page.get_by_role("heading", name="Refused by the server")).to_be_visible()
    return page


def test_an_item_that_is_refused_is_parked_and_spoils_no_other(scanner: Page) -> None:
    page = parked(scanner)
    expect(page.locator("#parked-list")).to_contain_text("Longer than 4096 characters.")
    expect(page.get_by_role("alert").first).to_contain_text("An earlier scan needs you")
    assert [track.seq for track in scanning.tracks()] == [1, 3]
    phone.reload(page)
    expect(page.locator("#parked-list li")).to_have_count(1)
    page.set_viewport_size(DESKTOP)
    look_at(page, "scanner-parked")


def test_a_parked_scan_is_sent_again_as_new_with_its_time_and_number(scanner: Page) -> None:
    page = parked(scanner)
    (old,) = phone.entries(page, "parked")
    page.get_by_role("button", name="Send again as new").click()
    phone.until(page, lambda: len(phone.entries(page, "parked")) == 1)
    (new,) = phone.entries(page, "parked")
    assert new["event_id"] != old["event_id"]
    assert {**new["body"], "event_id": None} == {**old["body"], "event_id": None}
    (left,) = phone.entries(page, "discarded")
    assert (left["event_id"], left["replaced_by"]) == (old["event_id"], new["event_id"])


def test_a_parked_scan_is_discarded_only_by_an_answer_to_a_question(scanner: Page) -> None:
    page = parked(scanner)
    discard = page.locator("#parked-list").get_by_role("button", name="Discard")
    discard.click()
    expect(page.get_by_role("dialog")).to_contain_text("This scan was never recorded")
    page.keyboard.press("Escape")
    assert len(phone.entries(page, "parked")) == 1
    discard.click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("heading", name="Refused by the server")).to_be_hidden()
    assert [one["body"]["code"] for one in phone.entries(page, "discarded")] == [TOO_LONG]


def test_a_copy_of_all_that_is_not_sent_is_saved_as_a_file(scanner: Page, tmp_path: Path) -> None:
    page = parked(scanner)
    phone.unroll(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a copy").click()
    download.value.save_as(tmp_path / "copy.json")
    copy = json.loads((tmp_path / "copy.json").read_text())
    assert [one["body"]["code"] for one in copy["entries"]] == [TOO_LONG]
    assert "token" not in json.dumps(copy)


def test_a_key_that_stands_for_another_scan_is_parked(
    scanner: Page, device: factories.DeviceHandle, app: Application
) -> None:
    order = factories.order()
    scanner.context.set_offline(True)
    phone.wedge(scanner, order.label_code)
    (entry,) = phone.entries(scanner)
    other = scanning.long_form(order.label_code, event_id=entry["event_id"], note="another")
    sent = app.test_client().post(scanning.SCAN, json=other, headers=device.headers)
    assert sent.status_code == 201, sent.text
    scanner.context.set_offline(False)
    expect(scanner.locator("#result-title")).to_have_text("Refused by the server")
    (left,) = phone.entries(scanner, "parked")
    assert left["refusal"]["code"] == "IDEMPOTENCY_CONFLICT"


@pytest.mark.parametrize("status", [400, 409, 413])
def test_of_an_upload_that_is_refused_as_a_whole_only_the_cause_is_parked(
    scanner: Page, status: int
) -> None:
    def refuse(route: Route) -> None:
        codes = [event["code"] for event in route.request.post_data_json["events"]]
        if "POISON" in codes:
            route.fulfill(status=status, json={"error_code": "BAD_REQUEST", "message": "No."})
        else:
            route.continue_()

    scanner.context.set_offline(True)
    for _ in range(3):
        phone.wedge(scanner, factories.order().label_code)
    phone.wedge(scanner, "POISON")
    for _ in range(3):
        phone.wedge(scanner, factories.order().label_code)
    scanner.route(phone.UPLOADS, refuse)
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 6)
    assert [one["body"]["code"] for one in phone.entries(scanner, "parked")] == ["POISON"]
    assert [track.seq for track in scanning.tracks()] == [1, 2, 3, 5, 6, 7]


def test_an_undo_that_comes_too_late_is_parked_and_blocks_nothing(scanner: Page) -> None:
    phone.wedge(scanner, factories.order().label_code)
    phone.wait_until_sent(scanner, 1)
    refusal = {"error_code": "PERMISSION_DENIED", "message": "For 15 minutes."}
    scanner.route("**/void", lambda route: route.fulfill(status=403, json=refusal))
    scanner.get_by_role("button", name="Undo the last scan").click()
    expect(scanner.locator("#result-detail")).to_contain_text("For 15 minutes.")
    phone.wedge(scanner, factories.order().label_code)
    phone.wait_until_sent(scanner, 2)
    assert phone.fact(scanner, "device")["trouble"] is None


@pytest.fixture
def unwatched(chromium: Browser, live: str) -> Iterator[Page]:
    """A phone that may be answered with 503."""
    context = chromium.new_context(base_url=live, viewport=PHONE, service_workers="block")
    yield context.new_page()
    context.close()


def test_a_server_that_asks_for_patience_gets_it(unwatched: Page, app: Application) -> None:
    phone.visit(unwatched)
    phone.enrol(unwatched, phone.invitation(app)["code"])
    asked: list[float] = []

    def be_busy(route: Route) -> None:
        asked.append(clock.now().timestamp())
        if len(asked) < 3:
            route.fulfill(
                status=503, headers={"Retry-After": "2"}, json={"error_code": "UNAVAILABLE"}
            )
        else:
            route.continue_()

    unwatched.route(phone.UPLOADS, be_busy)
    phone.wedge(unwatched, factories.order().label_code)
    phone.until(unwatched, lambda: len(asked) == 1)
    phone.wedge(unwatched, factories.order().label_code)
    unwatched.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_until_sent(unwatched, 2)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert len(waits) == 2
    assert all(wait >= 2 for wait in waits), waits
    assert len(scanning.tracks()) == 2


def change_device(**values: object) -> None:
    with writing() as session:
        session.query(Device).filter_by(name="Phone").update(values)


def test_a_token_that_counts_no_longer_keeps_the_queue(scanner: Page, app: Application) -> None:
    change_device(token_digest=b"0" * 32)
    order = factories.order()
    phone.wedge(scanner, order.label_code)
    expect(scanner.locator("#trouble")).to_contain_text("This phone's sign-in has ended.")
    expect(scanner.locator("#result-title")).to_have_text("Kept on this phone")
    scanner.set_viewport_size(DESKTOP)
    look_at(scanner, "scanner-signed-off")
    scanner.get_by_role("button", name="Set up again").click()
    phone.enrol(scanner, phone.invitation(app, name="Phone again")["code"])
    phone.wait_until_sent(scanner, 1)
    expect(scanner.locator("#trouble")).to_be_hidden()
    assert [track.order_id for track in scanning.tracks()] == [order.id]


def test_a_phone_that_was_revoked_hands_in_what_it_holds(scanner: Page) -> None:
    order = factories.order()
    scanner.context.set_offline(True)
    phone.wedge(scanner, order.label_code)
    scanner.get_by_role("button", name="Undo the last scan").click()
    phone.wedge(scanner, order.label_code)
    change_device(revoked_at=clock.now())
    scanner.context.set_offline(False)
    expect(scanner.locator("#trouble")).to_contain_text("An administrator has revoked this phone.")
    phone.wait_until_sent(scanner, 2)
    assert {track.reasons.split(",")[0] for track in scanning.tracks()} == {"quarantined"}
    assert [one["kind"] for one in phone.entries(scanner, "waiting")] == ["void"]
    assert scanning.order_of(order.id).status == "created"


def test_a_scan_that_cannot_be_kept_is_said_loudly_and_not_shown_as_recorded(
    scanner: Page,
) -> None:
    order = scanning.aged_order()
    scanner.evaluate(NO_SPACE)
    phone.type_quickly(scanner, order.label_code)
    expect(scanner.locator("#result-title")).to_have_text("Not recorded")
    expect(scanner.locator("#result")).to_have_attribute("data-signal", "stop")
    expect(scanner.locator("#unsaved-list")).to_contain_text(order.label_code)
    assert phone.entries(scanner) == []
    scanner.set_viewport_size(DESKTOP)
    look_at(scanner, "scanner-not-recorded")
    scanner.evaluate("freeSpace()")
    scanner.get_by_role("button", name="Try to keep them again").click()
    phone.wait_until_sent(scanner, 1)
    expect(scanner.locator("#unsaved")).to_be_hidden()
    assert [track.order_id for track in scanning.tracks()] == [order.id]


def test_a_browser_that_keeps_nothing_says_so_at_once(make_page: MakePage) -> None:
    page = make_page(service_workers="block")
    page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('Forbidden.', 'SecurityError'); }"
    )
    page.goto("/scan")
    expect(page.get_by_role("alert")).to_contain_text("This browser cannot keep scans")
