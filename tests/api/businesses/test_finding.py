"""Finding a business: by words, kind, city, near a place, open at a time; in every order."""

from __future__ import annotations

from datetime import date

import pytest

from tests import booking
from tests.api.businesses.desk import BUSINESSES
from tests.booking import Shop, shop
from tests.statements import counted_statements

KRAKOW = {"lat_e6": 50_061_430, "lon_e6": 19_936_580}
WARSAW = {"lat_e6": 52_229_680, "lon_e6": 21_012_230}
MONDAY = 0


@pytest.fixture
def town(app) -> dict[str, Shop]:
    return {
        "zoe": shop(0, name="Zoë's Salon", slug="zoe", city="Kraków", category="beauty", **KRAKOW),
        "ben": shop(0, name="Ben & Co", slug="ben", city="Warszawa", category="repair", **WARSAW),
        "spa": shop(
            0, name="Aqua", slug="spa", city="Kraków", category="spa", description="Sauna, 100%"
        ),
    }


def found(client, query: str = "") -> list[str]:
    answer = client.get(f"{BUSINESSES}?{query}")
    assert answer.status_code == 200, answer.text
    slugs = [one["slug"] for one in answer.json if one["slug"] != "house"]
    assert int(answer.headers["X-Total-Count"]) >= len(slugs)
    return slugs


def test_businesses_stand_in_the_order_of_their_names(client, town):
    assert found(client) == ["spa", "ben", "zoe"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("category=spa", ["spa"]),
        ("city=krakow", ["spa", "zoe"]),
        ("city=KRAKÓW&category=beauty", ["zoe"]),
        ("search=zoes", ["zoe"]),
        ("search=ZOË", ["zoe"]),
        ("search=sauna", ["spa"]),
        ("search=krakow", ["spa", "zoe"]),
        ("search=salon+krakow", ["zoe"]),
        ("search=salon+warszawa", []),
        ("search=100%25", ["spa"]),
        ("search=%25", ["spa"]),
        ("search=_", []),
        ("search=", ["spa", "ben", "zoe"]),
        ("search=nothing", []),
        ("category=doctor", []),
    ],
)
def test_a_filter_finds_what_it_says(client, town, query, slugs):
    assert found(client, query) == slugs


def test_words_are_looked_for_in_the_names_of_what_is_on_offer(client, town):
    booking.add_service(town["ben"].business, name="Gürtel nähen")
    booking.add_service(town["spa"].business, name="Gürtel", status="inactive")
    assert found(client, "search=gurtel") == ["ben"]


@pytest.mark.parametrize("status", ["pending", "rejected", "suspended"])
def test_what_is_not_approved_or_was_deleted_is_not_found(client, town, status):
    shop(0, status=status)
    shop(0, deleted_at=town["zoe"].business.created_at)
    assert found(client) == ["spa", "ben", "zoe"]


def test_the_nearest_come_first_and_what_is_too_far_does_not_come(client, town):
    near = shop(0, slug="near", lat_e6=50_070_000, lon_e6=19_940_000)
    query = "lat=50.0614&lng=19.9366"
    assert found(client, query) == ["zoe", near.slug]
    answer = client.get(f"{BUSINESSES}?{query}&radius_km=2").json
    assert [(one["slug"], one["distance_km"]) for one in answer] == [("zoe", 0.0), ("near", 0.99)]
    assert found(client, f"{query}&radius_km=0.5") == ["zoe"]
    assert found(client, f"{query}&sort=name") == [near.slug, "zoe"]


