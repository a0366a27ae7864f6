"""Favourites: kept and forgotten, as often as one likes."""

from __future__ import annotations

import pytest

from app.models import Business
from tests import ledger
from tests.booking import shop
from tests.rows import writing

FAVORITES = "/api/v1/favorites"


@pytest.fixture
def salon(app):
    return shop(0, name="Salon")


def listed(client, customer) -> list[str]:
    answer = client.get(FAVORITES, headers=customer.headers)
    assert answer.headers["X-Total-Count"] == str(len(answer.json))
    return [one["slug"] for one in answer.json]


def ask(client, customer, method: str, slug: str) -> tuple[int, bool | None]:
    answer = client.open(f"{FAVORITES}/{slug}", method=method, headers=customer.headers)
    return answer.status_code, answer.json.get("is_favorite")


def test_putting_and_deleting_twice_is_the_same_as_once(client, customer, salon):
    for _ in range(2):
        assert ask(client, customer, "PUT", salon.slug) == (200, True)
    assert listed(client, customer) == [salon.slug]
    for _ in range(2):
        assert ask(client, customer, "DELETE", salon.slug) == (200, False)
    assert listed(client, customer) == []
    words = [one.action for one in ledger.events() if one.action.startswith("FAVORITE")]
    assert words == ["FAVORITE_ADDED", "FAVORITE_REMOVED"]


def test_a_toggle_says_what_is_so_now(client, customer, salon):
    assert ask(client, customer, "POST", salon.slug) == (200, True)
    shown = client.get(f"/api/v1/businesses/{salon.slug}", headers=customer.headers).json
    assert shown["is_favorite"] is True
    assert client.get(f"/api/v1/businesses/{salon.slug}").json["is_favorite"] is False
    assert ask(client, customer, "POST", salon.slug) == (200, False)


def test_the_newest_favourite_comes_first(client, customer, salon):
    other = shop(0)
    ask(client, customer, "PUT", salon.slug)
    ask(client, customer, "PUT", other.slug)
    assert listed(client, customer) == [other.slug, salon.slug]


def test_what_is_out_of_sight_is_not_listed_and_can_be_forgotten(client, customer, salon):
    ask(client, customer, "PUT", salon.slug)
    with writing() as session:
        session.get(Business, salon.business.id).status = "suspended"
    assert listed(client, customer) == []
    assert ask(client, customer, "PUT", salon.slug)[0] == 404
    assert ask(client, customer, "DELETE", salon.slug) == (200, False)
    assert ask(client, customer, "DELETE", salon.slug)[0] == 404


def test_a_business_that_is_not_there_is_nobodys_favourite(client, customer):
    for method in ("PUT", "POST", "DELETE"):
        assert ask(client, customer, method, "nowhere")[0] == 404
