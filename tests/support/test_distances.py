"""Distances on the globe, against known ones, and boxes that leave nothing out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.distances import Box, Place, box_around, kilometres

WARSAW = Place(52_229_680, 21_012_230)
KRAKOW = Place(50_061_430, 19_936_580)
TASHKENT = Place(41_311_081, 69_240_562)

places = st.builds(
    Place,
    st.integers(-90_000_000, 90_000_000),
    st.integers(-180_000_000, 180_000_000),
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        (WARSAW, WARSAW, 0),
        (WARSAW, KRAKOW, 252.5),
        (WARSAW, TASHKENT, 3_789),
        (Place(0, 0), Place(0, 180_000_000), 20_015.1),
        (Place(90_000_000, 0), Place(-90_000_000, 0), 20_015.1),
        (Place(0, 179_999_999), Place(0, -179_999_999), 0.0),
    ],
)
def test_a_distance_is_that_of_the_great_circle(one: Place, other: Place, distance: float) -> None:
    assert kilometres(one, other) == pytest.approx(distance, rel=2e-3, abs=0.01)


@given(places, places, st.floats(0.01, 50))
def test_whatever_is_near_is_in_the_box(one: Place, other: Place, radius: float) -> None:
    if kilometres(one, other) <= radius:
        assert is_in(box_around(one, radius), other)


@given(places, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 50))
def test_neighbours_are_in_the_box(one: Place, north: float, east: float, radius: float) -> None:
    lat = max(-90_000_000, min(90_000_000, one.lat_e6 + round((north - 0.5) * 1_000_000)))
    lon = one.lon_e6 + round((east - 0.5) * 1_000_000)
    other = Place(lat, (lon + 180_000_000) % 360_000_000 - 180_000_000)
    if kilometres(one, other) <= radius:
        assert is_in(box_around(one, radius), other)


def test_a_box_is_little_larger_than_the_circle() -> None:
    box = box_around(KRAKOW, 10)
    assert not is_in(box, Place(KRAKOW.lat_e6 + 100_000, KRAKOW.lon_e6))
    assert not is_in(box, Place(KRAKOW.lat_e6, KRAKOW.lon_e6 + 150_000))


def is_in(box: Box, place: Place) -> bool:
    return box.south_e6 <= place.lat_e6 <= box.north_e6 and any(
        west <= place.lon_e6 <= east for west, east in box.longitudes
    )
