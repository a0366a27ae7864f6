"""The letters that a label carries: label codes, piece codes, order numbers, and finding them.

The sixteen letters of `LETTERS` sit on the same keys of QWERTY, QWERTZ and AZERTY, so a
keyboard-wedge scanner with the wrong layout still types them right (`scans.md 2`).
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

LETTERS = "BCDFGHJKLNPRSTVX"
CODE_LENGTH = 24
PIECE_CODE_LENGTH = 27
MOST_PIECES = 255

_HEX = "0123456789abcdef"
_TO_LETTERS = str.maketrans(_HEX, LETTERS)
_TO_HEX = str.maketrans(LETTERS, _HEX)
_BODY_LENGTH = 20
_CODE_CHECKS = CODE_LENGTH - _BODY_LENGTH
_CODE_BYTES = _BODY_LENGTH // 2

# Both cases are spelled out: IGNORECASE would also take the long s and the Kelvin sign.
_RUN = re.compile(f"[{LETTERS}{LETTERS.lower()}]+")
_NOTHING_MORE = re.compile(r"/?(?:[?#]\S*)?\s*")

# No vowels (no words, no exponents), none of 0 O 1 I L U, and of each pair that looks alike
# (2 Z, 5 S, 8 B) only the digit.
NUMBER_CHARACTERS = "23456789CDFGHJKMNPQRTVWXY"
NUMBER_LENGTH = 8
_NOT_HEX = frozenset("GHJKMNPQRTVWXY")


@dataclass(frozen=True)
class Label:
    """A label of ours: its 24 upper-case letters, and k when it is the code of piece k."""

    code: str
    piece: int | None = None


@dataclass(frozen=True)
class BadCheck:
    """Letters that look like a label of ours, but whose check letters are wrong: a misread."""


def new_label_code() -> str:
    """Make a label code: 20 random letters (80 bits) and their 4 check letters."""
    body = secrets.token_hex(_CODE_BYTES).translate(_TO_LETTERS)
    return body + check_letters(body)


def check_letters(body: str) -> str:
    """Give the 4 check letters of 20 upper-case letters: 16 bits of SHA-256 (`scans.md 2`)."""
    return _digest_letters("handover-label" + body, _CODE_CHECKS)


def is_label_code(text: str) -> bool:
    """Say whether the text is exactly one label code (24 letters, any case) that checks."""
    return len(text) == CODE_LENGTH and _RUN.fullmatch(text) is not None and _checks(text.upper())


def piece_code(label_code: str, piece: int) -> str:
    """Give the 27 letters of piece k (1 to 255) of a label: the code, k in base 16, one check.

    The check letter is the first 4 bits of SHA-256 of `handover-piece` and the 26 letters.
    Raises ValueError for a piece outside that range.
    """
    if not 1 <= piece <= MOST_PIECES:
        raise ValueError(f"piece {piece} is not between 1 and {MOST_PIECES}")
    body = label_code.upper() + f"{piece:02x}".translate(_TO_LETTERS)
    return body + _digest_letters("handover-piece" + body, 1)


def find_label(text: str) -> Label | BadCheck | None:
    """Find our label in a scanned text: the last run of such letters, whatever stands before it.

    After the run only white space, a slash and a query or fragment may follow. Letters of the
    alphabet may be glued to its front (a wedge that drops the slash of `/T/`), so the end of
    the run is what counts: 27 letters that check, else 24 that check. A run of exactly 24 or
    27 letters that does neither is a `BadCheck`; None is a text without a label.
    """
    last = None
    for run in _RUN.finditer(text):
        if len(run[0]) >= CODE_LENGTH:
            last = run
    if last is None or _NOTHING_MORE.fullmatch(text, last.end()) is None:
        return None
    letters = last[0].upper()
    piece = _read_piece(letters[-PIECE_CODE_LENGTH:])
    if piece is not None:
        return piece
    code = letters[-CODE_LENGTH:]
    if _checks(code):
        return Label(code)
    return BadCheck() if len(letters) in {CODE_LENGTH, PIECE_CODE_LENGTH} else None


def new_order_number() -> str:
    """Make an order number: 8 characters that read unambiguously, from the system's CSPRNG.

    At least one is a letter beyond F, so a number is never all digits (an id, a piece's `-k`)
    and never the 8 hexadecimal digits of an imported order; it is too short for a label code.
    About 37 bits: the caller retries on a collision (`contract.md 5`).
    """
    while True:
        number = "".join(secrets.choice(NUMBER_CHARACTERS) for _ in range(NUMBER_LENGTH))
        if not _NOT_HEX.isdisjoint(number):
            return number


def _read_piece(letters: str) -> Label | None:
    if len(letters) != PIECE_CODE_LENGTH:
        return None
    code = letters[:CODE_LENGTH]
    piece = int(letters[CODE_LENGTH:-1].translate(_TO_HEX), 16)
    if piece == 0 or not _checks(code) or piece_code(code, piece) != letters:
        return None
    return Label(code, piece)


def _checks(code: str) -> bool:
    return check_letters(code[:_BODY_LENGTH]) == code[_BODY_LENGTH:]


def _digest_letters(text: str, count: int) -> str:
    return sha256(text.encode("ascii")).hexdigest()[:count].translate(_TO_LETTERS)
