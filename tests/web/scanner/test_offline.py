"""The page opens without a network once it was open with one, and becomes newer without losing anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.web.scanner import shell
from tests import factories, scanning
from tests.web.browser import Launch, MakePage
from tests.web.looking import film
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

CONTROLLED = "navigator.serviceWorker.controller !== null"
CACHED = "caches.keys()"


def kept(make_page: MakePage, app: Application, **options: object) -> Page:
    """A phone that has the page's own copy."""
    page = phone.enrolled(make_page, app, service_workers="allow", **options)
    phone.until(page, lambda: page.evaluate(CONTROLLED))
    return page


def test_the_page_opens_without_a_network(make_page: MakePage, app: Application) -> None:
    page = kept(make_page, app)
    page.context.set_offline(True)
    again = page.context.new_page()
    phone.visit(again)
    expect(again.locator("#line")).to_have_text("No network")
    expect(again.locator("#result")).to_be_visible()
    assert (
        again.evaluate("getComputedStyle(document.querySelector('.bottom')).position") == "sticky"
    )


def test_the_camera_reads_labels_without_a_network(
    launch: Launch, make_page: MakePage, app: Application, tmp_path: Path
) -> None:
    order = factories.order()
    picture = qrcode.make(order.label_code).get_image()
    page = kept(make_page, app, browser=launch(*film(picture, tmp_path / "label.y4m")))
    page.context.set_offline(True)
    phone.reload(page)
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator("#result-title")).to_have_text("Kept on this phone")
    page.context.set_offline(False)
    phone.wait_until_sent(page, 1)
    assert [track.order_id for track in scanning.tracks()] == [order.id]


def test_only_the_page_itself_is_answered_from_the_phone(
    make_page: MakePage, app: Application
) -> None:
    page = kept(make_page, app)
    answer = page.goto("/scanner")
    assert answer is not None
    assert answer.status == 404
    urls = page.evaluate(
        "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).map((one) => one.url))"
    )
    assert not [url for url in urls if "/api/" in url]


def test_a_newer_version_waits_for_a_word_and_loses_no_scan(
    make_page: MakePage, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = kept(make_page, app)
    (first,) = page.evaluate(CACHED)
    order = factories.order()
    render = shell.render_page
    monkeypatch.setattr(
        shell, "render_page", lambda: render().replace("Just read", "Read just now")
    )
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    expect(page.get_by_text("A newer version is ready.")).to_be_visible()
    page.context.set_offline(True)
    phone.wedge(page, order.label_code)
    with page.expect_navigation():
        page.get_by_role("button", name="Use it now").click()
    expect(page.get_by_role("heading", name="Read just now")).to_be_visible()
    phone.until(page, lambda: len(page.evaluate(CACHED)) == 1)
    assert page.evaluate(CACHED) != [first]
    page.context.set_offline(False)
    phone.wait_until_sent(page, 1)
    assert [track.order_id for track in scanning.tracks()] == [order.id]
