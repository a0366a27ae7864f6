"""With --state the business rows are derived again, and what was changed in SQL is found."""

from __future__ import annotations

from typing import Any

import pytest

from app.http.application import Application
from tests.operations.audit.shop import Shop, assert_clean, found, ids, seal, sql, verify


@pytest.fixture
def shop(app: Application) -> Shop:
    return Shop(app)


@pytest.fixture
def order(shop: Shop) -> Any:
    order = shop.work()
    assert_clean(with_state=True)
    return order


def order_id(order: Any) -> int:
    [row_id] = ids("orders", f"order_number = '{order['order_number']}'")
    return row_id


@pytest.mark.parametrize(
    "change",
    [
        "status = 'delivered'",
        "status = 'nonsense'",
        "status_since = '2026-01-01 00:00:00.000000'",
        "location = 'elsewhere'",
        "folded_at = NULL",
    ],
)
def test_a_status_that_was_changed_in_sql_is_found(shop: Shop, order: Any, change: str) -> None:
    sql(f"UPDATE orders SET {change}")
    assert_clean()
    assert found(verify(with_state=True)) == {("status_mismatch", "orders", order_id(order))}


def test_a_version_that_was_changed_in_sql_is_found(shop: Shop, order: Any) -> None:
    for version in ("version + 1", "version - 2", "2000000000", "-1"):
        sql(f"UPDATE orders SET version = {version}")
        assert found(verify(with_state=True)) == {("version_gap", "orders", order_id(order))}


def test_an_unsealed_scan_that_was_deleted_is_missed_by_its_order(shop: Shop, order: Any) -> None:
    event_id = shop.scan(order["order_number"], "delivered")["event_id"]
    sql("DELETE FROM tracks WHERE event_id = :event_id", event_id=event_id)
    assert_clean()
    names = found(verify(with_state=True))
    assert ("version_gap", "orders", order_id(order)) in names
    assert ("status_mismatch", "orders", order_id(order)) in names


def test_an_unsealed_record_of_an_order_that_was_deleted_is_missed(shop: Shop, order: Any) -> None:
    shop.command(order, "delivered")
    track = max(ids("tracks", "kind = 'command'"))
    sql(f"DELETE FROM audit_events WHERE id = {max(ids('audit_events'))}")
    assert_clean()
    assert found(verify(with_state=True)) == {
        ("version_gap", "orders", order_id(order)),
        ("missing_event", "tracks", track),
    }


def test_an_unsealed_decision_that_was_deleted_is_missed_by_its_record(
    shop: Shop, order: Any
) -> None:
    shop.command(order, "delivered")
    record = max(ids("audit_events"))
    sql(f"DELETE FROM tracks WHERE id = {max(ids('tracks'))}")
    assert_clean()
    assert found(verify(with_state=True)) == {
        ("status_mismatch", "orders", order_id(order)),
        ("missing_track", "audit_events", record),
    }


def test_a_dismissal_without_order_and_its_record_miss_each_other(shop: Shop, order: Any) -> None:
    [track] = ids("tracks", "kind = 'dismiss'")
    [record] = ids("audit_events", "action = 'SCAN_DISMISSED'")
    sql(f"DELETE FROM audit_events WHERE id = {record}")
    assert found(verify(with_state=True)) == {("missing_event", "tracks", track)}


def test_a_record_of_a_dismissal_that_is_gone_is_named(shop: Shop, order: Any) -> None:
    [track] = ids("tracks", "kind = 'dismiss'")
    [record] = ids("audit_events", "action = 'SCAN_DISMISSED'")
    sql(f"DELETE FROM tracks WHERE id = {track}")
    assert found(verify(with_state=True)) == {("missing_track", "audit_events", record)}


def test_an_order_that_was_hidden_or_shown_again_in_sql_is_found(shop: Shop, order: Any) -> None:
    row = ("deletion_mismatch", "orders", order_id(order))
    sql("UPDATE orders SET deleted_at = '2026-01-01 00:00:00.000000'")
    assert found(verify(with_state=True)) == {row}
    sql("UPDATE orders SET deleted_at = NULL")
    shop.ask(shop.admin.delete(f"/admin/api/orders/{order['order_number']}"))
    assert_clean(with_state=True)
    sql("UPDATE orders SET deleted_at = NULL")
    assert found(verify(with_state=True)) == {row}


def test_an_order_that_was_deleted_in_sql_is_missed_by_its_records(shop: Shop) -> None:
    row_id = order_id(shop.place())
    seal()
    sql("DELETE FROM order_lines")
    sql(f"DELETE FROM orders WHERE id = {row_id}")
    assert_clean()
    assert found(verify(with_state=True)) == {("missing_resource", "orders", row_id)}


@pytest.mark.parametrize("table", ["users", "services"])
def test_a_version_of_something_else_that_was_changed_in_sql_is_found(
    shop: Shop, table: str
) -> None:
    row_id = max(ids(table))
    sql(f"UPDATE {table} SET version = version + 1 WHERE id = {row_id}")
    assert_clean()
    assert found(verify(with_state=True)) == {("version_gap", table, row_id)}


def test_a_service_that_was_deleted_in_sql_is_missed(shop: Shop) -> None:
    sql(f"DELETE FROM services WHERE id = {shop.service}")
    assert found(verify(with_state=True)) == {("missing_resource", "services", shop.service)}


def test_an_account_without_a_record_is_found(shop: Shop) -> None:
    sql(
        "INSERT INTO users (name, username, role, is_active, must_change_password, version,"
        " created_at, updated_at) VALUES ('Eve', 'eve', 'admin', 1, 0, 1,"
        " '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000')"
    )
    assert found(verify(with_state=True)) == {("version_gap", "users", max(ids("users")))}


def test_more_orders_than_a_chunk_holds_are_all_derived(shop: Shop) -> None:
    orders = [shop.place() for _ in range(105)]
    assert_clean(with_state=True)
    sql("UPDATE orders SET status = 'delivered' WHERE id = :id", id=order_id(orders[-1]))
    assert found(verify(with_state=True)) == {("status_mismatch", "orders", order_id(orders[-1]))}
