"""PINs and passwords that are tried first: runs, repetitions, and the few that everybody knows."""

from __future__ import annotations

from typing import Final

_RUNS: Final = (
    *("01234567890123456789", "abcdefghijklmnopqrstuvwxyz"),
    *("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl"),
)
_KNOWN: Final = frozenset(
    {
        *("112233", "123321", "102030", "159753", "147258", "147258369", "159357", "11223344"),
        *("password", "passw0rd", "passwort", "password1", "iloveyou", "qwerty123"),
    }
)


def is_guessable(secret: str) -> bool:
    """Whether somebody who tries the commonest secrets first finds this one; in any letter case."""
    plain = secret.lower()
    return plain in _KNOWN or _is_run(plain) or _is_repetition(plain)


def _is_run(text: str) -> bool:
    return any(text in run or text[::-1] in run for run in _RUNS)


def _is_repetition(text: str) -> bool:
    """Whether a shorter piece comes twice or more: 000000, 121212, 123123."""
    return text in (text + text)[1:-1]
