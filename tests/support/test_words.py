"""The vocabulary of orders and scans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support import words


def test_the_ranks_are_those_of_the_fold() -> None:
    assert dict(words.STATUSES) == {
        "created": 0,
        "picked_up": 10,
        "processing": 30,
        "completed": 40,
        "delivered": 70,
        "cancelled": None,
    }
    assert dict(words.RANKS) == {
        word: rank for word, rank in words.STATUSES.items() if rank is not None
    }


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("picked_up", "picked_up"),
        (" Picked Up ", "picked_up"),
        ("PICKED-UP", "picked_up"),
        ("picked  -  up", "picked_up"),
        ("Scanned", "scanned"),
        ("At Store", "created"),
        ("Pending", "created"),
        ("In Transit to Factory", "picked_up"),
        ("At Factory", "processing"),
        ("Quality Check", "processing"),
        ("Ready for Delivery", "completed"),
        ("ready", "completed"),
        ("In Transit to Store", "completed"),
        ("out-for-delivery", "completed"),
        ("Delivered", "delivered"),
        ("cancelled", None),
        ("auto", None),
        ("", None),
        ("created!", None),
        (None, None),
        (7, None),
        (["created"], None),
    ],
)
def test_an_action_is_known_by_all_its_names(text: object, action: str | None) -> None:
    assert words.normal_action(text) == action


@pytest.mark.parametrize(
    ("text", "status"),
    [("Cancelled", "cancelled"), ("At Factory", "processing"), ("scanned", None), (None, None)],
)
def test_a_status_may_be_cancelled_but_not_scanned(text: object, status: str | None) -> None:
    assert words.normal_status(text) == status


def test_every_action_but_scanned_is_a_status() -> None:
    assert set(words.SCAN_ACTIONS) - set(words.STATUSES) == {"scanned"}


@pytest.mark.parametrize(
    ("reasons", "result", "signal"),
    [
        ([], "accepted", "ok"),
        (["double_read"], "accepted", "ok"),
        (["late_no_change", "stale"], "flagged", "warn"),
        (["already_in_state"], "flagged", "warn"),
        (["order_cancelled"], "flagged", "stop"),
        (["forced", "after_terminal"], "flagged", "stop"),
        (["skipped_states", "unknown_code"], "rejected", "stop"),
        (["quarantined"], "rejected", "stop"),
    ],
)
def test_the_gravest_reason_decides(
    reasons: list[str], result: words.Result, signal: words.Signal
) -> None:
    assert words.result_of(reasons) == result
    assert words.signal_of(result, reasons) == signal


def test_reasons_are_listed_in_the_order_of_the_vocabulary() -> None:
    given_reasons = ["double_read", "stale", "unverified", "stale", "bad_check"]
    assert words.ordered(given_reasons) == ("bad_check", "unverified", "stale", "double_read")


def test_an_unknown_reason_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError):
        words.result_of(["because"])


@given(st.lists(st.sampled_from(words.REASONS)))
def test_the_first_reason_always_agrees_with_the_result(reasons: list[str]) -> None:
    first = words.ordered(reasons)[:1]
    assert words.result_of(first) == words.result_of(reasons)


def test_no_reason_stands_twice() -> None:
    assert len(set(words.REASONS)) == len(words.REASONS) == 29
