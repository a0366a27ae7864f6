"""What is measured beside the product's free time finds the very same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import database
from bench import calendars, rows
from bench.standins.calendars import create_app
from bench.stores import Store
from tests import factories
from tests.rows import writing

DAYS = 3
CUSTODIAN = 15
"""Its place in a row of an order: the bench's workers are not here."""
ORDERS = DAYS * calendars.WORKERS * calendars.VISITS


@pytest.fixture
def salon(app, database_url, monkeypatch) -> None:
    """The business of the bench with appointments of yesterday, today and tomorrow."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    factories.service("Wash & Fold", id=1)
    is_sqlite = database.db.engine.dialect.name == "sqlite"
    monkeypatch.setattr(Store, "orders", ORDERS)
    store = Store("sqlite" if is_sqlite else "mariadb", "slots")
    block = next(rows.blocks(ORDERS, datetime.now(UTC), 4))
    with writing() as session:
        connection = session.connection().connection
        cursor = connection.cursor()
        orders = [(*row[:CUSTODIAN], None, *row[CUSTODIAN + 1 :]) for row in block.orders]
        cursor.executemany(store.sql(rows.ORDERS), orders)
        calendars.insert(store, cursor)


def test_each_way_finds_the_same(client, salon):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    days = f"date={tomorrow}&to={tomorrow + timedelta(days=6)}"
    path = f"/api/v1/businesses/{calendars.SLUG}/availability"
    answer = client.get(f"{path}?service_id={calendars.SERVICE_ID}&{days}").json["days"]
    others = create_app().test_client()
    assert any(day["slots"] for day in answer)
    assert shown(others.get(f"/sweep?{days}").json["days"]) == shown(answer)
    assert shown(others.get(f"/each?{days}").json["days"]) == shown(answer)


def shown(days: list[dict[str, Any]]) -> Any:
    return [
        (day["date"], day["slots"], [one["worker_ids"] for one in day["detail"]]) for day in days
    ]
