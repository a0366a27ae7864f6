"""Which pages may call from elsewhere: the Electron client and local tools (contract.md 9)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.contract.rows import routes, sample

OPEN = ("/api", "/auth", "/worker", "/employee", "/qr")
CLIENTS = [
    "null",
    "file://",
    "app://.",
    "http://localhost",
    "http://localhost:5173",
    "http://127.0.0.1:3000",
]
FOREIGN = [
    "https://evil.example",
    "http://localhost.evil.example",
    "http://localhost:5173.evil.example",
    "http://localhost:5173@evil.example",
    "https://localhost:5173",
    "http://127.0.0.10:80",
    "http://127a0b0c1:80",
    "file://evil",
    "app://.evil",
    "app://x",
    "nullx",
    "null null",
    "http://localhost:",
    "http://localhost:123456",
]
EXPOSED = {"link", "location", "etag", "retry-after", "x-total-count", "deprecation"}
OPEN_ROUTES = [one for one in routes() if f"/{one[2].split('/')[1]}" in OPEN]
WANTED = {
    "Access-Control-Request-Headers": "authorization, content-type, idempotency-key, if-match"
}


def preflight(client, path: str, method: str, origin: str):
    headers = {"Origin": origin, "Access-Control-Request-Method": method, **WANTED}
    return client.options(path, headers=headers)


def varies_by_origin(answer) -> bool:
    return "origin" in [one.strip().lower() for one in answer.headers.get("Vary", "").split(",")]


@pytest.mark.parametrize(("row", "method", "path"), OPEN_ROUTES)
def test_every_route_answers_the_preflight_of_each_client(client, row, method, path):
    for spelled in (sample(path), sample(path) + "/"):
        for origin in CLIENTS:
            answer = preflight(client, spelled, method, origin)
            assert answer.status_code in (200, 204), (origin, answer.status_code)
            assert answer.headers.getlist("Access-Control-Allow-Origin") == [origin]
            assert method in answer.headers["Access-Control-Allow-Methods"].split(", ")
            allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
            assert set(WANTED["Access-Control-Request-Headers"].split(", ")) <= set(allowed)
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert varies_by_origin(answer)


@pytest.mark.parametrize(("row", "method", "path"), OPEN_ROUTES)
def test_no_route_lets_a_foreign_origin_in(client, row, method, path):
    for origin in FOREIGN:
        for answer in (
            preflight(client, sample(path), method, origin),
            client.open(sample(path), method=method, headers={"Origin": origin}),
        ):
            assert "Access-Control-Allow-Origin" not in answer.headers, origin
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert varies_by_origin(answer), origin


@pytest.mark.parametrize(("row", "method", "path"), OPEN_ROUTES)
def test_an_answer_is_readable_to_its_client_alone(client, row, method, path):
    for origin in CLIENTS:
        headers = {"Origin": origin, "Content-Type": "application/json"}
        answer = client.open(sample(path), method=method, headers=headers)
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [origin]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert varies_by_origin(answer)
        exposed = answer.headers["Access-Control-Expose-Headers"].lower().split(", ")
        assert set(exposed) >= EXPOSED


@pytest.mark.parametrize(("row", "method", "path"), OPEN_ROUTES)
def test_an_answer_without_an_origin_is_not_kept_for_one_with(client, row, method, path):
    answer = client.open(sample(path), method=method)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert varies_by_origin(answer)


def test_an_image_that_a_cache_keeps_varies_by_origin(client):
    order = factories.order()
    path = f"/qr/{order.order_number}.png"
    first = client.get(path)
    assert first.cache_control.public
    assert varies_by_origin(first)
    same = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Origin": "null"})
    assert (same.status_code, same.headers["Access-Control-Allow-Origin"]) == (304, "null")


@pytest.mark.parametrize("path", ["/api/nothing", "/auth/nothing", "/api/v1/orders/x/y/z"])
def test_a_refusal_before_routing_is_readable_too(client, path):
    answer = client.get(path, headers={"Origin": "null"})
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "null"


def test_allow_origins_adds_pages_and_nothing_beside_them(make_app):
    client = make_app(ALLOW_ORIGINS="https://shop.example,https://b.example:8443").test_client()
    for origin in ("https://shop.example", "https://b.example:8443", *CLIENTS):
        answer = preflight(client, "/api/orders", "POST", origin)
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    for origin in (
        "https://shop-example",
        "https://shopxexample",
        "https://shop.example.evil.org",
        "https://shop.example:444",
        "http://shop.example",
        "https://a.shop.example",
    ):
        answer = preflight(client, "/api/orders", "POST", origin)
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/admin/login", "/admin/logout", "/admin", "/admin/api/services", "/health", "/T/X"]
)
def test_the_admins_surface_is_of_its_own_origin_only(client, path):
    for origin in (*CLIENTS, "https://evil.example"):
        for answer in (
            preflight(client, path, "POST", origin),
            client.get(path, headers={"Origin": origin}),
        ):
            assert "Access-Control-Allow-Origin" not in answer.headers
