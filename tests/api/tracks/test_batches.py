"""Batches of queued scans: each event by itself, all in one transaction (scans.md 7)."""

from __future__ import annotations

import json

import pytest

from app.support import clock
from tests import factories
from tests.scanning import SCAN, SCANS, aged_order, ago, assert_truthful, batch, event, tracks


def upload(client, device, *events, **more):
    return client.post(SCANS, json=batch(*events, **more), headers=device.headers)


def test_results_stand_in_the_requests_order_and_are_counted(client, device):
    order, done = aged_order(), aged_order(status="delivered")
    events = [
        event(order.label_code, "completed", occurred_at=ago(minutes=1)),
        event("NOSUCH42"),
        event(order.label_code, "teleported"),
        event(done.label_code, "picked_up"),
        event(order.label_code, "picked_up", occurred_at=ago(minutes=3)),
        event(order.label_code, "processing", occurred_at=ago(minutes=2)),
    ]
    events.append(events[0])
    answer = upload(client, device, *events)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Scan-Batch-Limit"] == "500"
    told = answer.json
    assert told["batch"] == "partial"
    assert told["counts"] == {
        "accepted": 3,
        "flagged": 1,
        "rejected": 1,
        "replayed": 1,
        "error": 1,
    }
    assert [one["event_id"] for one in told["results"]] == [one["event_id"] for one in events]
    kinds = [one.get("result", one.get("error")) for one in told["results"]]
    assert kinds == [
        "accepted",
        "rejected",
        "VALIDATION_ERROR",
        "flagged",
        "accepted",
        "accepted",
        "accepted",
    ]
    assert told["results"][0]["transition"] == {
        "from": "processing",
        "to": "completed",
        "applied": True,
        "skipped": [],
    }
    assert told["results"][-1]["replayed"] is True
    assert_truthful(order.id)
    assert len(tracks()) == 5


def test_a_whole_batch_without_a_bad_event_is_ok(client, device):
    answer = upload(client, device, event(aged_order().label_code))
    assert answer.json["batch"] == "ok"


def test_an_empty_batch_is_ok_and_stores_nothing(client, device):
    answer = upload(client, device)
    assert (answer.status_code, answer.json["results"], tracks()) == (200, [], [])


