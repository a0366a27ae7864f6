"""What a device is told: all reasons in one order, the gravest decides (scans.md 3, 9)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.tracks import verdicts
from app.operations.tracks.fold import State, Step
from app.operations.tracks.sightings import Recorded
from app.support.words import REASONS

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

# scans.md 9, in its words.
VOCABULARY = """
rejected: unknown_code, bad_check, foreign_label, ambiguous_order, worker_unknown, too_old,
quarantined
flagged: unverified, wrong_business, slot_taken, license_missing, order_cancelled, after_terminal,
wrong_state, regression, rework, already_in_state, skipped_states, piece_missing, worker_mismatch,
superseded_label, before_order, outside_window, stale, clock_untrusted, impossible_travel, forced
accepted: double_read, late_no_change
"""
_KINDS = dict(re.findall(r"(rejected|flagged|accepted): ([^:]+?)(?=\n\w+:|\s*\Z)", VOCABULARY))
LISTED = {kind: re.findall(r"\w+", words) for kind, words in _KINDS.items()}
RANKED = [(reason, kind) for kind in ("rejected", "flagged", "accepted") for reason in LISTED[kind]]
STATE = State(since=NOON, status="processing")


def test_the_vocabulary_is_that_of_the_document():
    assert list(REASONS) == [reason for reason, _ in RANKED]


@given(st.lists(st.sampled_from(RANKED), unique=True).flatmap(st.permutations))
def test_all_reasons_are_listed_in_the_documents_order_and_the_gravest_decides(found):
    verdict = verdicts.without_effect([reason for reason, _ in found], STATE, 1)
    expected = sorted(found, key=RANKED.index)
    assert list(verdict.reasons) == [reason for reason, _ in expected]
    assert verdict.result == (expected[0][1] if expected else "accepted")


def told(reasons=(), *, action="processing", applied=True, **more):
    """The answer about a stored scan with these reasons."""
    step = Step("picked_up", "processing" if applied else "picked_up", NOON, applied, **more)
    verdict = verdicts.with_step(reasons, step, STATE, 1)
    row = dict.fromkeys(
        ("id", "order_id", "order_email", "worker_id", "note", "location", "device_id", "offset_ms")
    )
    row |= {"force_reason": None}
    row |= dict.fromkeys(("occurred_at", "effective_at", "received_at"), NOON)
    row |= {"event_id": "e", "kind": "scan", "action": action, "clock": "trusted"}
    row |= {
        "result": verdict.result,
        "reasons": ",".join(verdict.reasons),
        "verdict": verdict.as_text(),
    }
    return verdicts.answer_of(Recorded(row, "K7WQ2RNT", is_replay=False), missing_seq=[])


@pytest.mark.parametrize(
    ("reasons", "signal"),
    [
        ([], "ok"),
        (["double_read"], "ok"),
        (["late_no_change"], "ok"),
        (["skipped_states"], "warn"),
        (["order_cancelled"], "stop"),
        (["stale", "after_terminal"], "stop"),
        (["unknown_code"], "stop"),
        (["quarantined"], "stop"),
    ],
)
def test_a_device_without_a_screen_is_told_by_a_signal(reasons, signal):
    assert told(reasons)["signal"] == signal


@pytest.mark.parametrize("reason", [reason for reason, _ in RANKED])
def test_every_reason_has_words(reason):
    assert told([reason], skipped=("picked_up",))["message"] != told()["message"]


def test_the_message_says_what_was_skipped():
    message = told(["skipped_states"], skipped=("picked_up",))["message"]
    assert message == "K7WQ2RNT: processing started (pickup scan missing)"
