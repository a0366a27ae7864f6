"""Password hashes of the old server, which Werkzeug made: scrypt and PBKDF2."""

from __future__ import annotations

import re
from typing import Final

from werkzeug.security import check_password_hash

_SALT_AND_DIGEST: Final = r"\$[^$\s]{1,64}\$[0-9a-f]{32,128}"
_SCRYPT = re.compile(r"scrypt:([0-9]{1,6}):([0-9]{1,2}):([0-9]{1,2})" + _SALT_AND_DIGEST)
_PBKDF2 = re.compile(r"pbkdf2:(?:sha1|sha256|sha512):([0-9]{1,7})" + _SALT_AND_DIGEST)
_MOST_MEMORY: Final = 64 * 1024 * 1024
_MOST_LANES: Final = 4
_MOST_ROUNDS: Final = 2_000_000
_LONGEST: Final = 255


def is_imported(stored: str) -> bool:
    """Whether this is such a hash, and one that costs no more than a server can spare.

    Werkzeug's own defaults were `scrypt:32768:8:1` (32 MiB) and `pbkdf2:sha256` with up to 1,000,000
    rounds; sixteen times as much would let a forged row stop everybody's sign-ins.
    """
    if len(stored) > _LONGEST:
        return False
    if (found := _SCRYPT.fullmatch(stored)) is not None:
        cost, block, lanes = (int(part) for part in found.groups())
        is_power = cost > 1 and cost & (cost - 1) == 0
        return is_power and 128 * cost * block <= _MOST_MEMORY and 1 <= lanes <= _MOST_LANES
    if (found := _PBKDF2.fullmatch(stored)) is not None:
        return 1 <= int(found[1]) <= _MOST_ROUNDS
    return False


def check_imported(stored: str, password: str) -> bool:
    """Whether the password is that of an imported hash; False for one that cannot be read."""
    try:
        return check_password_hash(stored, password)
    except ValueError:  # its parameters do not fit each other, or a lone surrogate
        return False
