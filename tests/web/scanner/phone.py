"""A phone with the scanner open: how tests set it up, scan with it and look into its queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from app.http.application import Application
from tests import factories
from tests.web.browser import PHONE, MakePage

NO_NETWORK = "internetdisconnected"
ENTRIES = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("handover-scanner");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
FACT = """(name) => new Promise((resolve) => {
  const opening = indexedDB.open("handover-scanner");
  opening.onsuccess = () => {
    const fact = opening.result.transaction("facts").objectStore("facts").get(name);
    fact.onsuccess = () => { opening.result.close(); resolve(fact.result ?? null); };
  };
})"""
CLOCK_WRONG = """(() => {
  const True = Date, by = %d;
  self.Date = class extends True {
    constructor(...given) { super(...(given.length ? given : [True.now() + by])); }
    static now() { return True.now() + by; }
  };
})()"""
AT_ONCE = """() => {
  const at = performance.now();
  self.ownStamp ??= Object.getOwnPropertyDescriptor(Event.prototype, "timeStamp");
  Object.defineProperty(Event.prototype, "timeStamp", { configurable: true, get: () => at });
}"""
AS_EVER = "() => Object.defineProperty(Event.prototype, 'timeStamp', self.ownStamp)"
LONGEST_WAIT_SECONDS = 60
UPLOADS = "**/api/v1/workers/scans"


def invitation(app: Application, **device: Any) -> dict[str, Any]:
    """A new device's code and QR text, as an admin is shown them."""
    admin = factories.sign_in_admin(app)
    answer = admin.post("/api/v1/devices", json={"name": "Phone", **device})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def open_scanner(make_page: MakePage, *, wrong_by: timedelta | None = None, **options: Any) -> Page:
    """A phone that has opened the page; the page's own copy is kept away unless asked for."""
    page = make_page(**{"viewport": PHONE, "service_workers": "block"} | options)
    if wrong_by is not None:
        page.context.add_init_script(CLOCK_WRONG % (wrong_by / timedelta(milliseconds=1)))
    visit(page)
    return page


def visit(page: Page) -> None:
    page.goto("/scan")
    _wait_until_ready(page)


def reload(page: Page) -> None:
    page.reload()
    _wait_until_ready(page)


def _wait_until_ready(page: Page) -> None:
    expect(page.locator("#scanner")).to_have_attribute("data-ready", "true")


def until(page: Page, is_so: Callable[[], object]) -> None:
    """Wait for what no element shows; a script's own waiting is forbidden by the page's policy."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not become so"
        page.wait_for_timeout(50)


def enrol(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.locator("#result")).to_be_visible()


def enrolled(make_page: MakePage, app: Application, **options: Any) -> Page:
    """A phone that is set up at a station, by a typed code."""
    page = open_scanner(make_page, **options)
    enrol(page, invitation(app, station="COUNTER", default_action="picked_up")["code"])
    return page


def let_go(page: Page) -> None:
    """Let answers that are on their way through a test's hands arrive before the page ends."""
    if not page.is_closed():
        page.unroute_all(behavior="wait")


def type_quickly(page: Page, text: str) -> None:
    """Type as a hand scanner does: for the page all keys come at once, however slow a machine is."""
    page.evaluate(AT_ONCE)
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.evaluate(AS_EVER)


def wedge(page: Page, text: str) -> None:
    """Scan with a hand scanner, and wait until the scan is kept."""
    before = len(entries(page))
    type_quickly(page, text)
    until(page, lambda: len(entries(page)) > before)


def entries(page: Page, state: str | None = None) -> list[dict[str, Any]]:
    """What the phone's queue holds, oldest first."""
    found = page.evaluate(ENTRIES)
    return [one for one in found if state in (None, one["state"])]


def fact(page: Page, name: str) -> Any:
    return page.evaluate(FACT, name)


def wait_until_sent(page: Page, count: int) -> None:
    until(page, lambda: len(entries(page, "sent")) == count)


def unroll(page: Page) -> None:
    """Open the settings and the state of the phone."""
    page.get_by_text("Settings and state").click()
