"""Texts and bodies that would break a reader: refused or recorded in words, never a fault."""

from __future__ import annotations

import json

import pytest

from app.support.label_codes import new_label_code
from tests import factories
from tests.scanning import SCAN, SCANS, aged_order, ago, assert_truthful, batch, event, tracks

HOSTILE_LABELS = {
    "a dict that would call": "{'order_number': __import__('os').system('true')}",
    "a dict with a comprehension": "{x: x for x in ().__class__.__base__.__subclasses__()}",
    "a set of sets": "{" * 2_000,
    "JSON nested 2,000 deep": "[" * 2_000 + "]" * 2_000,
    "objects nested deep": '{"a":' * 600 + "1" + "}" * 600,
    "an endless power": "{'order_number': 9**9**9**9}",
    "a huge integer": '{"order_id": ' + "9" * 4_000 + "}",
    "not a number": '{"order_id": NaN}',
    "a number below zero": '{"order_id": -1}',
    "a boolean": '{"order_id": true}',
    "SQL": "' OR 1=1; DROP TABLE tracks; --",
    "NUL": "ORDER: K7\x00WQ",
    "controls": "\x01\x02\x1b[2J",
    "right to left": "\u202eK7WQ2RNT",
    "full-width letters": "ＫＷＱＲＮＴＶＸ",
    "Kelvin and long s": "\u212a\u017f" * 12,
    "emoji": "🧺" * 64,
    "dashes": "-" * 4_096,
    "pieces of pieces": "A" + "-1" * 2_000,
    "percent signs": "http://handover.test/T/" + "%" * 200,
    "a bad IPv6 host": "http://[::1/T/x",
    "a foreign link": "https://elsewhere.example/T/x",
    "a javascript link": "javascript:alert(1)",
    "a payment": "upi://pay?pa=a@b&am=1",
    "a vCard": "BEGIN:VCARD\nFN:Ada\nEND:VCARD",
    "4,096 letters": "X" * 4_096,
}


@pytest.mark.parametrize("name", HOSTILE_LABELS)
@pytest.mark.parametrize("form", ["long", "batch", "short", "old"])
def test_a_hostile_label_is_recorded_and_has_no_effect(client, device, name, form):
    order, text = aged_order(), HOSTILE_LABELS[name]
    headers = device.headers
    if form == "long":
        body = event(text) | {"sent_at": ago()}
        answer = client.post(SCAN, json=body, headers=headers)
        assert (answer.status_code, answer.json["result"]) == (201, "rejected"), answer.text
    elif form == "batch":
        answer = client.post(SCANS, json=batch(event(text)), headers=headers)
        assert (answer.status_code, answer.json["counts"]["rejected"]) == (200, 1), answer.text
    elif form == "short":
        body = {"qr_data": text, "action": "picked_up"}
        answer = client.post(SCAN, json=body, headers=headers)
        assert answer.status_code in (400, 404), answer.text
    else:
        answer = client.post("/worker/scan", json={"orderData": text}, headers=headers)
        assert answer.status_code == 404, answer.text
    (row,) = tracks()
    assert (row.result, row.order_id) == ("rejected", None)
    assert assert_truthful(order.id).status == "created"


UNREADABLE = {"empty": "", "blank": " \t\n", "4,097 letters": "X" * 4_097, "10 KB": "é" * 10_240}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("form", ["long", "short", "old"])
def test_an_empty_or_endless_label_is_refused_and_not_recorded(client, device, name, form):
    path, body = {
        "long": (SCAN, event(UNREADABLE[name]) | {"sent_at": ago()}),
        "short": (SCAN, {"qr_data": UNREADABLE[name], "action": "picked_up"}),
        "old": ("/worker/scan", {"orderData": UNREADABLE[name]}),
    }[form]
    answer = client.post(path, json=body, headers=device.headers)
    assert answer.status_code == 400, answer.text
    assert tracks() == []


@pytest.mark.parametrize("prefix", ["", "  ", "HTTP///handover.test/t/", "]C1", "x" * 100 + "/"])
def test_whatever_stands_before_our_code_is_ignored(client, device, prefix):
    order = aged_order()
    body = event(prefix + order.label_code.lower()) | {"sent_at": ago()}
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert answer.json["order"]["order_number"] == order.order_number
    assert assert_truthful(order.id).status == "picked_up"


