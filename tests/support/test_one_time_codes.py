"""One-time codes agree with RFC 6238, and are told from everything else that is typed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.support import one_time_codes

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert one_time_codes.code_at(RFC_SECRET, at) == code
    assert one_time_codes.step_of(RFC_SECRET, code, at) == seconds // 30


@pytest.mark.parametrize("drift", [-60, -30, 0, 30, 60])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(drift: int) -> None:
    shown = one_time_codes.code_at(RFC_SECRET, NOON + timedelta(seconds=drift))
    step = one_time_codes.step_of(RFC_SECRET, shown, NOON)
    if abs(drift) <= 30:
        assert step == (int(NOON.timestamp()) + drift) // 30
    else:
        assert step is None


@pytest.mark.parametrize("typed", ["287082", " 287 082 ", "287-082", "287\u00a0082"])
def test_blanks_and_dashes_in_a_code_do_not_matter(typed: str) -> None:
    assert one_time_codes.read_code(typed) == "287082"


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "ABCD-EFGH-JKMN"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert one_time_codes.read_code(typed) is None


def test_secrets_differ_and_are_grouped_to_be_copied() -> None:
    one, other = one_time_codes.new_secret(), one_time_codes.new_secret()
    assert one != other
    assert len(base64.b32decode(one)) == 20
    assert one_time_codes.grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_the_address_for_apps_names_the_account_and_the_secret() -> None:
    address = urlsplit(one_time_codes.enrolment_address(RFC_SECRET, account="boss@example.com"))
    query = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Handover:boss%40example.com"
    assert (query["secret"], query["issuer"]) == ([RFC_SECRET], ["Handover"])
