"""The watch over every page of the tests hears what it is there for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from app.http.headers import PAGE_POLICY
from tests.web.browser import Watch
from tests.web.gallery import open_page
from tests.web.looking import at_phone, axe, walk

pytestmark = pytest.mark.browser

HEAD = "<!doctype html><html lang='en'><head><title>Bad</title>"

LATER = "new Promise((done) => setTimeout(() => { setTimeout(done); throw new Error('oh'); }))"


def complaints_of(chromium: Browser, live: str, html: str, policy: str, script: str = "") -> str:
    context = chromium.new_context(base_url=live)
    watch = Watch(context, live)
    page = context.new_page()
    page.route("http://elsewhere.test/**", lambda route: route.fulfill(body=""))
    open_page(page, HEAD + html, policy)
    if script:
        page.evaluate(script)
    page.wait_for_timeout(100)
    context.close()
    return "\n".join(watch.complaints)


@pytest.mark.parametrize(
    ("html", "policy", "script", "heard"),
    [
        (
            "<img src='http://elsewhere.test/a.png' alt=''>",
            "",
            "",
            "asked another host: http://else",
        ),
        ("<style>a{}</style>", PAGE_POLICY, "", "Content Security Policy"),
        ("<p style='color:red'>", PAGE_POLICY, "", "Content Security Policy"),
        ("<img src='/static/none.png' alt=''>", PAGE_POLICY, "", "404: http://127.0"),
        ("", PAGE_POLICY, LATER, "uncaught: "),
        ("", PAGE_POLICY, "console.error('oh')", "console: oh"),
    ],
)
def test_what_a_page_must_not_do_is_heard(
    chromium: Browser, live: str, html: str, policy: str, script: str, heard: str
) -> None:
    assert heard in complaints_of(chromium, live, html, policy, script)


def test_a_page_that_does_nothing_wrong_is_not_complained_of(chromium: Browser, live: str) -> None:
    assert complaints_of(chromium, live, "<p>Good", PAGE_POLICY) == ""


def test_axe_finds_what_people_cannot_read(page: Page) -> None:
    open_page(page, HEAD + "<main><h1>A</h1><input><p style='color:#ccc'>Pale", "")
    with pytest.raises(AssertionError, match=r"(?s)color-contrast.*label"):
        axe(page)


def test_what_is_too_wide_for_a_phone_is_found(page: Page) -> None:
    open_page(page, HEAD + "<div style='width:400px'>Wide", "")
    with pytest.raises(AssertionError, match="408 pixels wide"):
        at_phone(page)


def test_a_stop_that_does_not_show_its_focus_is_found(page: Page) -> None:
    open_page(page, HEAD + "<style>*{outline:none!important}</style><a href='/'>Away</a>", "")
    expect(page.get_by_role("link")).to_be_visible()
    with pytest.raises(AssertionError, match="'Away' has the focus and does not show it"):
        walk(page)
