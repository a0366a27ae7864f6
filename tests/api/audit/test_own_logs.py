"""What an account may read of the ledger: what it did, and what others did to it (ledger.md 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.support import clock
from tests import factories
from tests.api.audit.bulk import event, insert_events
from tests.factories import PASSWORD

MY_LOGS = "/api/v1/audit/my-logs"
ROW = {
    "id",
    "user_id",
    "action",
    "resource_type",
    "resource_id",
    "details",
    "ip_address",
    "user_agent",
    "request_method",
    "request_path",
    "status_code",
    "timestamp",
    "outcome",
    "request_id",
    "seal_id",
    "actor_role",
    "actor_label",
    "device_id",
    "count",
    "seq",
}


@pytest.fixture
def other(app):
    return factories.sign_up(app, "bob@example.com", name="Bob")


@pytest.fixture
def own(client, customer):
    def read(query: str = "", headers=customer.headers):
        answer = client.get(f"{MY_LOGS}?{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        assert set(answer.json) == {"logs", "total", "limit", "offset"}
        return answer.json

    return read


def place(client, customer):
    body = {"service_id": factories.service(price="9.90").id}
    answer = client.post(
        "/api/v1/orders",
        json=body,
        headers={**customer.headers, "User-Agent": "Till/1", "X-Request-ID": "till-00001"},
    )
    assert answer.status_code == 201
    return answer.json


def words(listed):
    return [row["action"] for row in listed["logs"]]


def test_a_change_is_recorded_and_read_back(client, customer, own):
    before = clock.now()
    order = place(client, customer)
    row = own()["logs"][0]
    assert set(row) == ROW
    assert before <= clock.parse_instant(row.pop("timestamp")) <= clock.now()
    details = row.pop("details")
    assert details["changes"]["order_number"] == [None, order["order_number"]]
    assert details["changes"]["total_cost"] == [None, "9.90"]
    assert isinstance(row.pop("id"), int)
    assert row == {
        "user_id": customer.id,
        "device_id": None,
        "actor_role": "customer",
        "actor_label": f"customer {customer.id}",
        "action": "ORDER_CREATED",
        "resource_type": "order",
        "resource_id": order["id"],
        "seq": 1,
        "ip_address": "127.0.0.1",
        "user_agent": "Till/1",
        "request_method": "POST",
        "request_path": "/api/v1/orders",
        "request_id": "till-00001",
        "status_code": 201,
        "outcome": "success",
        "count": 1,
        "seal_id": None,
    }


def test_an_account_reads_its_own_records_and_how_many_they_are(client, customer, other, own):
    place(client, customer)
    place(client, other)
    listed = own()
    assert words(listed) == ["ORDER_CREATED", "USER_CREATED"]
    assert (listed["total"], listed["limit"], listed["offset"]) == (2, 100, 0)
    assert {row["user_id"] for row in listed["logs"]} == {customer.id}


def test_own_records_are_filtered_and_limited(client, customer, own):
    for _ in range(3):
        place(client, customer)
    listed = own("action=ORDER_CREATED&limit=2")
    assert words(listed) == ["ORDER_CREATED"] * 2
    assert (listed["total"], listed["limit"]) == (3, 2)
    rest = own("action=ORDER_CREATED&limit=2&offset=2")
    assert (len(rest["logs"]), rest["total"], rest["offset"]) == (1, 3, 2)
    assert own("action=PASSWORD_RESET") == {"logs": [], "total": 0, "limit": 100, "offset": 0}


def test_own_records_are_filtered_by_time(customer, own):
    now = clock.now()
    for hours in (1, 2, 3):
        insert_events(event(user_id=customer.id, at=now - timedelta(hours=hours)))
    start, end = (clock.instant_text(now - timedelta(hours=hours)) for hours in (3, 1))
    assert own(f"start_date={start}&end_date={end}&action=LOGIN")["total"] == 2


def test_an_owner_and_an_admin_read_their_own_records_too(app, client, admin, own):
    factories.user(app, "owner@example.com", role="owner")
    body = {"email": "owner@example.com", "password": PASSWORD}
    token = client.post("/api/v1/auth/login", json=body).json["access_token"]
    assert words(own(headers={"Authorization": f"Bearer {token}"})) == ["LOGIN"]
    mine = admin.get(MY_LOGS).json
    assert words(mine) == ["LOGIN"]
    assert mine["logs"][0]["actor_role"] == "admin"


def test_what_others_did_to_an_account_is_told_without_where_they_were(
    client, admin, customer, other, own
):
    order = place(client, customer)
    place(client, other)
    path = f"/admin/api/orders/{order['order_number']}"
    assert admin.put(path, json={"status": "processing"}).status_code == 200
    listed = own("about=1")
    (row,) = listed["logs"]
    assert (row["action"], row["resource_id"]) == ("ORDER_UPDATED", order["id"])
    assert (row["actor_role"], listed["total"]) == ("admin", 1)
    assert (row["user_id"], row["actor_label"]) == (None, "admin")
    assert (row["ip_address"], row["user_agent"], row["request_id"]) == (None, None, None)
    assert "ORDER_UPDATED" not in words(own())
    assert own("about=1&action=ORDER_CREATED")["total"] == 0


def test_what_nobody_and_devices_did_to_an_account_is_told(customer, own):
    about = {"subject_user_id": customer.id, "ip_address": "192.0.2.1", "user_agent": "Curl"}
    insert_events(
        event(action="TOKEN_REUSED", actor_role="nobody", **about),
        event(action="SCAN_VOIDED", actor_role="worker", device_id=7, **about),
    )
    listed = own("about=1")
    assert sorted(words(listed)) == ["SCAN_VOIDED", "TOKEN_REUSED"]
    assert all(row["ip_address"] is None for row in listed["logs"])


def test_nothing_opens_another_accounts_records(client, customer, other, own):
    place(client, other)
    for query in (
        f"user_id={other.id}",
        f"user_id={other.id}&about=1",
        f"subject_user_id={other.id}&about=1",
        f"resource_type=user&resource_id={other.id}",
        f"actor_label=customer+{other.id}&action=ORDER_CREATED",
    ):
        listed = own(query)
        assert all(row["user_id"] == customer.id for row in listed["logs"]), query
        assert "ORDER_CREATED" not in words(listed), query


def test_own_records_show_no_login_that_others_tried(client, customer, own):
    client.post("/api/v1/auth/login", json={"email": customer.email, "password": "wrong"})
    assert customer.email not in client.get(MY_LOGS, headers=customer.headers).text
    assert words(own()) == ["USER_CREATED"]


def test_nobody_and_no_device_reads_records(client, device):
    assert client.get(MY_LOGS).status_code == 401
    assert client.get(MY_LOGS, headers=device.headers).status_code == 403
