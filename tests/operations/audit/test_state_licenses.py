"""With --state licenses, their types and what services require are compared with the ledger."""

from __future__ import annotations

import pytest

from app.http.application import Application
from tests.licensing import TYPE, give, make_type
from tests.operations.audit.shop import Shop, assert_clean, found, seal, sql, verify

CHANGES = {
    "licenses": {
        "level": "3",
        "expires_at": "NULL",
        "worker_id": "(SELECT max(id) FROM workers)",
        "revoked_at": "'2026-01-01 00:00:00.000000'",
        "live": "NULL",
        "token_serial": "9",
    },
    "license_types": {"max_level": "9", "covers": "'x'", "is_active": "0", "validity_months": "9"},
    "services": {"required_license": "NULL", "required_level": "1"},
}


@pytest.fixture
def shop(app: Application) -> Shop:
    """A type of license, a worker who holds one, and a service that requires it."""
    shop = Shop(app)
    make_type()
    workers = [
        shop.ask(shop.admin.post("/api/v1/workers", json={"name": name}))["id"]
        for name in ("Ada", "Bo")
    ]
    give(workers[0], ago=0)
    body = {"required_license": TYPE, "required_level": 2}
    shop.ask(shop.admin.put(f"/api/v1/services/{shop.service}", json=body))
    seal()
    assert_clean(with_state=True)
    return shop


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, changes in CHANGES.items() for column in changes],
)
def test_a_license_that_was_changed_in_sql_is_found(shop: Shop, table: str, column: str) -> None:
    value = CHANGES[table][column]
    sql(f"UPDATE {table} SET {column} = {value}")
    assert_clean()
    assert ("value_mismatch", table) in {one[:2] for one in found(verify(with_state=True))}


def test_a_license_that_was_deleted_in_sql_is_found(shop: Shop) -> None:
    sql("DELETE FROM licenses")
    assert ("missing_resource", "licenses") in {one[:2] for one in found(verify(with_state=True))}
