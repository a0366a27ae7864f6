"""Whatever the network, the clock and the phone do, each scan is at the server once, as it was made.

The chances are drawn from a seed, which a failure names: `-k "chaos and seed3"` does it again.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from app.http.application import Application
from app.models import Order
from tests import scanning
from tests.web.browser import PHONE
from tests.web.scanner import phone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCANS = 40
TO_SERVER = "**/api/v1/workers/scans**"
MOVING_CLOCK = """(() => {
  const True = Date;
  self.wrongBy = 0;
  self.Date = class extends True {
    constructor(...given) { super(...(given.length ? given : [True.now() + self.wrongBy])); }
    static now() { return True.now() + self.wrongBy; }
  };
})()"""
HTML = {"content_type": "text/html", "body": "<h1>Free WiFi</h1>"}
NO_ANSWERS = (
    *({"status": status, **HTML} for status in (200, 302, 401, 403, 404, 413, 429, 502, 503)),
    {"status": 200, "content_type": "application/json", "body": '{"results": [{"event_id": "'},
    {"status": 200, "json": {"results": [], "missing_seq": []}},
    {"status": 503, "headers": {"Retry-After": "0"}, "json": {"error_code": "UNAVAILABLE"}},
    {"status": 429, "headers": {"Retry-After": "0"}, "json": {"error_code": "RATE_LIMITED"}},
    {"status": 503, "headers": {"Retry-After": "3600"}, **HTML},
)


class Luck:
    """A network, a clock and a person who cannot be relied on."""

    def __init__(self, context: BrowserContext, seed: int) -> None:
        self.context = context
        self.chance = random.Random(seed)
        self.is_over = False

    def carry(self, route: Route) -> None:
        """A request that comes through, or not, or whose answer is lost or somebody else's."""
        fate = 1.0 if self.is_over else self.chance.random()
        with suppress(Error):  # the page died while it waited
            if fate < 0.2:
                route.abort(phone.NO_NETWORK)
            elif fate < 0.4:
                route.fetch()
                route.abort(phone.NO_NETWORK)
            elif fate < 0.6:
                if self.chance.random() < 0.5:
                    route.fetch()
                route.fulfill(**self.chance.choice(NO_ANSWERS))  # type: ignore[arg-type]
            else:
                route.fulfill(response=route.fetch())

    def opened(self) -> Page:
        page = self.context.new_page()
        phone.visit(page)
        return page

    def after(self, page: Page) -> Page:
        """What happens to a page after a scan."""
        fate = self.chance.random()
        if fate < 0.1:
            page.close(run_before_unload=False)
            return self.opened()
        if fate < 0.15:
            phone.reload(page)
        elif fate < 0.25:
            page.evaluate(f"wrongBy = {self.chance.choice((-3, 0, 3)) * 3_600_000}")
        elif fate < 0.35:
            page.evaluate("dispatchEvent(new Event('online'))")
        elif fate < 0.45:
            with suppress(Error):
                page.locator("#undo").click(timeout=200)
        else:
            page.wait_for_timeout(self.chance.randrange(60))
        return page


@pytest.fixture
def flaky(chromium: Browser, live: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live, viewport=PHONE, service_workers="block")
    context.add_init_script(MOVING_CLOCK)
    yield context
    context.close()


def drain(page: Page) -> None:
    """Wait, with a hand on the button, until nothing waits."""
    deadline = time.monotonic() + phone.LONGEST_WAIT_SECONDS
    while phone.entries(page, "waiting"):
        assert time.monotonic() < deadline, phone.entries(page, "waiting")
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(200)


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"seed{seed}")
def test_chaos_loses_doubles_and_misfiles_no_scan(
    flaky: BrowserContext, app: Application, seed: int
) -> None:
    luck = Luck(flaky, seed)
    tabs = [luck.opened()]
    phone.enrol(tabs[0], phone.invitation(app)["code"])
    tabs.append(luck.opened())
    flaky.route(TO_SERVER, luck.carry)
    orders: dict[str, Order] = {
        one.label_code: one for one in (scanning.aged_order() for _ in range(8))
    }
    kept: dict[str, str] = {}
    for _ in range(SCANS):
        which = luck.chance.randrange(len(tabs))
        label = luck.chance.choice(list(orders))
        phone.type_quickly(tabs[which], label)
        tabs[which] = luck.after(tabs[which])
        kept |= scans_of(tabs[which])
    luck.is_over = True
    drain(tabs[0])
    held = phone.entries(tabs[0])
    flaky.unroute_all(behavior="wait")
    assert {one["state"] for one in held} == {"sent"}, "something was parked without a refusal"
    assert kept.items() <= scans_of(tabs[0]).items(), "the phone forgot what it had kept"
    assert len(kept) >= SCANS / 2

    arrived = {track.event_id: track for track in scanning.tracks()}
    assert arrived.keys() == {one["event_id"] for one in held}
    for one in held:
        if one["kind"] == "scan":
            order = orders[one["body"]["code"].upper()]
            assert (arrived[one["event_id"]].order_id, arrived[one["event_id"]].seq) == (
                order.id,
                one["seq"],
            )
    undone = Counter(track.target_event_id for track in arrived.values() if track.kind == "void")
    assert undone == Counter(one["event_id"] for one in held if one.get("voided"))
    assert sorted(one["seq"] for one in held if one["kind"] == "scan") == list(
        range(1, len(scans_of(tabs[0])) + 1)
    )
    for order in orders.values():
        scanning.assert_truthful(order.id)


def scans_of(page: Page) -> dict[str, str]:
    """The scans that the phone holds: their keys and their codes."""
    return {
        one["event_id"]: one["body"]["code"] for one in phone.entries(page) if one["kind"] == "scan"
    }
