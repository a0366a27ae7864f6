"""Files of the pages: addressed by their content, kept for good, of the right type."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.web.assets import asset

TYPES = {
    "tokens.css": "text/css",
    "admin.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "vendor/zxing_reader.wasm": "application/wasm",
}


@pytest.mark.parametrize("name", TYPES)
def test_a_file_of_this_content_is_kept_for_good(client: FlaskClient, name: str) -> None:
    with client.get(asset(name)) as answer:
        assert (answer.status_code, answer.mimetype) == (200, TYPES[name])
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        known = {"If-None-Match": answer.headers["ETag"]}
    with client.get(asset(name), headers=known) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_a_file_of_no_version_is_kept_for_an_hour(client: FlaskClient) -> None:
    with client.get("/static/tokens.css") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("query", ["?v=", "?v=000000000000"])
def test_under_another_version_nobody_keeps_a_file(client: FlaskClient, query: str) -> None:
    with client.get(f"/static/tokens.css{query}") as answer:
        assert "max-age=0" in answer.headers["Cache-Control"]


def test_each_content_has_an_address_of_its_own() -> None:
    addresses = {asset(name).partition("?v=")[2] for name in TYPES}
    assert len(addresses) == len(TYPES)
    assert all(len(version) == 12 for version in addresses)


def test_a_script_that_runs_as_a_worker_may_read_codes_and_ask_us_alone(
    client: FlaskClient,
) -> None:
    with client.get("/static/code_reader.js") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("name", ["nothing.css", "vendor", "vendor/", "vendor/../../assets.py"])
def test_what_is_no_file_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}?v=1").status_code == 404
