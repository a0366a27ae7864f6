"""Refusals outside of the JSON surfaces: pages for people, JSON for clients that speak it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/ping", 405), ("POST", "/admin/logout", 401)],
)
def test_people_get_a_page_with_the_requests_number(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert answer.headers["X-Request-ID"] in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers", [{"Accept": "application/json"}, {"Content-Type": "application/json"}]
)
def test_clients_that_speak_json_get_json(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/nowhere", headers=headers)
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.json["error_code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/static/../admin_login.py", "/static/%2e%2e/__init__.py"])
def test_nothing_outside_of_the_static_folder_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_static_files_are_cached_and_checked(client: FlaskClient) -> None:
    with client.get("/static/pages.css") as first:
        assert (first.status_code, first.mimetype) == (200, "text/css")
        assert "max-age=3600" in first.headers["Cache-Control"]
        known = {"If-None-Match": first.headers["ETag"]}
    with client.get("/static/pages.css", headers=known) as again:
        assert again.status_code == 304
