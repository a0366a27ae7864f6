"""Tokens: what we sign we read, and everything else is refused in one way."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support import tokens
from app.support.tokens import Claims, JwtSigner, TokenExpired, TokenInvalid

SECRET = "a-secret-of-the-tests-with-enough-letters"
SIGNER = JwtSigner(SECRET, access_minutes=15, refresh_days=30)
AT = datetime(2026, 11, 20, 5, 39, 12, tzinfo=UTC)
GOOD = {
    "iss": "handover",
    "typ": "access",
    "sub": "7",
    "fam": 3,
    "jti": "t1",
    "iat": int(AT.timestamp()),
    "exp": int(AT.timestamp()) + 900,
}


def sign(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return jwt.encode(claims, secret, algorithm=algorithm)


def test_what_was_issued_is_read() -> None:
    token = SIGNER.issue("access", 7, 3, "t1", AT)
    assert SIGNER.read("access", token, AT) == Claims(7, 3, "t1", AT + timedelta(minutes=15))
    payload = jwt.decode(token, options={"verify_signature": False})
    assert payload == GOOD


def test_each_kind_has_its_lifetime() -> None:
    refresh = SIGNER.issue("refresh", 7, 3, "t1", AT)
    assert SIGNER.read("refresh", refresh, AT).expires_at == AT + timedelta(days=30)


def test_a_token_dies_at_its_expiry_and_not_before() -> None:
    token = SIGNER.issue("access", 7, 3, "t1", AT)
    last = AT + timedelta(minutes=15)
    assert SIGNER.read("access", token, last - timedelta(microseconds=1)).subject == 7
    with pytest.raises(TokenExpired):
        SIGNER.read("access", token, last)


def test_a_device_clock_behind_ours_is_no_reason_to_refuse() -> None:
    token = SIGNER.issue("access", 7, 3, "t1", AT)
    assert SIGNER.read("access", token, AT - timedelta(days=1)).subject == 7


def test_a_refresh_token_opens_nothing_else() -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("access", SIGNER.issue("refresh", 7, 3, "t1", AT), AT)
    with pytest.raises(TokenInvalid):
        SIGNER.read("refresh", SIGNER.issue("access", 7, 3, "t1", AT), AT)


def test_an_expired_token_of_another_kind_is_invalid_not_expired() -> None:
    token = SIGNER.issue("access", 7, 3, "t1", AT)
    with pytest.raises(TokenInvalid):
        SIGNER.read("refresh", token, AT + timedelta(days=1))


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("iss", "typ", "sub", "fam", "jti", "exp")),
        {"iss": "elsewhere"},
        {"typ": "id"},
        {"sub": ""},
        {"sub": "0"},
        {"sub": "-7"},
        {"sub": "07"},
        {"sub": " 7"},
        {"sub": "7.0"},
        {"sub": "٧"},
        {"sub": str(2**63)},
        {"sub": "9" * 100},
        {"sub": "admin"},
        {"fam": "3"},
        {"fam": -1},
        {"fam": True},
        {"fam": 2**63},
        {"jti": ""},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e10},
        {"exp": 10**20},
        {"exp": -(10**20)},
        {"aud": "somebody"},
    ],
    ids=str,
)
def test_a_signed_token_with_wrong_claims_is_invalid(changes: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("access", sign(**changes), AT)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "token",
    [
        None,
        7,
        b"",
        "",
        ".",
        "..",
        "a.b.c",
        "ü.ü.ü",
        "\ud800",
        SIGNER.issue("access", 7, 3, "t1", AT).encode(),
        SIGNER.issue("access", 7, 3, "t1", AT)[:-2],
        sign(secret="another-secret-with-just-as-many-letters"),
        sign(secret=SECRET * 2, algorithm="HS512"),
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(GOOD)}.",
        f"{part({'alg': 'HS256', 'crit': ['b64'], 'b64': False})}.{part(GOOD)}.AAAA",
        f"{part({'alg': ['HS256']})}.{part(GOOD)}.AAAA",
        f"{part({'alg': 'HS256', 'kid': 7})}.{part(GOOD)}.AAAA",
        f"{part([])}.{part(GOOD)}.AAAA",
        base64.urlsafe_b64encode(b"[" * 1200).decode() + ".e30.AAAA",
        "e30." * 3 + "A" * 100_000,
    ],
    ids=lambda token: repr(token)[:30],
)
def test_what_we_did_not_sign_is_invalid(token: object) -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("access", token, AT)


def test_a_refusal_carries_no_text_of_a_library() -> None:
    with pytest.raises(TokenInvalid) as refusal:
        SIGNER.read("access", "a.b.c", AT)
    assert str(refusal.value) == ""
    assert refusal.value.__cause__ is None


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".e30.A"))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("access", text, AT)


def test_a_token_has_256_random_bits_behind_its_prefix() -> None:
    made = {tokens.new_token("dev_") for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {47}
    assert all(token.startswith("dev_") for token in made)


def test_a_digest_exists_for_any_text() -> None:
    assert tokens.token_digest("abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")
    assert len(tokens.token_digest("\ud800\0ü")) == 32


def test_a_code_is_read_back_however_it_is_typed() -> None:
    for _ in range(100):
        code = tokens.new_enrol_code()
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        assert tokens.normal_enrol_code(code) == code
        typed = f"  {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
        assert tokens.normal_enrol_code(typed) == code


def test_a_code_has_sixty_random_bits() -> None:
    codes = [tokens.new_enrol_code() for _ in range(400)]
    assert len(set(codes)) == 400
    for place in (*range(4), *range(5, 9), *range(10, 14)):
        assert len({code[place] for code in codes}) > 24


@pytest.mark.parametrize(
    "text",
    ["", "ABCD", "ABCD-EFGH-JKM", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JKMU", "ABCD-EFGH-JKMı", "🐴" * 12],
)
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        tokens.normal_enrol_code(text)


def test_a_derived_event_id_never_changes() -> None:
    assert tokens.derived_event_id("legacy", "K7WQ2RNT") == tokens.derived_event_id(
        "legacy", "K7WQ2RNT"
    )
    assert tokens.derived_event_id("legacy", "K7WQ2RNT") == "45f7c73a-d007-5ee1-a2de-c676ed70d7af"


@given(st.lists(st.text()), st.lists(st.text()))
def test_other_parts_give_another_event_id(one: list[str], other: list[str]) -> None:
    same = tokens.derived_event_id(*one) == tokens.derived_event_id(*other)
    assert same is (one == other)


@given(st.text(st.characters(categories=["Cs", "Cc", "L"])))
def test_any_text_can_be_a_part_of_an_event_id(text: str) -> None:
    assert uuid.UUID(tokens.derived_event_id(text)).version == 5


def test_a_new_event_id_is_a_uuid() -> None:
    assert uuid.UUID(tokens.new_event_id()) != uuid.UUID(tokens.new_event_id())
