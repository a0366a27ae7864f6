"""Scans of devices that send neither key nor times (contract.md L9, L24, 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests import factories
from tests.scanning import assert_truthful, order_of, tracks

PATHS = ("/worker/scan", "/api/tracks")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(params=PATHS)
def path(request):
    return request.param


def said(order, **more):
    return {"order_number": order.order_number, "action": "At Factory", "location": "P"} | more


def scan(client, path, device, body):
    return client.post(path, json=body, headers=device.headers)


def at(seconds: float):
    return time_machine.travel(NOON + timedelta(seconds=seconds), tick=False)


# --- 30 seconds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [0, 1, 14.999, 29.999999])
@pytest.mark.parametrize(
    ("after", "rows"), [(0, 1), (0.5, 1), (29.9, 1), (30, 1), (30.1, 2), (61, 2)]
)
def test_the_same_again_within_30_seconds_is_one_scan(app, path, begin, after, rows):
    with at(begin):
        device, order = factories.device(), factories.order()
        first = scan(app.test_client(), path, device, said(order))
    with at(begin + after):
        again = scan(app.test_client(), path, device, said(order))
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(tracks()) == rows
    assert (first.json["track"]["id"] == again.json["track"]["id"]) is (rows == 1)
    assert assert_truthful(order.id).status == "processing"


def test_a_chain_of_repetitions_is_no_longer_than_30_seconds(app):
    with at(0):
        device, order = factories.device(), factories.order()
    for seconds in (0, 20, 40, 60, 80):
        with at(seconds):
            scan(app.test_client(), PATHS[0], device, said(order))
    assert [(row.received_at - NOON).total_seconds() for row in tracks()] == [0, 40, 80]


@pytest.mark.parametrize(
    "other", [{"action": "ready"}, {"location": "Q"}, {"note": "x"}, {"order_number": "NOSUCH42"}]
)
def test_anything_else_is_another_scan(client, device, path, other):
    order = factories.order()
    scan(client, path, device, said(order))
    scan(client, path, device, said(order, **other))
    assert len(tracks()) == 2


def test_two_devices_that_say_the_same_saw_it_twice(client, path):
    order = factories.order()
    for _ in range(2):
        scan(client, path, factories.device(), said(order))
    assert len(tracks()) == 2


def test_both_old_paths_are_one(client, device):
    order = factories.order()
    for path in PATHS:
        scan(client, path, device, said(order))
    assert len(tracks()) == 1


# --- an e-mail alone ----------------------------------------------------------------------------


def by_email(client, device, email="Ada@Example.com"):
    return client.post(
        "/worker/scan", json={"email": email, "action": "At Factory"}, headers=device.headers
    )


def test_an_email_names_its_only_open_order(client, device):
    order = factories.order(email="ada@example.com")
    factories.order(email="ada@example.com", status="delivered")
    factories.order(email="ada@example.com", status="cancelled")
    factories.order(email="bob@example.com")
    answer = by_email(client, device)
    assert answer.status_code == 200, answer.text
    assert answer.json["order"] == {"order_number": order.order_number, "status": "processing"}
    assert assert_truthful(order.id).status == "processing"


def test_an_email_without_an_open_order_is_stored_without_one(client, device):
    factories.order(email="ada@example.com", status="delivered")
    answer = by_email(client, device)
    assert (answer.status_code, answer.json["order"]) == (200, None)
    assert answer.json["track"]["order_email"] == "Ada@Example.com"
    assert [(row.order_id, row.result) for row in tracks()] == [(None, "rejected")]


@pytest.mark.parametrize("count", [2, 3])
def test_an_email_never_decides_between_orders(client, device, count):
    orders = [factories.order(email="ada@example.com") for _ in range(count)]
    answer = by_email(client, device)
    assert (answer.status_code, answer.json["order"]) == (200, None)
    assert [row.reasons for row in tracks()] == ["ambiguous_order"]
    for order in orders:
        assert order_of(order.id).status == "created"


def test_an_email_beside_a_label_decides_nothing(client, device):
    factories.order(email="ada@example.com")
    order = factories.order(email="bob@example.com")
    body = said(order, email="ada@example.com")
    assert scan(client, PATHS[0], device, body).json["order"]["order_number"] == order.order_number


# --- without a token ----------------------------------------------------------------------------


def test_without_a_token_a_scan_is_kept_unverified_and_changes_nothing(client, path):
    order = factories.order()
    answer = client.post(path, json=said(order, workerId=factories.worker().id))
    assert answer.status_code == 200
    (row,) = tracks()
    assert row.reasons.startswith("unverified")
    assert assert_truthful(order.id).status == "created"


def test_without_a_token_and_without_a_worker_it_is_refused(client, path):
    answer = client.post(path, json=said(factories.order()))
    assert (answer.status_code, answer.json["error"]) == (400, "Missing required fields")
    assert tracks() == []


def test_with_legacy_scan_token_nobody_scans_without_one(make_app, path):
    app = make_app(LEGACY_SCAN="token")
    answer = app.test_client().post(path, json=said(factories.order(), workerId=1))
    assert answer.status_code == 401
    assert tracks() == []


def test_with_legacy_scan_apply_a_worker_is_believed_but_delivers_nothing(make_app, path):
    client = make_app(LEGACY_SCAN="apply").test_client()
    order, worker = factories.order(), factories.worker()
    client.post(path, json=said(order, workerId=worker.id))
    assert assert_truthful(order.id).status == "processing"
    client.post(path, json=said(order, workerId=worker.id, action="delivered"))
    assert assert_truthful(order.id).status == "processing"


@pytest.mark.parametrize("setting", ["record", "apply"])
@pytest.mark.parametrize("who", ["made up", "deactivated", "by name"])
def test_a_made_up_worker_changes_nothing(make_app, setting, who):
    client = make_app(LEGACY_SCAN=setting).test_client()
    order = factories.order()
    named = {
        "made up": lambda: {"workerId": 10**9},
        "deactivated": lambda: {"workerId": factories.worker(is_active=False).id},
        "by name": lambda: {"workerName": "Nobody", "workerEmail": "nobody@example.com"},
    }[who]()
    client.post("/worker/scan", json=said(order, **named))
    (row,) = tracks()
    assert (row.result, row.worker_id) == ("rejected", None)
    assert assert_truthful(order.id).status == "created"


def test_an_unknown_action_is_recorded_as_neutral(client, device, path):
    order = factories.order()
    scan(client, path, device, said(order, action="Teleported"))
    assert [row.action for row in tracks()] == ["scanned"]
    assert assert_truthful(order.id).status == "created"


def test_a_device_of_nobody_may_name_its_worker_by_name_and_address(client, device, path):
    order, worker = factories.order(), factories.worker("Max", email="max@example.com")
    named = {"workerName": " max ", "workerEmail": "MAX@example.com"}
    answer = scan(client, path, device, said(order, **named)).json
    assert answer["track"]["worker_id"] == answer["track"]["workerId"] == worker.id
    assert assert_truthful(order.id).custodian_id == worker.id


@pytest.mark.parametrize(
    "named",
    [
        {"workerName": "Nobody", "workerEmail": "max@example.com"},
        {"workerName": "Max", "workerEmail": "nobody@example.com"},
        {"workerName": "Gone", "workerEmail": "gone@example.com"},
    ],
    ids=["another name", "another address", "deactivated"],
)
def test_a_device_of_nobody_names_no_worker_who_does_not_exist(client, device, path, named):
    order = factories.order()
    factories.worker("Max", email="max@example.com")
    factories.worker("Gone", email="gone@example.com", is_active=False)
    answer = scan(client, path, device, said(order, **named)).json
    assert (answer["track"]["worker_id"], answer["track"]["reason"]) == (None, "worker_unknown")
    assert assert_truthful(order.id).status == "created"


def test_a_workers_device_that_names_another_by_name_is_flagged(client, path):
    order, worker = factories.order(), factories.worker("Max", email="max@example.com")
    factories.worker("Eva", email="eva@example.com")
    bound = factories.device(worker_id=worker.id)
    for name, is_flagged in (("Max", False), ("Nobody", False), ("Eva", True)):
        named = {"workerName": name, "workerEmail": f"{name}@example.com"}
        scan(client, path, bound, said(order, **named))
        row = tracks()[-1]
        assert row.worker_id == worker.id
        assert ("worker_mismatch" in row.reasons) is is_flagged
