"""An order is late when its pickup day is over on the business's calendar, and it is not ready."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import Order
from app.operations.orders.late import is_late
from app.support import clock
from tests import factories

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 20, 6, 39, 12, tzinfo=UTC)


def late(at: datetime = AT, zone: ZoneInfo = BERLIN) -> list[int]:
    with database.transaction(write=False) as session:
        return list(session.scalars(select(Order.id).where(is_late(at=at, zone=zone))))


@pytest.mark.parametrize(
    ("pickup", "is_over"),
    [
        ("2026-11-19", True),
        ("2026-11-20", False),
        ("2026-11-21", False),
        (None, False),
        ("2026-11-19T23:59:59", True),
        ("2026-11-20T00:00:00", False),
        ("2026-11-19T22:59:59Z", True),
        ("2026-11-19T22:59:59.999Z", True),
        ("2026-11-19T23:00:00Z", False),
        ("2026-11-19T23:00:00.500Z", False),
        ("2026-11-19T23:30:00Z", False),
    ],
)
def test_the_day_is_the_businesss_own(app: Application, pickup: str | None, is_over: bool) -> None:
    order = factories.order(pickup_date=pickup)
    assert late() == ([order.id] if is_over else [])


def test_west_of_greenwich_a_day_ends_later(app: Application) -> None:
    order = factories.order(pickup_date="2026-11-20T03:00:00Z")
    assert late(zone=ZoneInfo("UTC"), at=AT) == []
    assert late(zone=ZoneInfo("America/New_York"), at=AT) == [order.id]


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        ("created", True),
        ("picked_up", True),
        ("processing", True),
        ("completed", False),
        ("delivered", False),
        ("cancelled", False),
    ],
)
def test_what_is_ready_is_not_late(app: Application, status: str, is_open: bool) -> None:
    factories.order(pickup_date="2026-11-01", status=status)
    assert bool(late()) == is_open


def test_what_is_deleted_is_not_late(app: Application) -> None:
    factories.order(pickup_date="2026-11-01", deleted_at=clock.now())
    assert late() == []


def test_the_figures_count_what_the_list_shows(admin: FlaskClient) -> None:
    for pickup in ("2020-01-01", "2020-01-01T23:30:00Z", "2999-01-01"):
        factories.order(pickup_date=pickup)
    factories.order(pickup_date="2020-01-01", status="completed")
    assert admin.get("/api/v1/admin/stats").json["late"] == 2
