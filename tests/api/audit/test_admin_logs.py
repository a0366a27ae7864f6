"""What admins read of the ledger: everything, filtered, counted (ledger.md 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models import AuditEvent
from app.operations.ledger.actions import ACTIONS
from app.support import clock
from tests import factories
from tests.api.audit.bulk import NOBODYS, event, insert_events
from tests.factories import PASSWORD
from tests.rows import writing

LOGS = "/api/v1/audit/logs"
ADMIN_PATHS = [
    LOGS,
    "/api/v1/audit/statistics",
    "/api/v1/audit/security-events",
    "/api/v1/audit/failed-logins",
    "/api/v1/audit/resource/order/1",
]


@pytest.fixture
def read(admin):
    def read(path: str, **query):
        answer = admin.get(path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    return read


def fail_to_log_in(client, email="eve@example.com", times=1):
    for _ in range(times):
        body = {"email": email, "password": "wrong"}
        assert client.post("/api/v1/auth/login", json=body).status_code == 401


def place(client, customer):
    body = {"service_id": factories.service().id}
    return client.post("/api/v1/orders", json=body, headers=customer.headers).json


def words(listed):
    return [row["action"] for row in listed["logs"]]


def numbers(listed):
    return [row["details"]["number"] for row in listed["logs"]]


def test_an_admin_reads_all_records_newest_first(client, customer, read):
    place(client, customer)
    fail_to_log_in(client)
    listed = read(LOGS)
    assert listed["total"] == len(listed["logs"]) == 4
    assert words(listed)[:2] == ["LOGIN_FAILED", "ORDER_CREATED"]
    assert set(words(listed)[2:]) == {"USER_CREATED", "LOGIN"}
    assert [row["timestamp"] for row in listed["logs"]] == sorted(
        (row["timestamp"] for row in listed["logs"]), reverse=True
    )


@pytest.mark.parametrize("path", ADMIN_PATHS)
def test_only_admins_read_what_everybody_did(app, client, customer, device, path):
    factories.user(app, "owner@example.com", role="owner")
    body = {"email": "owner@example.com", "password": PASSWORD}
    owner = client.post("/api/v1/auth/login", json=body).json["access_token"]
    assert client.get(path).status_code == 401
    for headers in (
        customer.headers,
        device.headers,
        {"Authorization": f"Bearer {owner}"},
    ):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 403
        assert answer.json["error_code"] == "PERMISSION_DENIED"


def test_records_are_filtered_by_user(app, client, customer, read):
    other = factories.sign_up(app, "bob@example.com")
    place(client, customer)
    place(client, other)
    listed = read(LOGS, user_id=other.id)
    assert words(listed) == ["ORDER_CREATED", "USER_CREATED"]
    assert {row["user_id"] for row in listed["logs"]} == {other.id}


def test_records_are_filtered_by_action(client, customer, read):
    place(client, customer)
    listed = read(LOGS, action="ORDER_CREATED")
    assert (words(listed), listed["total"]) == (["ORDER_CREATED"], 1)


def test_records_are_filtered_by_resource(admin, client, customer, read):
    order, other = place(client, customer), place(client, customer)
    admin.put(f"/admin/api/orders/{order['order_number']}", json={"status": "processing"})
    place(client, customer)
    listed = read(LOGS, resource_type="order", resource_id=order["id"])
    assert words(listed) == ["ORDER_UPDATED", "ORDER_CREATED"]
    assert read(LOGS, resource_type="order")["total"] == 4
    assert read(LOGS, resource_id=other["id"], action="ORDER_CREATED")["total"] == 1


def test_records_are_filtered_by_address(client, read):
    insert_events(
        event(ip_address="192.0.2.1"), event(ip_address="192.0.2.10"), event(ip_address="::1")
    )
    assert read(LOGS, ip_address="192.0.2.1")["total"] == 1
    assert [row["ip_address"] for row in read(LOGS, ip_address="0:0::1")["logs"]] == ["::1"]
    assert read(LOGS, ip_address="::ffff:192.0.2.10")["total"] == 1


def test_several_filters_narrow_the_list_together(read):
    now = clock.now()
    wanted = {
        "user_id": NOBODYS,
        "action": "ORDER_UPDATED",
        "resource_type": "order",
        "resource_id": 9,
        "ip_address": "192.0.2.1",
    }
    misses = {
        "user_id": NOBODYS + 1,
        "action": "ORDER_CREATED",
        "resource_type": "service",
        "resource_id": 8,
        "ip_address": "192.0.2.2",
    }
    insert_events(
        event(at=now, data={"number": 1}, **wanted),
        event(at=now - timedelta(days=2), data={"number": 2}, **wanted),
        *[event(at=now, **{**wanted, name: value}) for name, value in misses.items()],
    )
    start = clock.instant_text(now - timedelta(hours=1))
    listed = read(LOGS, start_date=start, **wanted)
    assert (numbers(listed), listed["total"]) == ([1], 1)
    assert read(LOGS, **wanted)["total"] == 2


def test_a_time_begins_with_its_start_and_ends_before_its_end(read):
    start = clock.parse_instant("2026-03-01T10:00:00.000001Z")
    ends = clock.parse_instant("2026-03-01T11:00:00.000001Z")
    tick = timedelta(microseconds=1)
    moments = (start - tick, start, ends - tick, ends)
    insert_events(*[event(at=at, data={"number": n}) for n, at in enumerate(moments)])
    query = {"start_date": clock.instant_text(start), "end_date": clock.instant_text(ends)}
    assert numbers(read(LOGS, **query)) == [2, 1]
    same = {
        "start_date": "2026-03-01T15:30:00.000001+05:30",
        "end_date": "2026-03-01T09:00:00.000001-02:00",
    }
    assert numbers(read(LOGS, **same)) == [2, 1]
    assert numbers(read(LOGS, start_date=query["start_date"], end_date=query["start_date"])) == []


def test_a_day_means_its_midnight_at_the_business(make_app):
    app = make_app(BUSINESS_TIMEZONE="Asia/Kolkata")
    with app.app_context():
        admin = factories.sign_in_admin(app)
        midnight = clock.parse_instant("2026-02-28T18:30:00Z")
        tick = timedelta(microseconds=1)
        day = timedelta(days=1)
        moments = (midnight - tick, midnight, midnight + day - tick, midnight + day)
        insert_events(*[event(at=at, data={"number": n}) for n, at in enumerate(moments)])
    query = {"start_date": "2026-03-01", "end_date": "2026-03-02"}
    assert numbers(admin.get(LOGS, query_string=query).json) == [2, 1]
    shown = admin.get("/api/v1/audit/statistics", query_string=query).json
    assert shown["start_date"] == "2026-02-28T18:30:00Z"
    assert shown["total_logs"] == 2


def test_failed_logins_show_who_was_tried_and_how_often(client, read):
    fail_to_log_in(client, "eve@example.com", times=3)
    fail_to_log_in(client, "bob@example.com")
    listed = read("/api/v1/audit/failed-logins")
    tried = {row["tried_login"]: row for row in listed["logs"]}
    assert set(tried) == {"eve@example.com", "bob@example.com"}
    assert sum(row["count"] for row in listed["logs"]) == 4
    row = listed["logs"][0]
    assert (row["action"], row["outcome"], row["status_code"]) == ("LOGIN_FAILED", "refused", 401)
    assert row["user_id"] is None
    assert row["details"] == {"error_code": "INVALID_CREDENTIALS"}


@pytest.mark.parametrize("path", ["failed-logins", "security-events"])
def test_only_the_last_hours_count(read, path):
    now = clock.now()
    for number, hours in enumerate((0.5, 1.5, 23.5, 24.5, 167.5, 168.5)):
        at = now - timedelta(hours=hours)
        insert_events(event(action="LOGIN_FAILED", at=at, data={"number": number}))
    path = f"/api/v1/audit/{path}"
    assert numbers(read(path)) == [0, 1, 2]
    assert numbers(read(path, hours=1)) == [0]
    assert numbers(read(path, hours=168)) == [0, 1, 2, 3, 4]
    limited = read(path, hours=168, limit=2)
    assert (numbers(limited), limited["total"], limited["limit"]) == ([0, 1], 5, 2)


def test_security_events_are_those_that_the_registry_flags(client, customer, read):
    insert_events(*[event(action=word) for word in ACTIONS])
    client.get(LOGS, headers=customer.headers)
    listed = read("/api/v1/audit/security-events")
    flagged = {word for word, action in ACTIONS.items() if action.is_security}
    assert {"LOGIN_FAILED", "ACCESS_DENIED", "PASSWORD_CHANGE"} <= flagged
    assert set(words(listed)) == flagged
    denied = next(row for row in listed["logs"] if row["user_id"] == customer.id)
    assert (denied["action"], denied["request_path"]) == ("ACCESS_DENIED", LOGS)


def test_statistics_count_records_users_failures_and_actions(client, admin, customer, read):
    place(client, customer)
    place(client, customer)
    fail_to_log_in(client, times=3)
    insert_events(event(action="LOGIN_FAILED", count=40, outcome="refused"))
    stats = read("/api/v1/audit/statistics")
    assert stats["unique_users"] == 2
    assert stats["failed_logins"] == 43
    failed = stats["action_counts"].pop("LOGIN_FAILED")
    assert failed in (2, 3)  # the three may fall into two minutes
    assert stats["action_counts"] == {"LOGIN": 1, "ORDER_CREATED": 2, "USER_CREATED": 1}
    assert stats["total_logs"] == 4 + failed
    assert (stats["start_date"], stats["end_date"]) == (None, None)


def test_statistics_are_of_the_time_that_was_asked_for(read):
    at = clock.parse_instant("2026-03-01T10:00:00Z")
    for days, user_id in ((0, 7), (1, 8), (1, 8), (2, 9)):
        insert_events(event(at=at + timedelta(days=days), user_id=user_id))
    query = {"start_date": "2026-03-02T10:00:00Z", "end_date": "2026-03-03T12:00:00+02:00"}
    assert read("/api/v1/audit/statistics", **query) == {
        "total_logs": 2,
        "unique_users": 1,
        "failed_logins": 0,
        "action_counts": {"LOGIN": 2},
        "start_date": "2026-03-02T10:00:00Z",
        "end_date": "2026-03-03T10:00:00Z",
    }


def test_a_resource_has_a_history_also_when_it_is_gone(admin, read):
    made = admin.post("/api/v1/services", json={"name": "Wash", "price": 10}).json
    path = f"/api/v1/services/{made['id']}"
    assert admin.put(path, json={"price": "12.00"}).status_code == 200
    assert admin.delete(path).json["deactivated"] is False
    history = f"/api/v1/audit/resource/service/{made['id']}"
    listed = read(history)
    assert words(listed) == ["SERVICE_RETIRED", "SERVICE_UPDATED", "SERVICE_CREATED"]
    assert [row["seq"] for row in listed["logs"]] == [3, 2, 1]
    assert listed["logs"][1]["details"]["changes"]["price"] == ["10.00", "12.00"]
    assert words(read(history, limit=1, offset=1)) == ["SERVICE_UPDATED"]
    assert read(f"/api/v1/audit/resource/worker/{made['id']}")["total"] == 0


@pytest.mark.parametrize("resource", ["order/0", "order/-1", "order/x", "order/1.5", "order/"])
def test_a_history_of_no_id_is_not_found(admin, resource):
    assert admin.get(f"/api/v1/audit/resource/{resource}").status_code == 404


@pytest.mark.parametrize("kind", ["orders", "ORDER", "audit_events", "'; DROP TABLE users; --"])
def test_a_history_of_an_unknown_kind_is_refused_by_name(admin, kind):
    answer = admin.get(f"/api/v1/audit/resource/{kind}/1")
    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["resource_type"]


def test_personal_changes_are_told_apart_and_erased_ones_are_null(client, customer, read):
    changed = {"name": "Ada L.", "phone": "+49 30 1234567"}
    answer = client.put("/api/v1/customers", json=changed, headers=customer.headers)
    assert answer.status_code == 200
    (row,) = read(LOGS, action="USER_UPDATED")["logs"]
    assert row["personal"]["name"] == ["Ada", "Ada L."]
    assert sorted(row["details"]["changed"]) == ["name", "phone"]
    assert "Ada" not in str(row["details"])
    assert row["subject_user_id"] == customer.id
    with writing() as session:
        session.execute(update(AuditEvent).values(pii=None, ip_address=None, user_agent=None))
    (row,) = read(LOGS, action="USER_UPDATED")["logs"]
    assert (row["personal"], row["tried_login"], row["ip_address"]) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_id", "0"),
        ("user_id", "-1"),
        ("user_id", "1.5"),
        ("user_id", "x"),
        ("user_id", "9" * 40),
        ("user_id", "1 OR 1=1"),
        ("action", "login"),
        ("action", "DROP TABLE"),
        ("action", ""),
        ("resource_type", "orders"),
        ("resource_type", "'; --"),
        ("resource_id", "0"),
        ("resource_id", "9" * 19),
        ("ip_address", "localhost"),
        ("ip_address", "1.2.3"),
        ("ip_address", "1.2.3.4.5"),
        ("ip_address", "%"),
        ("start_date", "yesterday"),
        ("start_date", "2026-03-01T10:00:00"),
        ("start_date", "2026-02-30"),
        ("end_date", "0000-01-01"),
        ("end_date", "9999-99-99"),
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "-1"),
        ("limit", "NaN"),
        ("offset", "-1"),
        ("offset", "9" * 19),
        ("offset", "0x10"),
    ],
)
def test_a_wrong_value_is_refused_by_name(admin, name, value):
    answer = admin.get(LOGS, query_string={name: value})
    assert answer.status_code == 400
    assert list(answer.json["details"]) == [name]


@pytest.mark.parametrize("path", ["failed-logins", "security-events"])
@pytest.mark.parametrize("hours", ["0", "169", "-1", "x", "1.5", "9" * 40])
def test_hours_have_bounds(admin, path, hours):
    answer = admin.get(f"/api/v1/audit/{path}?hours={hours}")
    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["hours"]
