"""The keys that make records provable, each derived from one secret (RFC 5869)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_NONCE = 12


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What one SIGNING_SECRET gives; `key_id` names it and tells nothing of it."""

    key_id: str
    _mac: bytes = field(repr=False)
    _seal: Ed25519PrivateKey = field(repr=False)
    _box: AESGCM = field(repr=False)
    _mail: bytes = field(repr=False)
    _shared: bytes = field(repr=False)
    license_key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def derive(cls, secret: str) -> SigningKey:
        """The keys of a secret."""
        return cls(
            _derived(secret, "key-id").hex()[:16],
            _derived(secret, "audit-mac"),
            Ed25519PrivateKey.from_private_bytes(_derived(secret, "audit-seal")),
            AESGCM(_derived(secret, "box")),
            _derived(secret, "mailed-secret"),
            _derived(secret, "webhook"),
            Ed25519PrivateKey.from_private_bytes(_derived(secret, "license")),
        )

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) under the key for records."""
        return hmac.digest(self._mac, message, "sha256")

    def mailed(self, message: bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) under the key for secrets that are mailed."""
        return hmac.digest(self._mail, message, "sha256")

    def shared_with(self, subscriber: str) -> bytes:
        """The key (32 bytes) of a webhook: it is shown to its subscriber, and stored nowhere."""
        return hmac.digest(self._shared, subscriber.encode(), "sha256")

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (64 bytes) under the key for seals."""
        return self._seal.sign(message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature under the key for seals is genuine."""
        try:
            self._seal.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def lock(self, message: bytes, purpose: bytes) -> bytes:
        """Encrypt a message (AES-256-GCM); it opens for the same purpose alone."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._box.encrypt(nonce, message, purpose)

    def unlock(self, locked: bytes, purpose: bytes) -> bytes:
        """Decrypt what `lock` gave; ValueError for anything else."""
        try:
            return self._box.decrypt(locked[:_NONCE], locked[_NONCE:], purpose)
        except InvalidTag:
            raise ValueError("this was not locked with this key for this purpose") from None

    @property
    def seal_public_key(self) -> bytes:
        """The Ed25519 public key (32 bytes) with which anybody checks a seal."""
        return self._seal.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def license_public_key(self) -> bytes:
        """The Ed25519 public key (32 bytes) with which anybody checks licenses and certificates."""
        return self.license_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key that signs now, and every key whose proofs still count, by `key_id`."""

    current: SigningKey
    by_id: Mapping[str, SigningKey]

    @classmethod
    def of(cls, secret: str, retired: Sequence[str] = ()) -> KeyRing:
        """The ring of the present secret and the retired ones."""
        current = SigningKey.derive(secret)
        keys = [current, *(SigningKey.derive(one) for one in retired)]
        return cls(current, {key.key_id: key for key in reversed(keys)})

    def lock(self, text: str, purpose: str) -> str:
        """Encrypt a text with the present key, whose name stands before it."""
        locked = self.current.lock(text.encode(), purpose.encode())
        return f"{self.current.key_id}.{urlsafe_b64encode(locked).decode()}"

    def unlock(self, locked: str, purpose: str) -> str:
        """The text that was locked with any of these keys; ValueError for anything else."""
        key_id, _, content = locked.partition(".")
        if (key := self.by_id.get(key_id)) is None:
            raise ValueError("this was locked with a key that is not known any more")
        return key.unlock(urlsafe_b64decode(content), purpose.encode()).decode()


def same(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one, other)


def sha256(message: bytes) -> bytes:
    """SHA-256 (32 bytes)."""
    return hashlib.sha256(message).digest()


def _derived(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"handover {purpose}".encode())
    return kdf.derive(secret.encode())
