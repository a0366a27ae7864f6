"""Many devices at the same moment: nothing is lost, nothing doubled, one truth (scans.md 4, 6)."""

from __future__ import annotations

import random
import sys
import threading
import uuid
from collections import Counter

import pytest

from app.database import db
from app.operations.devices.scanning import DRAIN_EVENTS
from app.support import clock
from app.support.words import RANKS
from tests import factories
from tests.faults.fleet import Call, Fleet, refusals
from tests.faults.undoing import listening
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    ago,
    assert_truthful,
    batch,
    event,
    long_form,
    tracks,
)

RIVALS = 10
KEYS = 100


@pytest.fixture(scope="module")
def fleet(environment, migrated_app):
    fleet = Fleet(environment, RIVALS)
    yield fleet
    fleet.close()


@pytest.fixture
def report(fleet):
    """Note how many requests were refused and replayed, and hold them to be rare."""

    def note(answers, most_refused: int) -> None:
        refused = refusals(answers)
        sys.stdout.write(f"refused {dict(refused)}, replayed {fleet.replays}")
        assert set(refused) <= {503}
        assert refused[503] <= most_refused

    return note


def shuffled(calls: list[Call]) -> list[Call]:
    return random.sample(calls, len(calls))


def test_ten_processes_with_the_same_keys_store_each_once(app, fleet, device, report):
    orders = [aged_order() for _ in range(20)]
    calls = [
        Call(SCAN, long_form(orders[number % 20].label_code, "picked_up"), device.headers)
        for number in range(KEYS)
    ]
    answers = fleet.send([shuffled(calls) for _ in range(RIVALS)])
    statuses = Counter(one.status for some in answers for one in some)
    assert statuses == {201: KEYS, 200: KEYS * (RIVALS - 1)}
    created = Counter(one.json["event_id"] for some in answers for one in some if one.status == 201)
    assert set(created.values()) == {1}
    assert sorted(row.event_id for row in tracks()) == sorted(c.body["event_id"] for c in calls)
    for order in orders:
        assert_truthful(order.id)
    report(answers, most_refused=KEYS * RIVALS // 50)


def test_the_same_batches_from_ten_processes_store_each_event_once(app, fleet, device, report):
    orders = [aged_order() for _ in range(20)]
    events = [event(orders[number % 20].label_code, "picked_up") for number in range(KEYS)]

    def uploads() -> list[Call]:
        mixed = random.sample(events, KEYS)
        parts = [mixed[start : start + 20] for start in range(0, KEYS, 20)]
        return [Call(SCANS, batch(*part), device.headers) for part in parts]

    answers = fleet.send([uploads() for _ in range(RIVALS)])
    assert {one.status for some in answers for one in some} == {200}
    results = [told for some in answers for one in some for told in one.json["results"]]
    assert Counter(told["replayed"] for told in results) == {
        False: KEYS,
        True: KEYS * (RIVALS - 1),
    }
    assert sorted(row.event_id for row in tracks()) == sorted(one["event_id"] for one in events)
    for order in orders:
        assert_truthful(order.id)
    report(answers, most_refused=2 * RIVALS)


def test_eight_processes_scanning_one_order_are_all_counted(app, fleet, report):
    order = aged_order()
    devices = [factories.device() for _ in range(8)]
    work = [
        [
            Call(
                SCAN,
                long_form(
                    order.label_code,
                    random.choice([*RANKS, "scanned"]),
                    occurred_at=ago(seconds=random.randrange(600)),
                ),
                one.headers,
            )
            for _ in range(25)
        ]
        for one in devices
    ]
    answers = fleet.send(work)
    assert {one.status for some in answers for one in some} == {201}
    assert len(tracks(order_id=order.id)) == 200
    versions = sorted(row.order_version for row in tracks(order_id=order.id))
    assert versions == list(range(2, 202))
    assert_truthful(order.id)
    report(answers, most_refused=4)


def test_one_device_that_sends_many_scans_at_once_loses_none(app, fleet, device, report):
    orders = [aged_order() for _ in range(RIVALS)]
    work = [
        [
            Call(SCAN, long_form(order.label_code, "scanned", seq=25 * rival + one), device.headers)
            for one in range(25)
        ]
        for rival, order in enumerate(orders)
    ]
    answers = fleet.send(work)
    assert {one.status for some in answers for one in some} == {201}
    assert len(tracks(device_id=device.id)) == 25 * RIVALS
    for order in orders:
        assert assert_truthful(order.id).version == 26
    report(answers, most_refused=5)


def test_old_devices_that_repeat_themselves_at_once_make_one_scan(app, fleet, report):
    order = aged_order()
    said = {
        "order_number": order.order_number,
        "workerId": factories.worker().id,
        "action": "At Factory",
        "location": "PLANT",
    }
    answers = fleet.send([[Call("/worker/scan", said, {})] * 3] * RIVALS)
    assert {one.status for some in answers for one in some} == {200}
    assert len({one.json["track"]["id"] for some in answers for one in some}) == 1
    assert len(tracks()) == 1
    report(answers, most_refused=2)


def test_one_idempotency_key_from_ten_processes_places_one_order(app, fleet, customer, report):
    service = factories.service()
    headers = customer.headers | {"Idempotency-Key": str(uuid.uuid4())}
    call = Call("/api/v1/orders", {"service_id": service.id}, headers)
    answers = fleet.send([[call]] * RIVALS)
    statuses = Counter(one.status for some in answers for one in some)
    assert statuses == {201: 1, 200: RIVALS - 1}
    assert len({one.json["order_number"] for some in answers for one in some}) == 1
    listed = app.test_client().get("/api/v1/orders", headers=customer.headers)
    assert len(listed.json) == 1
    report(answers, most_refused=2)


def test_one_short_form_key_from_ten_processes_makes_one_scan(app, fleet, device, report):
    order = aged_order()
    headers = device.headers | {"Idempotency-Key": "k-1"}
    call = Call(SCAN, {"order_number": order.order_number, "action": "picked_up"}, headers)
    answers = fleet.send([[call]] * RIVALS)
    assert Counter(one.status for some in answers for one in some) == {201: 1, 200: RIVALS - 1}
    assert assert_truthful(order.id).version == 2
    report(answers, most_refused=2)


def test_a_revoked_device_that_uploads_at_once_drains_5000_events_and_no_more(app, fleet, report):
    revoked = factories.device(revoked_at=clock.now(), drained=DRAIN_EVENTS - 50)
    uploads = [batch(*(event("NOSUCH42") for _ in range(20))) for _ in range(RIVALS)]
    answers = fleet.send([[Call(SCANS, upload, revoked.headers)] for upload in uploads])
    statuses = Counter(one.status for some in answers for one in some)
    assert statuses == {200: 2, 403: RIVALS - 2}
    assert len(tracks()) == 40
    report(answers, most_refused=2)


def test_a_scan_that_is_voided_while_it_is_applied_has_no_effect(app, client, admin, device):
    order, supervisor = aged_order(), factories.device(profile="supervisor")
    body = long_form(order.label_code, "processing", occurred_at=ago(days=31))
    client.post(SCAN, json=body, headers=device.headers)
    path, answers = f"{SCANS}/{body['event_id']}", []
    is_judged, is_voided = threading.Event(), threading.Event()

    def apply() -> None:
        answers.append(admin.post(f"{path}/apply", json={"reason": "seen"}))

    applier = threading.Thread(target=apply)

    def wait(_connection, _cursor, statement: str, *_) -> None:
        if threading.current_thread() is applier and statement.startswith("UPDATE orders"):
            is_judged.set()
            is_voided.wait(1)  # in vain: the void waits for the apply

    with listening(db.engine, "before_cursor_execute", wait):
        applier.start()
        assert is_judged.wait(60)
        void = {"event_id": str(uuid.uuid4()), "reason": "did_not_occur"}
        answers.append(client.post(f"{path}/void", json=void, headers=supervisor.headers))
        is_voided.set()
        applier.join(60)
    assert [one.status_code for one in answers] == [201, 201]
    assert assert_truthful(order.id).status == "created"
