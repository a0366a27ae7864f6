"""`handover setup` of a new installation."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app.models import HOUSE, Business
from tests.installations import install


def test_a_new_house_lives_in_the_time_zone_of_its_settings(tmp_path: Path, worker_id: str) -> None:
    place = install(tmp_path / "place", worker_id, "zone")
    house = select(Business.timezone, Business.version).where(Business.id == HOUSE)
    place.do("setup", BUSINESS_TIMEZONE="Asia/Tashkent")
    assert tuple(place.ask(house)) == ("Asia/Tashkent", 1)
    place.do("audit", "verify", "--state")
    place.do("setup", BUSINESS_TIMEZONE="Europe/Berlin")
    assert tuple(place.ask(house)) == ("Asia/Tashkent", 1)