HOSTILE_BODIES = {
    "an array": b"[]",
    "an array of events": b'[{"event_id": "x"}]',
    "a text": b'"x"',
    "a number": b"7",
    "null": b"null",
    "half an object": b'{"a": ',
    "two objects": b"{}{}",
    "not a number": b'{"sent_at": NaN}',
    "infinity": b'{"sent_at": -Infinity}',
    "nested 100,000 deep": b'{"a":' * 100_000,
    "arrays 100,000 deep": b"[" * 100_000,
    "a lone surrogate": b'{"code": "\\ud800", "note": "x"}',
    "an encoded surrogate": b'{"code": "\xed\xa0\x80"}',
    "a surrogate in UTF-16": '{"code": "\\ud800"}'.encode("utf-16"),
    "no UTF-8": b'{"code": "\xff"}',
    "NUL bytes": b"\x00" * 64,
    "a number of 5,000 digits": b'{"seq": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("name", HOSTILE_BODIES)
@pytest.mark.parametrize("path", [SCAN, SCANS, "/worker/scan", "/api/tracks"])
def test_a_hostile_body_is_refused_and_nothing_is_stored(client, device, path, name):
    answer = client.post(
        path,
        data=HOSTILE_BODIES[name],
        content_type="application/json",
        headers=device.headers,
    )
    assert answer.status_code == 400, answer.text
    assert answer.json["error_code"] in ("INVALID_INPUT", "VALIDATION_ERROR")
    assert tracks() == []


@pytest.mark.parametrize("path", [SCAN, SCANS, "/worker/scan"])
def test_a_body_of_10_megabytes_is_too_large(client, device, path):
    body = json.dumps({"note": "x" * 10_000_000})
    answer = client.post(path, data=body, content_type="application/json", headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize("path", [SCAN, SCANS, "/worker/scan"])
def test_a_body_that_is_no_json_is_another_media_type(client, device, path):
    answer = client.post(path, data="code=x", content_type="text/plain", headers=device.headers)
    assert answer.status_code == 415


HOSTILE_FIELDS = {
    "seq": [2**63, -1, 1.5, "7", True, [7], 10**400],
    "worker_id": [0, -1, 2**63, "7", True, {}, 10**400],
    "occurred_at": [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-02-30T00:00:00Z",
        "2026-11-20T05:00:00",
        "1e400",
        7,
    ],
    "sent_at": ["2026-11-20T25:00:00Z", "9999-12-31T23:59:59Z", {}],
    "mono": [
        7,
        {"boot": "b"},
        {"boot": "b", "at": -1, "now": 1},
        {"boot": "b", "at": 1, "now": "2"},
    ],
    "location": [7, ["x"], {"lat": 10**400}, {"lat": 91}, {"lon": -181}, {"acc_m": "x"}, "x" * 256],
    "pieces": [7, {}, {"n": 0}, {"n": 256}, {"n": "1"}, {"n": 1, "of": 0}],
    "note": [7, "x" * 2_001, "a\x00b", ["x"]],
    "source": [7, "x" * 17],
    "event_id": ["", "7", 7, "g" * 32, None],
    "queue_depth": [-1, 2**31, "7"],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in HOSTILE_FIELDS.items() for value in values],
    ids=lambda value: str(value)[:24],
)
def test_a_hostile_field_is_named_and_nothing_is_stored(client, device, field, value):
    order = aged_order()
    body = event(order.label_code) | {"sent_at": ago()} | {field: value}
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR"), answer.text
    assert all(name.split(".")[0] == field for name in answer.json["details"])
    assert tracks() == []


EDGES = {
    "the highest number": {"seq": 2**63 - 1},
    "an endless uptime": {"mono": {"boot": "b", "at": 0, "now": 2**63 - 1}},
    "an uptime of centuries": {
        "sent_at": "2027-11-20T00:00:00Z",
        "mono": {"boot": "b", "at": 0, "now": 10**15},
    },
    "the pole": {"location": {"lat": -90, "lon": 180}},
    "piece 255": {"pieces": {"n": 255, "of": 255}},
    "1970": {"occurred_at": "1970-01-01T00:00:00Z"},
    "sent in 1970": {"sent_at": "1970-01-01T00:00:00Z"},
    "sent in 2199": {"sent_at": "2199-12-31T23:59:59.999999Z"},
    "nulls": dict.fromkeys(("seq", "mono", "worker_id", "location", "pieces", "note", "force")),
    "unknown keys": {"colour": {"deep": [1, 2, 3]}},
    "emoji": {"note": "🧺" * 2_000, "location": "🧺" * 255},
}


@pytest.mark.parametrize("name", EDGES)
def test_what_is_just_within_the_bounds_is_recorded_once(client, device, name):
    body = event(aged_order().label_code) | {"sent_at": ago()} | EDGES[name]
    first = client.post(SCAN, json=body, headers=device.headers)
    again = client.post(SCAN, json=body, headers=device.headers)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert again.json == {**first.json, "replayed": True}


def test_no_answer_repeats_a_hostile_label(client, device):
    text = "<script>" + new_label_code()[:-1] + "é"
    factories.order()
    for path, body in ((SCAN, event(text) | {"sent_at": ago()}), ("/worker/scan", {"qr": text})):
        answer = client.post(path, json=body, headers=device.headers)
        assert "<script>" not in answer.text
