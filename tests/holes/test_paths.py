"""Holes of the old servers' URLs, each shown to be absent."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from tests.holes.routes import ROUTES
from tests.holes.shape import hold_to_the_shape
from tests.holes.world import World

SCAN = "/api/v1/workers/scan"
OLD_ORIGINS = ("null", "file://", "app://.", "http://localhost:5173")


def test_hole_no_preflight_and_no_spelling_of_a_path_is_redirected(app: Application) -> None:
    world, client = World(app), app.test_client()
    for route in ROUTES:
        path, _, query = world.path(route.template).partition("?")
        for spelling in (path, f"{path}/"):
            headers = {"Origin": "null", "Access-Control-Request-Method": route.method}
            preflight = client.options(spelling, query_string=query, headers=headers)
            assert preflight.status_code in (200, 204, 404), spelling
            assert preflight.status_code != 404 or path.startswith("/static/pages"), spelling
            assert "Location" not in preflight.headers
            assert "Access-Control-Allow-Credentials" not in preflight.headers
            if path.startswith(("/api/", "/auth/", "/worker/", "/employee/")):
                assert preflight.headers["Access-Control-Allow-Origin"] == "null", spelling
                assert route.method in preflight.headers["Access-Control-Allow-Methods"]
        answer = world.send("made up", route.method, f"{path}/?{query}")
        assert answer.status_code not in (301, 307, 308), path


def test_hole_no_html_under_the_api(client: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/nothing", "/auth/x", "/worker/x", "/admin/api/nothing"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert "<" not in answer.text
        hold_to_the_shape(answer, path)


def test_hole_a_forged_forwarding_header_resets_no_limit(make_app) -> None:
    client = make_app(RATELIMIT_ENABLED="true", REDIS_URL="").test_client()
    body = {"email": "ada@example.com", "password": "wrong password"}
    headers = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP")
    statuses = [
        client.post(
            "/auth/login",
            json={**body, "email": f"ada{n}@example.com"},
            headers=dict.fromkeys(headers, f"198.51.100.{n}"),
        ).status_code
        for n in range(12)
    ]
    assert statuses == [401] * 10 + [429] * 2


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5cetc%5cpasswd",
        "....//....//etc/passwd",
        "%00",
        "/etc/passwd",
        "passwd%00",
    ],
)
def test_hole_no_path_leads_out_of_the_images_and_files(client: FlaskClient, name: str) -> None:
    for path in (f"/qr/{name}.png", f"/qr/{name}", f"/static/qr/{name}.png", f"/static/{name}"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "root:" not in answer.text
    for path in (f"/api/docs/assets/{name}", f"/static/..%2F{name}"):
        assert client.get(path).status_code == 404, path