BAD_EVENTS = {
    "no object": ([], "event"),
    "a text": ("x", "event"),
    "null": (None, "event"),
    "no key": ({"event_id": None}, "event_id"),
    "a key that is no UUID": ({"event_id": "7"}, "event_id"),
    "no time": ({"occurred_at": None}, "occurred_at"),
    "a time without an offset": ({"occurred_at": "2026-11-20T05:00:00"}, "occurred_at"),
    "year 0": ({"occurred_at": "0000-01-01T00:00:00Z"}, "occurred_at"),
    "year 9999": ({"occurred_at": "9999-12-31T23:59:59Z"}, "occurred_at"),
    "an empty label": ({"code": "  "}, "code"),
    "a label of 10 KB": ({"code": "x" * 10_240}, "code"),
    "a huge number": ({"seq": 10**30}, "seq"),
    "a negative number": ({"seq": -1}, "seq"),
    "a broken number": ({"seq": 1.5}, "seq"),
    "a latitude beyond the pole": ({"location": {"lat": 91}}, "location.lat"),
    "a latitude beyond all": ({"location": {"lat": 10**400}}, "location.lat"),
    "a longitude that is a text": ({"location": {"lon": "11"}}, "location.lon"),
    "a place that is a list": ({"location": ["VAN"]}, "location"),
    "a note that is a list": ({"note": ["x"]}, "note"),
    "a note with NUL": ({"note": "a\x00b"}, "note"),
    "a note of 3,000 characters": ({"note": "x" * 3_000}, "note"),
    "piece 0": ({"pieces": {"n": 0}}, "pieces.n"),
    "an uptime without a boot": ({"mono": {"at": 1, "now": 2}}, "mono.boot"),
    "a force of a simple device": ({"force": {"reason": "x"}}, "force"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_a_bad_event_is_named_and_spoils_no_good_one(client, device, name):
    spoiled, field = BAD_EVENTS[name]
    order = aged_order()
    bad = event(order.label_code) | spoiled if isinstance(spoiled, dict) else spoiled
    good = event(order.label_code, "picked_up")
    answer = upload(client, device, bad, good)
    assert answer.status_code == 200, answer.text
    refused, recorded = answer.json["results"]
    assert (refused["error"], refused["field"]) == ("VALIDATION_ERROR", field)
    assert refused["message"]
    if isinstance(bad, dict):
        assert refused["event_id"] == bad["event_id"]
    assert recorded["result"] == "accepted"
    assert [row.event_id for row in tracks()] == [good["event_id"]]


def test_a_key_twice_in_one_batch_with_other_content_is_a_conflict(client, device):
    order = aged_order()
    one = event(order.label_code, "picked_up")
    answer = upload(client, device, one, one | {"action": "delivered"}, one)
    assert [item.get("error") for item in answer.json["results"]] == [
        None,
        "IDEMPOTENCY_CONFLICT",
        None,
    ]
    assert answer.json["counts"]["error"] == 1
    assert answer.json["counts"]["replayed"] == 1
    assert assert_truthful(order.id).status == "picked_up"


def test_a_stored_key_with_other_content_is_an_item_and_spoils_nothing(client, device):
    order = aged_order()
    one = event(order.label_code, "picked_up")
    upload(client, device, one)
    later = event(order.label_code, "processing")
    answer = upload(client, device, one | {"action": "delivered"}, later)
    assert answer.json["results"][0]["error"] == "IDEMPOTENCY_CONFLICT"
    assert assert_truthful(order.id).status == "processing"


def test_a_batch_sent_again_is_a_replay_of_each_event(client, device):
    orders = [aged_order() for _ in range(3)]
    events = [event(one.label_code, "picked_up") for one in orders]
    first = upload(client, device, *events)
    again = upload(client, device, *reversed(events))
    assert again.json["counts"]["replayed"] == 3
    expected = [{**one, "replayed": True} for one in reversed(first.json["results"])]
    assert again.json["results"] == expected
    for order in orders:
        assert assert_truthful(order.id).version == 2


def test_a_single_scan_and_a_batch_share_their_keys(client, device):
    one = event(aged_order().label_code)
    upload(client, device, one)
    single = client.post(SCAN, json=one | {"sent_at": ago()}, headers=device.headers)
    assert (single.status_code, single.json["replayed"]) == (200, True)


def test_events_are_processed_by_their_time_and_number(client, device):
    order = aged_order()
    at = ago(minutes=5)
    events = [
        event(order.label_code, "completed", occurred_at=at, seq=3),
        event(order.label_code, "processing", occurred_at=at, seq=2),
        event(order.label_code, "picked_up", occurred_at=at, seq=1),
    ]
    answer = upload(client, device, *events)
    assert [one["reasons"] for one in answer.json["results"]] == [[], [], []]
    assert assert_truthful(order.id).status == "completed"


def test_a_double_read_is_found_whatever_the_order_in_the_batch(client, device):
    order = aged_order()
    events = [
        event(order.label_code, "scanned", occurred_at=ago(seconds=seconds))
        for seconds in (0, 120, 115)
    ]
    answer = upload(client, device, *events)
    assert [one["reasons"] for one in answer.json["results"]] == [[], [], ["double_read"]]


def test_numbers_that_contradict_the_times_are_untrusted(client, device):
    order = aged_order()
    events = [
        event(order.label_code, "scanned", occurred_at=ago(minutes=1), seq=1),
        event(order.label_code, "scanned", occurred_at=ago(minutes=9), seq=2),
        event(order.label_code, "scanned", occurred_at=ago(minutes=5), seq=3),
    ]
    answer = upload(client, device, *events)
    found = [one["time"]["clock"] for one in answer.json["results"]]
    assert found == ["untrusted", "trusted", "trusted"]
    assert answer.json["results"][0]["reasons"] == ["clock_untrusted"]


def test_missing_numbers_are_told_until_they_arrive(client, device):
    code = aged_order().label_code

    def told(*numbers):
        return upload(client, device, *(event(code, "scanned", seq=one) for one in numbers))

    assert told(1838).json["missing_seq"] == []
    assert told(1841, 1843).json["missing_seq"] == [[1839, 1840], [1842, 1842]]
    me = client.get("/api/v1/devices/me", headers=device.headers)
    assert me.json["missing_seq"] == [[1839, 1840], [1842, 1842]]
    assert told(1840, 1842).json["missing_seq"] == [[1839, 1839]]
    assert told(1839).json["missing_seq"] == []


def test_a_number_that_is_stored_already_is_not_missing(client):
    """A worker signed in again: what the old device had sent is not asked of the new one."""
    worker, code = factories.worker(), aged_order().label_code
    old, new = (factories.device(worker_id=worker.id) for _ in range(2))
    events = [event(code, "scanned", seq=seq) for seq in range(1, 7)]
    upload(client, old, events[1], events[3], events[4])
    assert upload(client, new, *events[:3]).json["missing_seq"] == []
    assert upload(client, new, events[5]).json["missing_seq"] == [[4, 5]]
    assert upload(client, new, events[3]).json["missing_seq"] == [[5, 5]]
    single = {**events[4], "sent_at": ago()}
    answer = client.post(SCAN, json=single, headers=new.headers)
    assert (answer.status_code, answer.json["missing_seq"]) == (200, [])
    me = client.get("/api/v1/devices/me", headers=new.headers)
    assert me.json["missing_seq"] == []
    assert len(tracks()) == 6


def test_500_events_are_recorded_and_501_are_too_many(client, device):
    orders = [aged_order() for _ in range(50)]
    events = [event(orders[number % 50].label_code, "scanned") for number in range(501)]
    refused = upload(client, device, *events)
    assert (refused.status_code, refused.json["error_code"]) == (413, "TOO_LARGE")
    assert refused.headers["Scan-Batch-Limit"] == "500"
    assert tracks() == []
    answer = upload(client, device, *events[:500])
    assert answer.status_code == 200
    assert sum(answer.json["counts"].values()) == len(tracks()) == 500
    for order in orders:
        assert assert_truthful(order.id).version == 11


def test_more_than_one_mebibyte_is_too_large(client, device):
    body = json.dumps(batch(event("NOSUCH42"), padding="x" * 1024 * 1024))
    answer = client.post(SCANS, data=body, content_type="application/json", headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (413, "TOO_LARGE")
    assert answer.headers["Scan-Batch-Limit"] == "500"
    assert tracks() == []


@pytest.mark.parametrize(
    ("spoiled", "field"),
    [
        ({"sent_at": None}, "sent_at"),
        ({"sent_at": "now"}, "sent_at"),
        ({"sent_at": "9999-12-31T23:59:59Z"}, "sent_at"),
        ({"events": None}, "events"),
        ({"events": {}}, "events"),
        ({"events": "x"}, "events"),
        ({"queue_depth": -1}, "queue_depth"),
        ({"queue_depth": "many"}, "queue_depth"),
    ],
)
def test_a_bad_batch_is_refused_as_a_whole(client, device, spoiled, field):
    body = batch(event(aged_order().label_code)) | spoiled
    answer = client.post(SCANS, json=body, headers=device.headers)
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])
    assert tracks() == []


def test_what_a_batch_tells_of_its_device_is_kept(client, device, admin):
    upload(client, device, event(aged_order().label_code), queue_depth=17)
    shown = admin.get(f"/api/v1/devices/{device.id}").json
    assert shown["queue_depth"] == 17
    assert clock.parse_instant(shown["last_seen_at"]) <= clock.now()


def test_two_devices_may_upload_about_one_order(client):
    order = aged_order()
    first, second = factories.device(), factories.device()
    upload(client, first, event(order.label_code, "completed", occurred_at=ago(minutes=1)))
    upload(client, second, event(order.label_code, "picked_up", occurred_at=ago(minutes=2)))
    assert assert_truthful(order.id).status == "completed"
