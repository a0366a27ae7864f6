"""A certificate as data: what its link, its file and its signature alone say, and that nothing else passes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.support.certificates import read_certificate, sign_certificate
from app.support.license_tokens import card_of, sign_license
from app.support.signing import KeyRing
from app.support.tokens import TokenInvalid

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ISSUER = "https://handover.example"
RING = KeyRing.of("a-secret-of-the-tests-with-enough-letters")
CONTENT: dict[str, Any] = {
    "issuer": ISSUER,
    "order": {"order_number": "K7WQ2RNT", "status": "created", "service": "Őze <&> \u2028 😀"},
    "events": [{"place": None, "piece": 2, "forced": False}],
    "seal": None,
}
MADE = sign_certificate(CONTENT, at=NOW, key=RING.current)


def read(text: str, issuer: str = ISSUER) -> dict[str, Any]:
    return read_certificate(text, ring=RING, issuer=issuer)


def test_link_and_signature_say_the_main_facts() -> None:
    for text in (MADE.link(), MADE.signature, f"  {MADE.link()}\n"):
        said = read(text)
        assert (said["sub"], said["st"], said["e"], said["s"]) == ("K7WQ2RNT", "created", 1, None)
        assert "content" not in said


def test_a_file_gives_its_content_however_it_is_laid_out() -> None:
    assert read(MADE.as_json().decode())["content"] == CONTENT
    laid_out = json.dumps(json.loads(MADE.as_json()), indent=4)
    assert read(laid_out)["content"] == CONTENT


@pytest.mark.parametrize(
    "change", [{"seal": {"number": 1}}, {"events": []}, {"more": 1}, {"order": {"service": "x"}}]
)
def test_another_content_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        read(json.dumps({"certificate": {**CONTENT, **change}, "signature": MADE.signature}))


@pytest.mark.parametrize("value", [float("nan"), 1.5, "\ud800", [[[]]]])
def test_what_no_content_of_ours_holds_is_refused(value: Any) -> None:
    with pytest.raises(TokenInvalid):
        read(json.dumps({"certificate": {**CONTENT, "seal": value}, "signature": MADE.signature}))


def test_a_license_is_no_certificate_and_another_issuers_is_none() -> None:
    said = {
        "code": "LIC-7K3M9QX2AB",
        "serial": 1,
        "holder": "A",
        "type_code": "t",
        "level": 1,
        "index": 1,
    }
    card = card_of(said, issued_at=NOW, ends_at=None, at=NOW)
    with pytest.raises(TokenInvalid):
        read(sign_license(card, issuer=ISSUER, key=RING.current))
    with pytest.raises(TokenInvalid):
        read(MADE.signature, issuer="https://other.example")
