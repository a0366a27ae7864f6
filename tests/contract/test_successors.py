"""Old routes name their successor, and can be switched off as a whole (contract.md 2)."""

from __future__ import annotations

import re

import pytest

from tests import factories
from tests.contract.rows import LEGACY, SUCCESSORS, routes, sample
from tests.contract.shapes import refused

SWITCHED = [one for one in routes() if one[0] in SUCCESSORS]
STAYING = [one for one in routes() if one[0] in LEGACY and one[0] not in SUCCESSORS]


def names_successor(answer, path: str) -> bool:
    return re.fullmatch(
        r"@\d+", answer.headers.get("Deprecation", "")
    ) is not None and f'<{sample(path)}>; rel="successor-version"' in answer.headers.getlist("Link")


@pytest.mark.parametrize(("row", "method", "path"), SWITCHED)
def test_a_refusal_names_the_successor(client, row, method, path):
    for end in ("", "/"):
        answer = client.open(sample(path) + end, method=method, data="{")
        assert answer.status_code >= 400 or row == "L1"
        assert names_successor(answer, SUCCESSORS[row])


def test_a_success_names_the_successor(app, client, customer, device):
    service = factories.service("Wash")
    hashed = app.extensions["handover_passwords"].hash("482915")
    factories.worker(email="wim@example.com", password_hash=hashed)
    wishes = {"name": "Ada", "email": "a@b.c", "service_name": service.name}
    placed = client.post("/api/orders", json=wishes)
    own = client.post("/api/orders", json=wishes, headers=customer.headers).json["order_number"]
    number = placed.json["order_number"]
    sign_up = {"name": "Eve", "email": "eve@example.com", "password": factories.PASSWORD}
    scan = {"order_number": own, "action": "scanned"}
    answers = {
        "L1": client.get("/api/services"),
        "L2": placed,
        "L3": client.get("/api/orders?email=a@b.c"),
        "L4": client.put(f"/api/orders/{own}", json={}, headers=customer.headers),
        "L5": client.delete(f"/api/orders/{number}?email=a@b.c"),
        "L7": client.post("/auth/signup", json=sign_up),
        "L8": client.post("/auth/login", json=sign_up),
        "L9": client.post("/worker/scan", json=scan, headers=device.headers),
        "L24": client.post("/api/tracks", json=scan, headers=device.headers),
        "L25": client.post(
            "/employee/login", json={"email": "wim@example.com", "password": "482915"}
        ),
    }
    assert set(answers) == set(SUCCESSORS)
    refs = {"L4": own, "L5": number}
    for row, answer in answers.items():
        assert answer.status_code in (200, 201), (row, answer.text)
        assert names_successor(answer, SUCCESSORS[row].replace("{ref}", refs.get(row, "")))


def test_a_hostile_ref_does_not_break_the_link(client):
    answer = client.put('/api/orders/a%3E;%0d%0aX-Evil:%201"%3C', json={})
    assert "X-Evil" not in answer.headers
    (link,) = answer.headers.getlist("Link")
    assert re.fullmatch(r'<[^<>"\s]+>; rel="successor-version"', link)


@pytest.mark.parametrize(("row", "method", "path"), STAYING)
def test_what_has_no_successor_is_not_deprecated(client, row, method, path):
    assert "Deprecation" not in client.open(sample(path), method=method).headers


def test_modern_routes_are_not_deprecated(client):
    assert "Deprecation" not in client.get("/api/v1/services").headers


@pytest.fixture
def modern(make_app):
    return make_app(LEGACY_ROUTES="off").test_client()


def test_LEGACY_ROUTES_off_takes_the_old_routes_away(modern):
    for _, method, path in SWITCHED:
        for end in ("", "/"):
            answer = modern.open(sample(path) + end, method=method, json={})
            refused(answer, 404, "NOT_FOUND")


def test_LEGACY_ROUTES_off_leaves_the_rest(modern, client):
    for _, method, path in STAYING:
        there = modern.open(sample(path), method=method, json={})
        here = client.open(sample(path), method=method, json={})
        assert there.status_code == here.status_code, path


def test_LEGACY_ROUTES_off_still_draws_the_images_that_v1_points_to(modern, customer):
    order = factories.order(customer_id=customer.id)
    told = modern.get(f"/api/v1/orders/{order.id}", headers=customer.headers).json
    assert modern.get(told["qr_code_path"]).status_code == 200
