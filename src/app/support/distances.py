"""Places on the globe, in integers of 1e-6 degrees, and how far they are apart."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

EARTH_KM: Final = 6371.0088
"""The mean radius (IUGG)."""
_E6 = 1_000_000
_HALF_TURN_E6: Final = 180 * _E6


class Place(NamedTuple):
    """A latitude from -90 to 90 degrees, a longitude from -180 to 180."""

    lat_e6: int
    lon_e6: int


class Box(NamedTuple):
    """Latitudes from one to another; the longitudes are one range, or two across the date line."""

    south_e6: int
    north_e6: int
    longitudes: tuple[tuple[int, int], ...]


def in_e6(degrees: float) -> int:
    """Degrees as we store them."""
    return round(degrees * _E6)


def kilometres(one: Place, other: Place) -> float:
    """The great-circle distance, by the haversine formula."""
    lat1, lon1, lat2, lon2 = (math.radians(e6 / _E6) for e6 in (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def box_around(place: Place, radius_km: float) -> Box:
    """A box that holds everything within `radius_km` of a place, and little else."""
    angle = radius_km / EARTH_KM
    reach = math.ceil(math.degrees(angle) * _E6)
    south, north = place.lat_e6 - reach, place.lat_e6 + reach
    everywhere = ((-_HALF_TURN_E6, _HALF_TURN_E6),)
    if south <= -_HALF_TURN_E6 // 2 or north >= _HALF_TURN_E6 // 2:
        return Box(south, north, everywhere)  # a pole is in it
    width = math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(place.lat_e6 / _E6))))
    aside = math.ceil(math.degrees(width) * _E6)
    west, east = place.lon_e6 - aside, place.lon_e6 + aside
    if west < -_HALF_TURN_E6:
        return Box(
            south,
            north,
            ((-_HALF_TURN_E6, east), (west + 2 * _HALF_TURN_E6, _HALF_TURN_E6)),
        )
    if east > _HALF_TURN_E6:
        return Box(
            south,
            north,
            ((west, _HALF_TURN_E6), (-_HALF_TURN_E6, east - 2 * _HALF_TURN_E6)),
        )
    return Box(south, north, ((west, east),))
