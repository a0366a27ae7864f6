"""The admin's pages in a browser: legible, by keyboard, on paper, without a script, refused."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.http.application import Application
from tests.web.gallery import open_page, render_gallery
from tests.web.looking import look_at, walk

pytestmark = pytest.mark.browser


def test_paper_has_neither_navigation_nor_buttons(app: Application, page: Page) -> None:
    open_page(page, render_gallery(app))
    page.emulate_media(media="print")
    for gone in ("Board", "Export", "Older →"):
        expect(page.get_by_role("link", name=gone, exact=True)).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="K7WQ2RN0")).to_be_visible()


def test_all_parts_are_legible_in_light_and_dark_and_at_360_pixels(
    app: Application, page: Page
) -> None:
    open_page(page, render_gallery(app))
    look_at(page, "gallery")


def test_the_keyboard_reaches_every_part_and_the_content_first(
    app: Application, page: Page
) -> None:
    open_page(page, render_gallery(app))
    stops = walk(page)
    assert stops[0] == "Skip to the content"
    assert {"Search orders and customers", "Board", "Sign out", "Scans", "Save"} <= set(stops)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Export")).to_be_focused()


def test_a_question_is_asked_before_harm_without_a_script(
    app: Application, plain_page: Page
) -> None:
    open_page(plain_page, render_gallery(app))
    sure = plain_page.get_by_role("button", name="Yes, cancel it")
    expect(sure).to_be_hidden()
    plain_page.get_by_text("Cancel this order").click()
    expect(sure).to_be_visible()


def test_the_navigation_folds_on_a_phone_without_a_script(
    app: Application, plain_page: Page
) -> None:
    plain_page.set_viewport_size({"width": 360, "height": 640})
    open_page(plain_page, render_gallery(app))
    board = plain_page.get_by_role("link", name="Board", exact=True)
    expect(board).to_be_hidden()
    plain_page.get_by_text("Menu").click()
    expect(board).to_be_visible()


def test_a_slash_leads_to_the_search_but_not_out_of_a_field(app: Application, page: Page) -> None:
    open_page(page, render_gallery(app))
    name = page.get_by_label("Name", exact=True)
    name.fill("")
    name.press("/")
    expect(name).to_have_value("/")
    page.get_by_role("heading", name="Change").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search orders")).to_be_focused()
    expect(page.locator("#search")).to_have_value("")


def test_a_refusal_to_a_script_stands_among_the_alerts(app: Application, page: Page) -> None:
    open_page(page, render_gallery(app))
    page.get_by_role("button", name="Refused").click()
    expect(page.locator("#alerts").get_by_role("alert")).to_contain_text("address")
    expect(page.locator("#piece")).to_have_text("Untouched")


def test_an_unreachable_server_is_told(app: Application, page: Page) -> None:
    open_page(page, render_gallery(app))
    page.route("**/nowhere", lambda route: route.fulfill(status=204, body=""))
    page.evaluate("htmx.trigger(document.body, 'htmx:sendError')")
    expect(page.locator("#alerts").get_by_role("alert")).to_contain_text("cannot be reached")
