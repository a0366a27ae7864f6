"""The signed list of which licenses are void: one bit each, so that a phone can keep all of it.

The form is that of the IETF's token status lists: bit `i` lies in byte i // 8, the lowest first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from app.support.signed_claims import decode, encode, read_claims, sign_claims
from app.support.signing import KeyRing, SigningKey
from app.support.tokens import TokenInvalid

STATUS_LIST: Final = "statuslist+jwt"
TTL = timedelta(hours=1)
_LARGEST_BYTES = 16 * 1024 * 1024


def pack_bits(void: Iterable[int], count: int) -> str:
    """A bit for each index below `count`, 1 for the void ones, as zlib in base64url."""
    bits = bytearray(-(-count // 8))
    for index in void:
        bits[index // 8] |= 1 << index % 8
    return encode(zlib.compress(bytes(bits), 9))


def is_void(packed: str, index: int) -> bool | None:
    """Whether the bit of an index is set; None for one that the list is too short to know.

    ValueError for what `pack_bits` never gave.
    """
    reader = zlib.decompressobj()
    try:
        bits = reader.decompress(decode(packed), _LARGEST_BYTES)
    except zlib.error:
        raise ValueError("this is no list of bits") from None
    if not reader.eof:
        raise ValueError("this list is cut off")
    if index // 8 >= len(bits):
        return None
    return bool(bits[index // 8] >> index % 8 & 1)


def sign_status_list(
    void: Iterable[int], count: int, *, issuer: str, at: datetime, key: SigningKey
) -> str:
    """The list of this moment; who keeps it asks again after an hour (`ttl`, in seconds)."""
    claims = {
        "iss": issuer,
        "sub": f"{issuer}/api/v1/licenses/status",
        "iat": int(at.timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": 1, "lst": pack_bits(void, count)},
    }
    return sign_claims(STATUS_LIST, claims, key)


def read_status_list(token: str, *, ring: KeyRing, issuer: str) -> dict[str, Any]:
    """The claims of a genuine list; raises TokenInvalid."""
    claims = read_claims(STATUS_LIST, token, ring=ring, issuer=issuer)
    if not isinstance(claims.get("status_list"), dict):
        raise TokenInvalid
    return claims
