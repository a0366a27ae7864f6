"""The board, and what it is told when it asks for news."""

from __future__ import annotations

import re

import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories
from tests.factories import DeviceHandle
from tests.rules.test_statements import asked
from tests.scanning import (
    aged_order,
)
from tests.web.admin.order_pages import page_of, scan


def test_the_board_has_news_only_when_something_happened(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    scan(app, device, order, "picked_up")
    first = admin.get("/admin/board/news")
    seen = {"If-None-Match": first.headers["ETag"]}
    nothing = asked(lambda: admin.get("/admin/board/news", headers=seen), status=304)
    assert len(nothing) == 2
    newest = re.search(r'data-newest="(\d+)"', first.text)
    assert newest is not None
    scan(app, device, order, "processing")
    told = admin.get(f"/admin/board/news?after={newest[1]}", headers=seen)
    assert told.status_code == 200
    assert told.text.count('class="fresh"') == 1
    assert 'data-fresh="1"' in told.text
    assert told.headers["ETag"] != first.headers["ETag"]


def test_a_scan_of_another_day_says_which(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    with time_machine.travel("2026-03-09T14:05:09Z", tick=False):
        scan(app, device, factories.order(), "picked_up")
        assert ">14:05:09</time>" in admin.get("/admin/board").text
    with time_machine.travel("2026-03-10T00:01:00Z", tick=False):
        assert ">9 Mar, 14:05</time>" in admin.get("/admin/board").text


def test_an_odd_scan_leads_to_its_review_and_to_its_order(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    order = aged_order()
    good = scan(app, device, order, "picked_up")
    odd = scan(app, device, order, "delivered")
    page = admin.get("/admin/board").text
    assert f'href="/admin/review/{odd}"' in page
    assert f'href="/admin/review/{good}"' not in page
    assert page.count(f'href="{page_of(order)}"') == 2
    assert admin.get(f"/admin/review/{odd}").status_code == 200


def test_a_new_order_is_news_for_the_board(admin: FlaskClient) -> None:
    seen = {"If-None-Match": admin.get("/admin/board/news").headers["ETag"]}
    assert admin.get("/admin/board/news", headers=seen).status_code == 304
    order = factories.order()
    told = admin.get("/admin/board/news", headers=seen)
    assert (told.status_code, order.order_number in told.text) == (200, True)


def test_the_board_asks_as_much_for_many_scans_as_for_one(
    app: Application, admin: FlaskClient, device: DeviceHandle
) -> None:
    scan(app, device, aged_order(), "picked_up")
    one = asked(lambda: admin.get("/admin/board"), status=200)
    for _ in range(12):
        scan(app, device, aged_order(), "picked_up")
    assert len(asked(lambda: admin.get("/admin/board"), status=200)) == len(one) == 5


def test_the_board_sends_who_is_signed_out_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/admin/board/news", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/admin/login")
