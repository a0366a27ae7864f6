"""L1: the old list of services."""

from __future__ import annotations

import pytest

from tests import factories
from tests.legacy.shapes import SERVICE


@pytest.mark.parametrize("path", ["/api/services", "/api/services/"])
def test_the_list_is_a_bare_array_of_active_services(client, path):
    wash = factories.service("Wash", "12.50", duration_minutes=1440, category="Laundry")
    factories.service("Gone", status="inactive")
    for _ in range(2):
        factories.order(wash)
    answer = client.get(path)
    assert answer.status_code == 200
    assert set(answer.json[0]) == SERVICE
    assert answer.json == [
        {
            "id": wash.id,
            "name": "Wash",
            "price": 12.5,
            "duration_minutes": 1440,
            "status": "active",
            "duration": "24h",
            "usage_count": 2,
            "category": "Laundry",
        }
    ]


@pytest.mark.parametrize(
    ("minutes", "duration"), [(None, None), (60, "1h"), (90, "90m"), (2880, "48h")]
)
def test_a_duration_is_whole_hours_or_minutes(client, minutes, duration):
    factories.service(duration_minutes=minutes)
    assert client.get("/api/services").json[0]["duration"] == duration


def test_an_old_answer_names_its_successor(client):
    headers = client.get("/api/services").headers
    assert headers["Deprecation"].startswith("@")
    assert headers["Link"] == '</api/v1/services>; rel="successor-version"'


def test_the_old_routes_can_be_left_out_as_a_whole(make_app):
    client = make_app(LEGACY_ROUTES="off").test_client()
    for method, path in (
        ("GET", "/api/services"),
        ("POST", "/api/orders"),
        ("GET", "/api/orders"),
        ("PUT", "/api/orders/1"),
        ("DELETE", "/api/orders/1"),
    ):
        answer = client.open(path, method=method, json={})
        assert (answer.status_code, answer.json["error_code"]) == (404, "NOT_FOUND")
    number = factories.order().order_number
    assert client.get(f"/qr/{number}.png").status_code == 200