def test_places_beyond_the_date_line_are_near(client, app):
    shop(0, slug="fiji", lat_e6=-17_000_000, lon_e6=-179_990_000)
    assert found(client, "lat=-17&lng=179.99&radius_km=5") == ["fiji"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lat=50", "lng"),
        ("lng=50", "lng"),
        ("lat=91&lng=0", "lat"),
        ("lat=nan&lng=0", "lat"),
        ("lat=1&lng=1&radius_km=51", "radius_km"),
        ("lat=1&lng=1&radius_km=0", "radius_km"),
        ("sort=distance", "sort"),
        ("sort=price", "sort"),
        ("category=butcher", "category"),
        ("open_at=today", "open_at"),
        ("page=0", "page"),
        ("per_page=101", "per_page"),
        ("search=" + "x" * 101, "search"),
    ],
)
def test_a_question_that_is_none_is_named(client, query, field):
    answer = client.get(f"{BUSINESSES}?{query}")
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])


def test_newest_and_best_come_first_when_asked(client, app):
    good = shop(0, slug="good", rating_sum=9, rating_count=2)
    best = shop(0, slug="best", rating_sum=5, rating_count=1)
    none = shop(0, slug="none")
    assert found(client, "sort=newest") == [none.slug, best.slug, good.slug]
    assert found(client, "sort=rating") == [best.slug, good.slug, none.slug]
    assert client.get(f"{BUSINESSES}?sort=rating").json[1]["rating"] == 4.5


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        ("2026-11-30T08:59:00Z", False),
        ("2026-11-30T09:00:00Z", True),
        ("2026-11-30T16:59:00Z", True),
        ("2026-11-30T17:00:00Z", False),
        ("2026-11-30T18:00:00%2B09:00", True),
        ("2026-12-07T10:00:00Z", False),
        ("2026-12-05T01:30:00Z", True),
        ("2026-12-05T02:00:00Z", False),
    ],
)
def test_open_is_by_the_hours_of_the_business_its_nights_and_its_holidays(
    client, app, instant, is_open
):
    made = shop(0, hours=[(MONDAY, 540, 1020), (4, 1200, 1560)])
    booking.add_hours(made, [(date(2026, 12, 7), 0, 1440)], kind="off")
    shop(0, hours=[])
    assert found(client, f"open_at={instant}") == ([made.slug] if is_open else [])


def test_open_is_by_the_clock_of_the_place(client, app):
    made = shop(0, timezone="Asia/Tashkent", hours=[(MONDAY, 540, 1020)])
    assert found(client, "open_at=2026-11-30T04:00:00Z") == [made.slug]
    assert found(client, "open_at=2026-11-30T12:00:00Z") == []


def test_pages_are_disjoint_and_complete_and_counted(client, town):
    slugs = []
    for page in (1, 2, 3):
        answer = client.get(f"{BUSINESSES}?per_page=2&page={page}")
        assert answer.headers["X-Total-Count"] == "4"
        slugs += [one["slug"] for one in answer.json]
    assert slugs == ["spa", "ben", "house", "zoe"]


def test_kinds_are_counted(client, town):
    counts = {one["category"]: one["count"] for one in client.get(f"{BUSINESSES}/categories").json}
    assert counts == {
        "hairdresser": 0,
        "doctor": 0,
        "beauty": 1,
        "spa": 1,
        "fitness": 0,
        "laundry": 0,
        "repair": 1,
        "other": 1,
    }


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("", 2),
        ("search=a&city=krakow", 2),
        ("lat=50&lng=20", 2),
        ("open_at=2026-11-30T12:00:00Z", 3),
    ],
)
def test_finding_asks_the_same_few_statements_however_many_there_are(client, town, query, most):
    with counted_statements() as statements:
        found(client, query)
    assert len([one for one in statements if one.startswith("SELECT")]) <= most


def test_a_business_is_shown_in_four_statements(client, town):
    with counted_statements() as statements:
        assert client.get(f"{BUSINESSES}/zoe").status_code == 200
    assert len([one for one in statements if one.startswith("SELECT")]) == 4


def test_a_name_is_found_under_its_new_spelling_only(client, town, admin):
    assert admin.patch(f"{BUSINESSES}/zoe", json={"name": "Yoga"}).status_code == 200
    assert (found(client, "search=yoga"), found(client, "search=salon")) == (["zoe"], [])
