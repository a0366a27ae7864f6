"""With --state each value that the records tell is compared with the row that they tell of."""

from __future__ import annotations

import pytest

from app import database
from app.http.application import Application
from tests.operations.audit.shop import Shop, assert_clean, found, ids, seal, sql, verify
from tests.stages import staged

WORKER = {"name": "Wanda", "email": "wanda@example.com", "password": "48291377"}


@pytest.fixture
def shop(app: Application) -> Shop:
    return staged(eventful_shop, app)


def eventful_shop(app: Application) -> Shop:
    shop = Shop(app)
    shop.ask(shop.admin.put(f"/api/v1/services/{shop.service}", json={"price": "13.00"}))
    order = shop.work()
    path = f"/admin/api/orders/{order['order_number']}"
    shop.ask(shop.admin.put(path, json={"pickup_date": "2027-01-02", "name": "Eve"}))
    shop.ask(shop.admin.post("/api/v1/workers", json=WORKER))
    login = {"email": WORKER["email"], "password": WORKER["password"]}
    shop.ask(app.test_client().post("/employee/login", json=login))
    seal()
    assert_clean(with_state=True)
    return shop


CHANGES = {
    "users": {
        "role": "'admin'",
        "is_active": "0",
        "verified_at": "'2026-01-01 00:00:00.000000'",
        "must_change_password": "1",
    },
    "workers": {"is_active": "0"},
    "services": {
        "name": "'Wish'",
        "price": "0.5",
        "duration_minutes": "7",
        "status": "'inactive'",
        "category": "'x'",
    },
    "orders": {
        "order_number": "'WWW'",
        "channel": "'legacy'",
        "customer_id": "NULL",
        "service_id": "NULL",
        "service_name": "'Iron'",
        "total_cost": "0",
        "pickup_date": "NULL",
        "piece_count": "2",
    },
    "devices": {
        "station": "'SHOP-2'",
        "profile": "'kiosk'",
        "origin": "'shared'",
        "default_action": "'delivered'",
        "worker_id": "(SELECT MAX(id) FROM workers)",
    },
}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [(table, *change) for table, changes in CHANGES.items() for change in changes.items()],
)
def test_a_value_that_was_changed_in_sql_is_named(
    shop: Shop, table: str, column: str, value: str
) -> None:
    enrolled = "origin = 'enrolled'" if table == "devices" else "1 = 1"
    row_id = ids(table, enrolled)[-1]
    sql(f"UPDATE {table} SET {column} = {value} WHERE id = {row_id}")
    assert_clean()
    report = verify(with_state=True)
    assert ("value_mismatch", table, row_id) in found(report)
    [one] = [one for one in report.findings.found if one.what == "value_mismatch"]
    assert one.words.startswith(f"{column} is ")
    assert " and should be " in one.words


def test_a_mismatch_says_both_values(shop: Shop) -> None:
    sql(f"UPDATE services SET price = 0.5, category = 'x' WHERE id = {shop.service}")
    [one] = verify(with_state=True).findings.found
    assert one.words == "category is x and should be None; price is 0.50 and should be 13.00"


def test_a_device_of_a_login_that_was_changed_in_sql_is_named(shop: Shop) -> None:
    first, second = ids("devices", "origin = 'login'")
    sql(f"UPDATE devices SET profile = 'supervisor' WHERE id = {second}")
    assert found(verify(with_state=True)) == {("value_mismatch", "devices", second)}
    sql(f"UPDATE devices SET profile = 'scan', worker_id = NULL WHERE id = {second}")
    sql(f"UPDATE devices SET origin = 'enrolled' WHERE id = {first}")
    assert found(verify(with_state=True)) == {
        ("value_mismatch", "devices", second),
        ("value_mismatch", "devices", first),
    }


def test_a_device_of_a_login_is_compared_with_its_login_and_its_changes(shop: Shop) -> None:
    device_id = ids("devices", "origin = 'login'")[0]
    form = {"name": "Van", "station": "VAN-1", "profile": "supervisor"}
    assert shop.admin.post(f"/admin/devices/{device_id}", data=form).status_code == 303
    assert_clean(with_state=True)
    sql(f"UPDATE devices SET default_action = 'delivered' WHERE id = {device_id}")
    assert found(verify(with_state=True)) == {("value_mismatch", "devices", device_id)}


def test_a_device_that_was_made_in_sql_is_named(shop: Shop) -> None:
    columns = (
        "name, profile, origin, drained, state, state_version, version, created_at, updated_at"
    )
    now = "'2026-01-01 00:00:00.000000'"
    sql(
        f"INSERT INTO devices ({columns})"
        f" VALUES ('Eve', 'supervisor', 'enrolled', 0, '{{}}', 0, 1, {now}, {now})"
    )
    assert found(verify(with_state=True)) == {("missing_record", "devices", max(ids("devices")))}


def test_the_shared_device_stays_what_it_was_made(shop: Shop) -> None:
    [shared] = ids("devices", "origin = 'shared'")
    sql(f"UPDATE devices SET profile = 'supervisor' WHERE id = {shared}")
    try:
        assert found(verify(with_state=True)) == {("value_mismatch", "devices", shared)}
    finally:
        sql(f"UPDATE devices SET profile = 'scan' WHERE id = {shared}")


def test_every_row_of_more_than_a_chunk_is_compared(shop: Shop) -> None:
    for _ in range(210):
        shop.log_in()
    orders = [shop.place()["order_number"] for _ in range(205)]
    assert_clean(with_state=True)
    sql("UPDATE orders SET total_cost = 0 WHERE order_number = :number", number=orders[-1])
    assert {one[0] for one in found(verify(with_state=True))} == {"value_mismatch"}


@pytest.mark.parametrize("value", ["'nonsense'", "X'FFFE'", "CAST(X'FFFE' AS TEXT)"])
@pytest.mark.parametrize(
    ("table", "column"), [("services", "price"), ("users", "verified_at"), ("orders", "channel")]
)
def test_a_value_of_any_type_is_a_mismatch_like_another(
    shop: Shop, table: str, column: str, value: str
) -> None:
    if database.db.engine.dialect.name != "sqlite":
        pytest.skip("a server's columns hold their types")
    row_id = max(ids(table))
    sql(f"UPDATE {table} SET {column} = {value} WHERE id = {row_id}")
    assert ("value_mismatch", table, row_id) in found(verify(with_state=True))


def test_a_row_without_the_record_that_made_it_is_compared_with_what_is_told(shop: Shop) -> None:
    sql("DELETE FROM audit_events WHERE resource_type = 'service' AND seq = 1")
    sql(f"UPDATE services SET category = 'x' WHERE id = {shop.service}")
    assert ("value_mismatch", "services", shop.service) not in found(verify(with_state=True))
    sql(f"UPDATE services SET price = 0 WHERE id = {shop.service}")
    assert ("value_mismatch", "services", shop.service) in found(verify(with_state=True))
