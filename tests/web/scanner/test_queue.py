"""What a phone has scanned is sent once, in order, whatever the network, the clock and it itself do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from app.http.application import Application
from app.support import clock
from tests import factories, scanning
from tests.web.browser import MakePage
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

HOURS_3 = timedelta(hours=3)
NEAR = timedelta(seconds=30)


@pytest.fixture
def scanner(make_page: MakePage, app: Application) -> Iterator[Page]:
    page = phone.enrolled(make_page, app)
    yield page
    phone.let_go(page)


def lose_answers(page: Page, most: int) -> list[str]:
    """The server gets the next uploads, and the phone gets no answer."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) == most:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort(phone.NO_NETWORK)

    page.route(phone.UPLOADS, lose)
    return lost


@pytest.mark.slow
@pytest.mark.parametrize("wrong_by", [HOURS_3, -HOURS_3], ids=["fast", "slow"])
def test_forty_scans_outlive_a_reload_without_a_network_and_a_clock_that_is_wrong(
    make_page: MakePage, app: Application, wrong_by: timedelta
) -> None:
    page = phone.enrolled(make_page, app, wrong_by=wrong_by, service_workers="allow")
    phone.until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    orders = [scanning.aged_order() for _ in range(40)]
    started = clock.now()
    page.context.set_offline(True)
    for order in orders[:20]:
        phone.wedge(page, order.label_code)
    phone.reload(page)
    for order in orders[20:]:
        phone.wedge(page, order.label_code)
    expect(page.locator("#line")).to_have_text("No network – 40 kept")
    assert scanning.tracks() == []
    ended = clock.now()
    page.context.set_offline(False)
    phone.wait_until_sent(page, 40)
    tracks = sorted(scanning.tracks(), key=lambda one: one.effective_at)
    assert [track.order_id for track in tracks] == [order.id for order in orders]
    assert [track.seq for track in tracks] == list(range(1, 41))
    assert [track.event_id for track in tracks] == [one["event_id"] for one in phone.entries(page)]
    assert {track.clock for track in tracks[:20]} == {"corrected"}
    assert {track.clock for track in tracks[20:]} <= {"monotonic", "corrected"}
    assert started - NEAR <= tracks[0].effective_at <= tracks[-1].effective_at <= ended + NEAR
    assert {track.result for track in tracks} == {"accepted"}
    for order in orders:
        assert scanning.assert_truthful(order.id).status == "picked_up"
    phone.unroll(page)
    words = "3 h fast" if wrong_by > timedelta() else "3 h slow"
    expect(page.locator("#clock")).to_contain_text(words)


def test_while_the_page_lives_the_counting_clock_is_sent(
    make_page: MakePage, app: Application
) -> None:
    page = phone.enrolled(make_page, app, wrong_by=HOURS_3)
    order = scanning.aged_order()
    phone.wedge(page, order.label_code)
    phone.wait_until_sent(page, 1)
    (track,) = scanning.tracks()
    assert track.clock == "monotonic"
    assert abs(clock.now() - track.effective_at) < NEAR


def test_an_answer_that_is_lost_doubles_nothing_and_loses_nothing(scanner: Page) -> None:
    orders = [factories.order() for _ in range(3)]
    lost = lose_answers(scanner, 2)
    for order in orders:
        phone.wedge(scanner, order.label_code)
    phone.wait_until_sent(scanner, 3)
    assert len(lost) == 2
    assert sorted(track.order_id or 0 for track in scanning.tracks()) == [one.id for one in orders]
    assert any(one["verdict"]["replayed"] for one in phone.entries(scanner))


def test_a_page_that_dies_while_it_sends_doubles_nothing_and_loses_nothing(scanner: Page) -> None:
    order = factories.order()
    never_answered: list[str] = []
    scanner.route(phone.UPLOADS, lambda route: never_answered.append(route.fetch().text()))
    phone.wedge(scanner, order.label_code)
    phone.until(scanner, lambda: len(never_answered) == 1)
    context = scanner.context
    scanner.close(run_before_unload=False)
    again = context.new_page()
    phone.visit(again)
    phone.wait_until_sent(again, 1)
    assert [track.order_id for track in scanning.tracks()] == [order.id]
    assert phone.entries(again)[0]["verdict"]["replayed"] is True


def test_numbers_and_keys_are_never_given_twice_by_two_tabs(
    make_page: MakePage, app: Application
) -> None:
    first = phone.enrolled(make_page, app)
    second = first.context.new_page()
    phone.visit(second)
    first.context.set_offline(True)
    orders = [factories.order() for _ in range(10)]
    for one, two in zip(orders[::2], orders[1::2], strict=True):
        phone.wedge(first, one.label_code)
        phone.wedge(second, two.label_code)
    expect(first.locator("#line")).to_have_text("No network – 10 kept")
    running, most = [], []

    def watch(route: Route) -> None:
        running.append(route)
        most.append(len(running))
        answer = route.fetch()
        running.remove(route)
        route.fulfill(response=answer)

    first.context.route(phone.UPLOADS, watch)
    first.context.set_offline(False)
    phone.wait_until_sent(second, 10)
    assert [track.seq for track in scanning.tracks()] == list(range(1, 11))
    assert max(most) == 1
    assert len(most) == 1, "one of the tabs sent what the other had sent"
    expect(second.locator("#line")).to_have_text("All sent")


