"""The stage of the tests about backups: an installation at work, and one backup of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installations import Installation, install


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Installation:
    """An installation with orders and scans, sealed; tests restore what they change."""
    made = install(tmp_path_factory.mktemp("place"), worker_id, "place")
    made.do("setup")
    with made.shop() as shop:
        for _ in range(3):
            order = shop.place()
            shop.scan(order["order_number"])
            shop.command(order, "completed")
    made.do("audit", "seal")
    return made


@pytest.fixture(scope="module")
def kept(place: Installation) -> Path:
    """A backup of it."""
    return place.back_up()


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Installation:
    """Another machine with the same secrets, and without tables."""
    return install(tmp_path / "empty", worker_id, "empty")
