"""The token on a license's card: what it says, how long, and that nothing else passes for one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS

from app.support.license_tokens import (
    LicenseClaims,
    badge_of,
    card_of,
    read_license,
    sign_license,
)
from app.support.signed_claims import key_set, sign_claims
from app.support.signing import KeyRing
from app.support.tokens import TokenExpired, TokenInvalid

NOW = datetime(2026, 11, 30, 12, 34, 56, tzinfo=UTC)
ISSUER = "https://handover.example"
SECRET = "a-secret-of-the-tests-with-enough-letters"
OTHER = "another-secret-of-the-tests-just-as-long"
RING = KeyRing.of(SECRET)
SAID: dict[str, Any] = {
    "code": "LIC-7K3M9QX2AB",
    "serial": 3,
    "holder": "Őze Алина",
    "type_code": "dry_cleaning",
    "level": 2,
    "index": 41,
}


def card(**changes: Any) -> LicenseClaims:
    made = card_of(SAID, issued_at=NOW - timedelta(days=9), ends_at=None, at=NOW)
    return replace(made, **changes)


def token_of(claims: LicenseClaims, ring: KeyRing = RING) -> str:
    return sign_license(claims, issuer=ISSUER, key=ring.current)


def read(token: str, *, at: datetime = NOW, ring: KeyRing = RING) -> LicenseClaims:
    return read_license(token, ring=ring, issuer=ISSUER, at=at)


def part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_card_says_what_was_signed() -> None:
    assert read(token_of(card())) == card()


def test_an_independent_library_verifies_a_card_with_the_key_set_alone() -> None:
    ring = KeyRing.of(SECRET, [OTHER])
    signed = JWS()
    signed.deserialize(token_of(card(), ring))
    signed.verify(JWKSet.from_json(json.dumps(key_set(ring))))
    said = json.loads(signed.payload)
    assert (said["n"], said["t"], said["l"], said["i"]) == ("Őze Алина", "dry_cleaning", 2, 41)
    assert (said["iss"], said["jti"]) == (ISSUER, "LIC-7K3M9QX2AB.3")


def test_a_card_is_the_same_all_day_and_lives_for_90_days() -> None:
    morning = card_of(SAID, issued_at=NOW - timedelta(days=9), ends_at=None, at=NOW)
    evening = card_of(
        SAID, issued_at=NOW - timedelta(days=9), ends_at=None, at=NOW + timedelta(hours=11)
    )
    assert token_of(morning) == token_of(evening)
    assert morning.expires_at == datetime(2027, 2, 28, tzinfo=UTC)


def test_a_card_does_not_outlive_its_license_and_is_not_older_than_it() -> None:
    ends_at = NOW + timedelta(days=5)
    made = card_of(SAID, issued_at=NOW - timedelta(hours=1), ends_at=ends_at, at=NOW)
    assert (made.issued_at, made.expires_at) == (NOW - timedelta(hours=1), ends_at)


def test_a_badge_lives_for_10_minutes() -> None:
    badge = token_of(badge_of(SAID, ends_at=None, at=NOW))
    assert read(badge, at=NOW + timedelta(minutes=11)).code == SAID["code"]
    with pytest.raises(TokenExpired):
        read(badge, at=NOW + timedelta(minutes=12))


def test_clocks_may_differ_by_two_minutes() -> None:
    token = token_of(badge_of(SAID, ends_at=None, at=NOW))
    assert read(token, at=NOW - timedelta(minutes=2))
    with pytest.raises(TokenInvalid):
        read(token, at=NOW - timedelta(minutes=2, seconds=1))


def test_a_byte_changed_anywhere_makes_a_card_invalid() -> None:
    token = token_of(card())
    for place, letter in enumerate(token):
        for other in {"A", "B", "_", "."} - {letter}:
            with pytest.raises(TokenInvalid):
                read(token[:place] + other + token[place + 1 :])
    # The last letter has spare bits: most libraries take any of these for the same signature.
    for other in {chr(ord(token[-1]) + 1), chr(ord(token[-1]) - 1)}:
        with pytest.raises(TokenInvalid):
            read(token[:-1] + other)


def test_a_card_of_a_retired_key_counts_and_one_of_a_strange_key_does_not() -> None:
    old = token_of(card(), KeyRing.of(OTHER))
    assert read(old, ring=KeyRing.of(SECRET, [OTHER])) == card()
    with pytest.raises(TokenInvalid):
        read(old)


def test_the_name_of_another_key_does_not_make_a_card_genuine() -> None:
    ring = KeyRing.of(SECRET, [OTHER])
    header, body, signature = token_of(card(), ring).split(".")
    other = next(one for one in ring.by_id if one != ring.current.key_id)
    header = part({"alg": "EdDSA", "kid": other, "typ": "license"})
    with pytest.raises(TokenInvalid):
        read(f"{header}.{body}.{signature}", ring=ring)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_no_other_way_to_sign_counts(algorithm: str) -> None:
    said = jwt.decode(token_of(card()), options={"verify_signature": False})
    public = RING.current.license_public_key
    kid = RING.current.key_id
    if algorithm == "EdDSA":
        header, body, _ = token_of(card()).split(".")
        forged = f"{header}.{body}."
    else:
        secret = {"none": "", "HS256": urlsafe_b64encode(public).decode()}[algorithm]
        forged = jwt.encode(
            said, secret, algorithm=algorithm, headers={"kid": kid, "typ": "license"}
        )
    with pytest.raises(TokenInvalid):
        read(forged)


def test_a_card_of_another_issuer_is_invalid() -> None:
    foreign = sign_license(card(), issuer="https://elsewhere.example", key=RING.current)
    with pytest.raises(TokenInvalid):
        read(foreign)


def test_a_token_of_another_kind_is_no_license() -> None:
    said = jwt.decode(token_of(card()), options={"verify_signature": False})
    with pytest.raises(TokenInvalid):
        read(sign_claims("custody", said, RING.current))


@pytest.mark.parametrize(
    "wrong",
    [
        {"jti": "LIC-7K3M9QX2AB"},
        {"jti": 7},
        {"l": "2"},
        {"l": True},
        {"i": -1},
        {"i": 1.5},
        {"n": ""},
        {"exp": "soon"},
        {"exp": 10**30},
        {"nbf": int(NOW.timestamp()) + 121},
    ],
)
def test_claims_that_no_license_has_are_invalid(wrong: dict[str, Any]) -> None:
    said = jwt.decode(token_of(card()), options={"verify_signature": False})
    with pytest.raises(TokenInvalid):
        read(sign_claims("license", {**said, **wrong}, RING.current))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "[].[].[]", "x" * 600_000])
def test_what_is_no_token_is_invalid(text: str) -> None:
    with pytest.raises(TokenInvalid):
        read(text)
