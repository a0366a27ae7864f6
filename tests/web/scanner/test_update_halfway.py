"""While a server becomes another one, both answer: a phone keeps the parts of one or of none."""

from __future__ import annotations

import pytest
from flask import Response
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.web.scanner import shell
from tests.web.browser import MakePage
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

CONTROLLED = "navigator.serviceWorker.controller !== null"
UPDATE = """navigator.serviceWorker.getRegistration().then((one) => one.update()).then((one) =>
  new Promise((done) => {
    const worker = one.installing ?? one.waiting;
    const look = () => ["installed", "redundant"].includes(worker.state) && done(worker.state);
    worker.addEventListener("statechange", look);
    look();
  }))"""


def newer(page: Page) -> str:
    """What becomes of the newer version that the server tells of."""
    return str(page.evaluate(UPDATE))


@pytest.mark.parametrize(
    "endpoint", ["assets.show_file", "scanner.show_module", "scanner.show_scanner"]
)
def test_parts_of_two_servers_are_not_kept_as_one_version(
    make_page: MakePage, app: Application, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    page = phone.enrolled(make_page, app, service_workers="allow")
    phone.until(page, lambda: page.evaluate(CONTROLLED))
    render = shell.render_page
    monkeypatch.setattr(
        shell, "render_page", lambda: render().replace("Just read", "Read just now")
    )

    def answer_as_before(**_: str) -> ResponseReturnValue:
        return Response("export const signs = 'of the other server';", mimetype="text/javascript")

    with monkeypatch.context() as halfway:
        halfway.setitem(app.view_functions, endpoint, answer_as_before)
        assert newer(page) == "redundant"
    expect(page.locator("#newer")).to_be_hidden()
    assert newer(page) == "installed"
    expect(page.locator("#newer")).to_be_visible()
