"""The keys of one secret, and the ring of the present and the retired ones."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.support.signing import KeyRing, SigningKey, same, sha256

SECRET = "a-secret-of-the-tests-with-enough-letters"
OTHER = "another-secret-of-the-tests-just-as-long"


def test_a_secret_gives_the_same_keys_each_time() -> None:
    one, other = SigningKey.derive(SECRET), SigningKey.derive(SECRET)
    assert one.key_id == other.key_id
    assert one.mac(b"x") == other.mac(b"x")
    assert one.sign(b"x") == other.sign(b"x")


def test_another_secret_gives_other_keys() -> None:
    one, other = SigningKey.derive(SECRET), SigningKey.derive(OTHER)
    assert one.key_id != other.key_id
    assert one.mac(b"x") != other.mac(b"x")
    assert one.seal_public_key != other.seal_public_key


def test_a_signature_is_checked_with_the_public_key_alone() -> None:
    key = SigningKey.derive(SECRET)
    Ed25519PublicKey.from_public_bytes(key.seal_public_key).verify(key.sign(b"x"), b"x")


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        (b"y", SigningKey.derive(SECRET).sign(b"x")),
        (b"x", SigningKey.derive(OTHER).sign(b"x")),
        (b"x", b""),
        (b"x", bytes(64)),
    ],
)
def test_what_a_key_did_not_sign_is_not_genuine(message: bytes, signature: bytes) -> None:
    assert not SigningKey.derive(SECRET).has_signed(message, signature)


def test_a_key_tells_nothing_of_itself_but_its_name() -> None:
    key = SigningKey.derive(SECRET)
    assert repr(key) == f"SigningKey(key_id='{key.key_id}')"
    assert len(bytes.fromhex(key.key_id)) == 8


def test_a_ring_signs_with_the_present_key_and_knows_the_retired_ones() -> None:
    ring = KeyRing.of(SECRET, [OTHER])
    assert ring.current.key_id == SigningKey.derive(SECRET).key_id
    assert set(ring.by_id) == {SigningKey.derive(one).key_id for one in (SECRET, OTHER)}


def test_a_retired_secret_that_is_the_present_one_changes_nothing() -> None:
    ring = KeyRing.of(SECRET, [SECRET])
    assert list(ring.by_id.values()) == [ring.current]


def test_digests_are_compared_whole() -> None:
    assert same(sha256(b"x"), sha256(b"x"))
    assert not same(sha256(b"x"), sha256(b"y"))
    assert not same(sha256(b"x"), sha256(b"x")[:-1])


# --- locked texts -------------------------------------------------------------------------------


def test_a_locked_text_opens_with_its_key_for_its_purpose_alone() -> None:
    ring = KeyRing.of("a" * 32)
    locked = ring.lock("JBSWY3DP", "second factor of 7")
    assert "JBSWY3DP" not in locked
    assert ring.unlock(locked, "second factor of 7") == "JBSWY3DP"
    assert ring.lock("JBSWY3DP", "second factor of 7") != locked
    with pytest.raises(ValueError, match="purpose"):
        ring.unlock(locked, "second factor of 8")
    with pytest.raises(ValueError, match="not known"):
        KeyRing.of("b" * 32).unlock(locked, "second factor of 7")


def test_a_text_that_was_locked_with_a_retired_key_still_opens() -> None:
    locked = KeyRing.of("a" * 32).lock("JBSWY3DP", "x")
    assert KeyRing.of("b" * 32, ["a" * 32]).unlock(locked, "x") == "JBSWY3DP"


def test_a_changed_text_does_not_open() -> None:
    ring = KeyRing.of("a" * 32)
    locked = ring.lock("JBSWY3DP", "x")
    changed = locked[:-6] + ("A" if locked[-6] != "A" else "B") + locked[-5:]
    with pytest.raises(ValueError, match="purpose"):
        ring.unlock(changed, "x")