def test_only_what_the_answer_names_leaves_the_queue(scanner: Page) -> None:
    scanner.context.set_offline(True)
    for _ in range(3):
        phone.wedge(scanner, factories.order().label_code)
    forgetful = []

    def answer(route: Route) -> None:
        if forgetful:
            route.continue_()
            return
        given = route.fetch().json()
        forgetful.append(given)
        del given["results"][1]
        route.fulfill(json=given)

    scanner.route(phone.UPLOADS, answer)
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 3)
    replayed = [one["verdict"]["replayed"] for one in phone.entries(scanner)]
    assert replayed == [False, True, False]
    assert len(scanning.tracks()) == 3


@pytest.mark.parametrize(
    "page_of_a_cafe",
    [
        {"status": 200, "content_type": "text/html", "body": "<h1>Free WiFi</h1>"},
        {"status": 200, "json": {"welcome": True}},
        {"status": 404, "content_type": "text/html", "body": "<h1>Who?</h1>"},
        {"status": 403, "content_type": "text/html", "body": "<h1>Pay first</h1>"},
        {"status": 413, "content_type": "text/html", "body": "<h1>Too large for us</h1>"},
        {"status": 401, "json": {"login": "https://wifi.example"}},
        {"status": 200, "content_type": "application/json", "body": '{"results":[{"event_id":'},
    ],
    ids=["html", "json", "404", "403", "413", "401", "broken off"],
)
def test_an_answer_that_is_not_the_servers_settles_nothing(
    scanner: Page, page_of_a_cafe: dict[str, object]
) -> None:
    later: list[Route] = []
    scanner.route(phone.UPLOADS, lambda route: later.append(route))
    scanner.route(phone.UPLOADS, lambda route: route.fulfill(**page_of_a_cafe), times=1)  # type: ignore[arg-type]
    phone.wedge(scanner, factories.order().label_code)
    phone.until(scanner, lambda: later)
    assert scanning.tracks() == []
    assert len(phone.entries(scanner, "waiting")) == 1
    later[0].continue_()
    phone.wait_until_sent(scanner, 1)
    assert len(scanning.tracks()) == 1
    expect(scanner.locator("#trouble")).to_be_hidden()


def test_patience_that_only_something_on_the_way_asks_for_ends_with_the_network_back(
    scanner: Page,
) -> None:
    portal = {"status": 429, "headers": {"Retry-After": "3600"}, "body": "<h1>Slowly</h1>"}
    scanner.route(phone.UPLOADS, lambda route: route.fulfill(**portal), times=1)  # type: ignore[arg-type]
    phone.wedge(scanner, factories.order().label_code)
    expect(scanner.locator("#line")).to_contain_text("1 kept – next try")
    scanner.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_until_sent(scanner, 1)


def test_an_undo_waits_behind_its_scan(scanner: Page) -> None:
    order = factories.order()
    scanner.context.set_offline(True)
    phone.wedge(scanner, order.label_code)
    scanner.get_by_role("button", name="Undo the last scan").click()
    expect(scanner.locator("#result-title")).to_have_text("Undo kept on this phone")
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 2)
    assert [track.kind for track in scanning.tracks()] == ["scan", "void"]
    assert scanning.assert_truthful(order.id).status == "created"


def test_an_undo_whose_answer_was_lost_is_one_undo(scanner: Page) -> None:
    order = factories.order()
    phone.wedge(scanner, order.label_code)
    phone.wait_until_sent(scanner, 1)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort(phone.NO_NETWORK)

    scanner.route("**/void", lose, times=1)
    scanner.get_by_role("button", name="Undo the last scan").click()
    phone.wait_until_sent(scanner, 2)
    assert [track.kind for track in scanning.tracks()] == ["scan", "void"]


def test_what_the_server_misses_is_sent_once_more(scanner: Page) -> None:
    for _ in range(3):
        phone.wedge(scanner, factories.order().label_code)
    phone.wait_until_sent(scanner, 3)
    sent: list[list[int]] = []

    def watch(route: Route) -> None:
        sent.append([event["seq"] for event in route.request.post_data_json["events"]])
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "missing_seq": [[2, 2]]})

    def miss(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "missing_seq": [[2, 2]]})

    scanner.route(phone.UPLOADS, watch)
    scanner.route("**/api/v1/devices/me", miss)
    phone.unroll(scanner)
    scanner.get_by_role("button", name="Send now").click()
    expect(scanner.locator("#missing")).to_have_text("1: no. 2")
    phone.wait_until_sent(scanner, 3)
    with scanner.expect_response("**/api/v1/devices/me"):
        scanner.get_by_role("button", name="Send now").click()
    expect(scanner.locator("#line")).to_have_text("All sent")
    assert sent == [[2]]
    assert len(scanning.tracks()) == 3


def test_the_depth_of_the_queue_is_told_to_the_server(scanner: Page, app: Application) -> None:
    told = []
    scanner.context.set_offline(True)
    for _ in range(5):
        phone.wedge(scanner, factories.order().label_code)
    limit = {"Scan-Batch-Limit": "2"}

    def limited(route: Route) -> None:
        told.append(route.request.post_data_json["queue_depth"])
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, **limit})

    scanner.route(phone.UPLOADS, limited)
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 5)
    assert told == [0]
    scanner.unroute(phone.UPLOADS)  # what is routed goes out even without a network
    scanner.context.set_offline(True)
    for _ in range(5):
        phone.wedge(scanner, factories.order().label_code)
    told.clear()
    scanner.route(phone.UPLOADS, limited)
    scanner.context.set_offline(False)
    phone.wait_until_sent(scanner, 10)
    assert told == [3, 1, 0], "uploads of two, as the server has said"
