"""The checkpoint: public, cacheable, signed (ledger.md 3)."""

from __future__ import annotations

import pytest

from app.extensions import signing_keys
from app.operations.audit.sealing import seal_all
from app.support.signed_notes import NotASignedNote, read_note
from app.support.signing import SigningKey

CHECKPOINT = "/api/v1/audit/checkpoint"
ORIGIN = "handover.test"


def test_anyone_reads_the_checkpoint_and_can_check_who_signed_it(client):
    answer = client.get(CHECKPOINT)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = read_note(answer.text, name=ORIGIN, keys=[signing_keys.ring.current]).splitlines()
    assert lines[:2] == [ORIGIN, "0"]
    with pytest.raises(NotASignedNote):
        read_note(answer.text, name=ORIGIN, keys=[SigningKey.derive("another secret")])


def test_the_checkpoint_is_cached_for_half_a_minute_and_compared_by_its_tag(client):
    first = client.get(CHECKPOINT)
    assert first.headers["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in first.headers
    again = client.get(CHECKPOINT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "public, max-age=30"
    assert client.get(CHECKPOINT, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(CHECKPOINT)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_writes_a_checkpoint(client, method):
    assert getattr(client, method)(CHECKPOINT).status_code == 405


def test_a_new_seal_makes_a_new_checkpoint_and_its_rows_name_it(client, customer):
    client.put("/api/v1/customers", json={"name": "Ada L."}, headers=customer.headers)
    first = client.get(CHECKPOINT)
    assert not seal_all().unsound
    second = client.get(CHECKPOINT, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    lines = read_note(second.text, name=ORIGIN, keys=[signing_keys.ring.current]).splitlines()
    assert lines[:2] == [ORIGIN, "1"]
    own = client.get("/api/v1/audit/my-logs", headers=customer.headers).json["logs"]
    assert {row["seal_id"] for row in own} == {1}
