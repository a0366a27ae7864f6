"""The API is described by a document and by a page that needs nothing from elsewhere (V26)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.browser import MakePage


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
def test_a_browser_shows_every_area_and_asks_nobody_else(make_page: MakePage) -> None:
    page = make_page(viewport={"width": 390, "height": 844})
    page.goto("/api/docs")
    page.wait_for_selector(".opblock-tag-section")
    page.locator(".opblock-tag").first.click()
    page.locator(".opblock-summary-control").first.click()
    page.wait_for_selector(".responses-table")
    shown = page.inner_text("#reader")
    for area in ("orders", "services", "workers", "devices"):
        assert area in shown
