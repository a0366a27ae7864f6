"""Files of the pages: addressed by their content, kept for good, of the right type."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.web.assets import FOLDER, asset

TYPES = {
    "tokens.css": "text/css",
    "admin.js": "text/javascript",
    "mark.svg": "image/svg+xml",
    "vendor/zxing_reader.wasm": "application/wasm",
}

OWN_SHEETS = sorted(one for one in FOLDER.rglob("*.css") if "vendor" not in one.parts)
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n((?:  .*\n)*)\}\n")
COLOUR = re.compile(r'    --[a-z-]+: (#[0-9a-f]{6}|url\("data:image/svg\+xml,[^"]*"\));')


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


def test_the_mark_is_where_browsers_look_for_it(client: FlaskClient) -> None:
    with client.get("/favicon.ico") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert b"<svg" in answer.data


@pytest.mark.parametrize(
    ("path", "is_shown"),
    [
        *((path, True) for path in ("/b", "/b/salon", "/b?q=cut", "/static/pages.css")),
        *((path, False) for path in ("/", "/business", "/my", "/admin", "/T/X", "/track/X")),
        *((path, False) for path in ("/login", "/reset", "/api/v1/services", "/qr/X.png")),
    ],
)
def test_search_engines_are_shown_the_businesses_and_nothing_else(
    client: FlaskClient, path: str, is_shown: bool
) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert is_allowed(answer.text, path) is is_shown


def is_allowed(text: str, path: str) -> bool:
    """As RFC 9309 has it: the longest rule that fits; `$` is the end."""
    rules = [line.split(": ") for line in text.splitlines() if "llow: " in line]
    fitting = [
        (len(rule), verb == "Allow")
        for verb, rule in rules
        if (path == rule[:-1] if rule.endswith("$") else path.startswith(rule))
    ]
    return max(fitting)[1]


def test_nothing_but_colours_is_another_in_the_dark() -> None:
    blocks = 0
    for sheet in OWN_SHEETS:
        text = sheet.read_text(encoding="utf-8")
        found = DARK.findall(text)
        assert text.count("prefers-color-scheme") == len(found), sheet.name
        blocks += len(found)
        for block in found:
            first, *declared, last = block.splitlines()
            assert (first[:7], last) == ("  :root", "  }"), sheet.name
            assert [one for one in declared if not COLOUR.fullmatch(one)] == [], sheet.name
    assert blocks >= 3
    for script in FOLDER.rglob("*.js"):
        assert "prefers-color-scheme" not in script.read_text(encoding="utf-8"), script.name
