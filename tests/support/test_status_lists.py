"""The list of void licenses: a bit each, packed, signed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.signing import KeyRing
from app.support.status_lists import is_void, pack_bits, read_status_list, sign_status_list
from app.support.tokens import TokenInvalid

NOW = datetime(2026, 11, 30, 12, 34, 56, tzinfo=UTC)
RING = KeyRing.of("a-secret-of-the-tests-with-enough-letters")


@given(st.sets(st.integers(0, 300)))
def test_the_bit_of_each_void_license_is_set_and_no_other(void: set[int]) -> None:
    packed = pack_bits(void, 301)
    assert {index for index in range(301) if is_void(packed, index)} == void


def test_a_license_beyond_the_list_is_unknown_to_it() -> None:
    assert is_void(pack_bits([1], 8), 7) is False
    assert is_void(pack_bits([1], 8), 8) is None
    assert is_void(pack_bits([], 0), 0) is None


def test_a_million_licenses_fit_into_a_few_kilobytes() -> None:
    assert len(pack_bits(range(0, 1_000_000, 997), 1_000_000)) < 10_000


@pytest.mark.parametrize("text", ["", "AAAA", "eJwD", "!"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        is_void(text, 0)


def test_a_list_is_signed_and_says_when_and_how_long() -> None:
    token = sign_status_list([3], 5, issuer="https://h.example", at=NOW, key=RING.current)
    said = read_status_list(token, ring=RING, issuer="https://h.example")
    assert (said["iat"], said["ttl"]) == (int(NOW.timestamp()), 3600)
    assert is_void(said["status_list"]["lst"], 3)
    with pytest.raises(TokenInvalid):
        read_status_list(token, ring=RING, issuer="https://elsewhere.example")
    with pytest.raises(TokenInvalid):
        read_status_list(token[:-1], ring=RING, issuer="https://h.example")
