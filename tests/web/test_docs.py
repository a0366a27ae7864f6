"""The API is described by a document and by a page that needs nothing from elsewhere (V26)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app.http.application import Application

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def address(app: Application) -> Iterator[str]:
    """Where a real server answers for the app."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_document_is_openapi_3_1(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["openapi"] == "3.1.0"


def test_an_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/api/v1/openapi.json").headers["ETag"]
    answer = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_the_page_and_its_files_come_from_here(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    assert page.mimetype == "text/html"
    assert "://" not in page.text
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "docs.css", "docs.js"):
        path = f"/api/docs/assets/{name}"
        assert path in page.text
        with client.get(path) as asset:
            assert asset.status_code == 200
            assert asset.cache_control.max_age


@pytest.mark.parametrize(
    "name", ["index.html", "swagger-ui.js", "..%2fdocs.py", "..%2f__init__.py", "%2fetc%2fpasswd"]
)
def test_no_other_file_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/api/docs/assets/{name}").status_code == 404


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_browser_shows_every_area_and_asks_nobody_else(address: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/api/docs")
        page.wait_for_selector(".opblock-tag-section", timeout=20_000)
        page.locator(".opblock-summary-control").first.click()
        page.wait_for_selector(".responses-table", timeout=10_000)
        shown = page.inner_text("#reader")
        browser.close()
    for area in ("orders", "services", "workers", "devices"):
        assert area in shown
    assert all(url.startswith((address, "data:")) for url in asked)
    assert not [text for text in complaints if "Content Security Policy" in text]
    assert not [text for text in complaints if "Error" in text]
