"""What the holder of a label sees of an order, and what its own customer sees besides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import Order
from app.support import clock
from app.support.words import STATUSES
from tests import factories, ledger
from tests.appointments import salon
from tests.scanning import SCANS, ago, batch, event, order_of
from tests.statements import counted_statements
from tests.web.browser import MakePage
from tests.web.looking import look_at, walk

PAGE = "/track"
OWN = {"Origin": "http://handover.test"}
PRIVATE = {
    "name": "Zelda Quux",
    "email": "zelda@private.example",
    "phone": "+49 555 012345",
    "instructions": "Ring twice\nat the back door",
}
NOT_FOUND = "There is no such order under this e-mail address."


@pytest.fixture
def order(app: Application, client: FlaskClient) -> Order:
    """An order of five pieces that is being worked on, with everything private about it."""
    at = clock.now() - timedelta(hours=30)
    wash = factories.service("Wash & <Fold>", price="1234.50")
    placed = factories.order(
        wash,
        pickup_date="2026-12-24",
        piece_count=5,
        created_at=at,
        status_since=at,
        **PRIVATE,
    )
    worker = factories.worker("Wanda Private")
    device = factories.device("Secret device", station="SECRET", worker_id=worker.id)
    scans = [
        event(
            placed.label_code,
            action,
            occurred_at=ago(hours=hours),
            note="secret note",
            location={"code": "SECRET PLACE"},
            pieces={"n": piece, "of": 5},
        )
        for action, hours, piece in (("picked_up", 20, 1), ("processing", 3, 1), ("scanned", 2, 2))
    ]
    sent = client.post(SCANS, json=batch(*scans), headers=device.headers)
    assert sent.json["batch"] == "ok", sent.text
    return order_of(placed.id)


def form(client: FlaskClient, **fields: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    assert found is not None
    return {"csrf_token": found[1], **fields}


def look_up(client: FlaskClient, number: str, email: str, **more: Any) -> Any:
    fields = form(client, number=number, email=email)
    return client.post(PAGE, data=fields, headers=OWN, **more)


def text(answer: Any) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# --- by label -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/T/", "/track/"])
def test_a_label_tells_where_its_order_is(client: FlaskClient, order: Order, path: str) -> None:
    answer = client.get(path + order.label_code.lower())
    shown = text(answer)
    for words in (
        f"Order {order.order_number}",
        "In progress We are working on it.",
        "Service Wash &amp; &lt;Fold&gt;",
        "Pickup Thursday, 24 December 2026",
        "Pieces 5, 2 of them scanned so far",
        "Times are in the time zone UTC.",
    ):
        assert words in shown
    way = shown[shown.index("Progress") :]
    parts = ("Received", "Picked up", "In progress", "Ready still to come", "Handed back")
    places = [way.index(part) for part in parts]
    assert places == sorted(places)
    assert answer.text.count("<time ") == 3


def test_a_label_tells_nothing_of_people(client: FlaskClient, order: Order) -> None:
    page = client.get(f"/track/{order.label_code}").text.lower()
    private = [*PRIVATE.values(), "ring twice", "wanda", "secret", "1,234.50", "ada"]
    assert [word for word in private if re.search(rf"\b{re.escape(word.lower())}", page)] == []


def test_the_page_is_kept_and_listed_by_nobody(client: FlaskClient, order: Order) -> None:
    for answer in (
        client.get(f"/T/{order.label_code}"),
        client.get(PAGE),
        look_up(client, order.order_number, PRIVATE["email"]),
        look_up(client, "NOSUCH42", PRIVATE["email"]),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.text


def test_what_is_unknown_mistyped_or_deleted_gets_one_answer(
    client: FlaskClient, order: Order
) -> None:
    gone = factories.order(deleted_at=clock.now())
    mistyped = order.label_code[:-1] + ("B" if order.label_code[-1] != "B" else "C")
    unknown = factories.order().label_code[::-1]
    answers = [client.get(f"/T/{code}") for code in (gone.label_code, mistyped, unknown, "x", "7")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", "", answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_a_sentence_and_only_what_can_still_come(
    client: FlaskClient, admin: FlaskClient, status: str
) -> None:
    order = factories.order()
    if status != "created":
        body = {"status": status, "reason": "test"}
        assert admin.put(f"/admin/api/orders/{order.id}", json=body).status_code == 200
    shown = client.get(f"/T/{order.label_code}").text
    assert shown.count("data-ahead") == {
        "created": 4,
        "picked_up": 3,
        "processing": 2,
        "completed": 1,
    }.get(status, 0)
    sentence = re.search(r"</h1>\s*<p>(.*?)</p>", shown)
    assert sentence is not None
    assert sentence[1].endswith((".", "!"))


def test_of_an_order_that_was_handed_back_no_piece_is_said_to_be_missing(
    client: FlaskClient, admin: FlaskClient, order: Order
) -> None:
    body = {"status": "delivered", "reason": "test"}
    assert admin.put(f"/admin/api/orders/{order.id}", json=body).status_code == 200
    assert "Pieces 5 Progress" in text(client.get(f"/T/{order.label_code}"))


def test_an_order_of_one_piece_says_nothing_of_pieces(client: FlaskClient, app: Any) -> None:
    assert "Pieces" not in client.get(f"/T/{factories.order().label_code}").text


# --- by number and address ----------------------------------------------------------------------


def test_a_customer_sees_their_own_order_with_its_data(client: FlaskClient, order: Order) -> None:
    answer = look_up(client, f" #{order.order_number.lower()}", "Zelda@Private.example ")
    shown = text(answer)
    assert answer.status_code == 200
    for words in ("In progress", "Total 1,234.50", "Instructions Ring twice at the back door"):
        assert words in shown
    for words in (PRIVATE["name"], PRIVATE["email"], PRIVATE["phone"], "Wanda", "SECRET", "secret"):
        assert words not in answer.text


def test_a_wrong_address_and_an_unknown_number_get_the_same_answer(
    client: FlaskClient, order: Order
) -> None:
    bare = factories.order(email=None)
    answers = [
        look_up(client, number, email)
        for number, email in (
            (order.order_number, "eve@example.com"),
            ("NOSUCH42", PRIVATE["email"]),
            (order.label_code, PRIVATE["email"]),
            (str(order.id), PRIVATE["email"]),
            (bare.order_number, "eve@example.com"),
        )
    ]
    assert {answer.status_code for answer in answers} == {404}
    said = {re.search(r'role="alert">(.*?)</p>', answer.text)[1] for answer in answers}
    assert [words.startswith(NOT_FOUND) for words in said] == [True]


def test_what_was_typed_stays_and_is_shown_as_text(client: FlaskClient, app: Any) -> None:
    again = look_up(client, '"><script>', "nobody")
    assert again.status_code == 400
    assert "<script>" not in again.text
    assert 'value="nobody"' in again.text
    assert 'aria-describedby="email-error' in again.text
    empty = look_up(client, "", "")
    assert empty.text.count('aria-invalid="true"') == 2


def test_another_site_looks_nothing_up(client: FlaskClient, order: Order) -> None:
    fields = form(client, number=order.order_number, email=PRIVATE["email"])
    refused = client.post(PAGE, data=fields, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "Total" not in refused.text
    stale = client.post(PAGE, data=fields | {"csrf_token": "old"}, headers=OWN)
    assert (stale.status_code, order.order_number in stale.text) == (403, True)


def test_looking_up_leaves_no_record_and_asks_at_most_three_statements(
    client: FlaskClient, order: Order
) -> None:
    before = len(ledger.events())
    fields = form(client, number=order.order_number, email=PRIVATE["email"])
    with counted_statements() as statements:
        client.post(PAGE, data=fields, headers=OWN)
    assert len([one for one in statements if not one.startswith(("PRAGMA", "SET"))]) <= 3
    for email in ("eve@example.com", "x"):
        with counted_statements() as statements:
            client.post(PAGE, data=fields | {"email": email}, headers=OWN)
        assert len([one for one in statements if not one.startswith(("PRAGMA", "SET"))]) <= 1
    assert len(ledger.events()) == before


def test_sixty_look_ups_a_minute_are_enough(make_app: Callable[..., Application]) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    here = {"REMOTE_ADDR": "2001:db8:" + ":".join(secrets.token_hex(2) for _ in range(6))}
    body = {"number": "NOSUCH42", "email": "eve@example.com"}
    statuses = {client.post(PAGE, data=body, environ_base=here).status_code for _ in range(60)}
    assert statuses == {404}
    last = client.post(PAGE, data=body, environ_base=here)
    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 60


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_times_are_on_the_viewers_clock(make_page: MakePage, order: Order, zone: str) -> None:
    offset = order.created_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    shown = f"GMT{offset // timedelta(hours=1):+d}" if offset else "UTC"
    page = make_page(timezone_id=zone, locale="en-US")
    page.goto(f"/T/{order.label_code}")
    expect(
        page.get_by_text(f"Times are in your own time zone, {zone.replace('_', ' ')}.")
    ).to_be_visible()
    expect(
        page.get_by_role("listitem").filter(has_text="Received").locator("time")
    ).to_contain_text(shown)


@pytest.mark.browser
def test_an_orders_way_is_good_to_look_at(page: Page, admin: FlaskClient, order: Order) -> None:
    page.goto(f"/T/{order.label_code}")
    expect(page.get_by_role("heading", name="In progress")).to_be_visible()
    look_at(page, "tracking-way")
    assert walk(page) == ["See its details"]
    for status in ("completed", "delivered", "cancelled"):
        body = {"status": status, "reason": "test"}
        assert admin.put(f"/admin/api/orders/{order.id}", json=body).status_code == 200
        page.goto(f"/T/{order.label_code}")
        look_at(page, f"tracking-{status}")


@pytest.mark.browser
def test_a_customer_looks_up_their_order_by_keyboard(page: Page, order: Order) -> None:
    page.goto(PAGE)
    look_at(page, "find-order")
    page.get_by_label("Order number").fill("NOSUCH42")
    page.keyboard.press("Tab")
    page.keyboard.type(PRIVATE["email"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(NOT_FOUND)
    expect(page.get_by_label("E-mail address")).to_have_value(PRIVATE["email"])
    look_at(page, "find-order-refused")
    page.get_by_label("Order number").fill(order.order_number)
    page.keyboard.press("Enter")
    expect(page.get_by_text("at the back door")).to_be_visible()
    assert PRIVATE["email"] not in page.url
    look_at(page, "tracking-own")


@pytest.mark.browser
def test_neither_page_needs_a_script(plain_page: Page, order: Order) -> None:
    plain_page.goto(f"/T/{order.label_code}")
    expect(plain_page.get_by_text("Times are in the time zone UTC.")).to_be_visible()
    plain_page.get_by_role("link", name="See its details").click()
    plain_page.get_by_label("Order number").fill(order.order_number)
    plain_page.get_by_label("E-mail address").fill(PRIVATE["email"])
    plain_page.get_by_role("button", name="Show my order").click()
    expect(plain_page.get_by_role("heading", name="In progress")).to_be_visible()
    expect(plain_page.get_by_text("1,234.50")).to_be_visible()


def test_an_appointment_is_tracked_in_its_own_words(app: Application, client: FlaskClient) -> None:
    stage = salon(app, timezone="Europe/Warsaw")
    order = stage.book()
    page = client.get(f"/track/{order.label_code}").text
    assert "Your appointment is booked, and waits to be confirmed." in page
    assert "<dt>When</dt>" in page
    assert "Checked in" in page
    assert "Picked up" not in page
    assert "Ada" not in page
    stage.post(order.order_number, "confirm", stage.owner)
    assert "Your appointment is confirmed." in client.get(f"/track/{order.label_code}").text
    stage.post(order.order_number, "cancel", stage.ada)
    page = client.get(f"/track/{order.label_code}").text
    assert "This appointment was cancelled." in page
    assert "still to come" not in page
    told = client.get(f"/api/v1/track/{order.label_code}").json
    assert [one["status"] for one in told["timeline"]] == ["created", "confirmed", "cancelled"]
