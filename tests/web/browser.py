"""A real browser before the real application: `page` fails on whatever a page must never do.

These are fixtures of every test (tests/conftest.py names this module). One Chromium serves all
tests of a process; each page has a context, and so cookies and storage, of its own.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from app.http.application import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MakePage = Callable[..., Page]
Launch = Callable[..., Browser]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}
LONGEST_WAIT_MS = 30_000
# How Chromium and htmx tell the console of a 4xx, and of a network that the test itself took away:
# tests say themselves which they expect.
REFUSED = (
    "Failed to load resource: the server responded",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "Response Status Error Code 4",
)
expect.set_options(timeout=LONGEST_WAIT_MS)


def find_chromium() -> str:
    """The one without windows of its own where it is installed: a page costs half as much there."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return found
    if os.environ.get("HANDOVER_REQUIRE_ALL") == "1":
        pytest.fail("HANDOVER_REQUIRE_ALL=1, and there is no Chromium")
    pytest.skip("no Chromium is installed (Debian: apt install chromium-headless-shell)")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of this process: a second beside it cannot be started."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def launch(playwright: Playwright) -> Iterator[Launch]:
    """Browsers with more flags than the shared one has, such as a camera."""
    browsers: list[Browser] = []

    def start(*flags: str) -> Browser:
        path = find_chromium()
        browsers.append(playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags]))
        return browsers[-1]

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture
def live(app: Application) -> Iterator[str]:
    """Where the application answers, with the test's own database behind it."""
    with answering(app) as address:
        yield address


@contextmanager
def answering(app: Application) -> Iterator[str]:
    """An application's address, for the length of a block."""
    server = make_server("127.0.0.1", 0, _read_at_once(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read_at_once(app: WSGIApplication) -> WSGIApplication:
    """The same answers: this server forgets to close the file of one that nobody waits for."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        parts = app(environ, start)
        try:
            return [b"".join(parts)]
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()

    return answer


class Watch:
    """What pages did that they must not: ask elsewhere, break the policy, fail."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self._own = (f"{address}/", "data:", f"blob:{address}/")
        context.on("request", lambda request: self._hear_request(request.url))
        context.on("response", self._hear_response)
        context.on("console", self._hear_console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    def _hear_request(self, url: str) -> None:
        if not url.startswith(self._own):
            self.complaints.append(f"asked another host: {url}")

    def _hear_response(self, response: Response) -> None:
        is_answer = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= (500 if is_answer else 400):
            self.complaints.append(f"{response.status}: {response.url}")

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.complaints.append(f"console: {message.text}")


@pytest.fixture
def make_page(request: pytest.FixtureRequest, live: str) -> Iterator[MakePage]:
    """Pages with contexts of their own: `make_page(browser=None, **options of the context)`.

    They fail the test at its end on a request to another host, a violation of the policy, an
    error on the console or in a script, a missing file and any 5xx.
    """
    made: list[tuple[BrowserContext, Watch]] = []

    def make(browser: Browser | None = None, **options: Any) -> Page:
        browser = browser or request.getfixturevalue("chromium")
        options = {"viewport": DESKTOP, "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=live, **options)
        context.set_default_timeout(LONGEST_WAIT_MS)
        made.append((context, Watch(context, live)))
        return context.new_page()

    yield make
    for context, _ in made:
        context.close()
    assert [watch.complaints for _, watch in made if watch.complaints] == []


@pytest.fixture
def page(make_page: MakePage) -> Page:
    """A page on a counter's PC; relative addresses lead to the application."""
    return make_page()


@pytest.fixture
def plain_page(make_page: MakePage) -> Page:
    """A page without JavaScript."""
    return make_page(java_script_enabled=False)
