"""Passwords and PINs: what is acceptable, and how they are hashed and checked."""

import base64
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.support.common_passwords import is_common
from app.support.guessable import is_guessable
from app.support.imported_hashes import check_imported, is_imported
from app.support.turns import Turns

SHORTEST = 8
LONGEST = 256
_PIN = re.compile(r"[0-9]{6,}")
_FIRST_TRIED = "This is among the first that anybody tries. Choose another."
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class PasswordHasher:
    """Argon2id that takes turns, so that a burst of logins cannot take the machine's memory."""

    def __init__(self, time_cost: int, memory_kib: int, parallelism: int, turns: Turns) -> None:
        """Take Argon2's time cost, memory in KiB and lanes, and how many may hash at once."""
        self._argon2 = argon2.PasswordHasher(time_cost, memory_kib, parallelism)
        self._turns = turns
        salt, digest = (base64.b64encode(bytes(n)).decode().rstrip("=") for n in (16, 32))
        self._nobody = (
            f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"
        )

    def hash(self, password: str) -> str:
        """The hash to store, with a fresh salt and the current parameters."""
        with self._turns.take():
            return self._argon2.hash(_octets(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one.

        Exactly one Argon2 computation whatever happens: without an account, or with a hash that
        cannot be read, a dummy hash is checked, so that the time betrays nothing (contract.md V2).
        A hash of the old server takes its own computation and the dummy, until the next sign-in
        makes it anew.
        """
        with self._turns.take():
            if stored is not None and is_imported(stored):
                is_right = check_imported(stored, password)
                self._spend(password)
                return is_right
            if stored is not None:
                try:
                    return self._argon2.verify(stored, _octets(password))
                except VerifyMismatchError:
                    return False
                except (InvalidHashError, VerificationError, UnicodeEncodeError):
                    pass  # refused before any work was done: the dummy below does the work
            self._spend(password)
            return False

    def _spend(self, password: str) -> None:
        """Do the work of a verification that nobody passes."""
        with suppress(VerifyMismatchError):
            self._argon2.verify(self._nobody, _octets(password))

    def needs_rehash(self, stored: str) -> bool:
        """Whether a verified hash was made with other parameters than the current ones."""
        try:
            return self._argon2.check_needs_rehash(stored)
        except InvalidHashError:
            return True


def _octets(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def temporary_password() -> str:
    """Sixteen letters and digits that nobody misreads, in groups of four (79 random bits)."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def password_problem(password: object) -> str | None:
    """What is wrong with a new password, as a sentence; None when it is acceptable."""
    if not isinstance(password, str):
        return "A password is a text."
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if "\0" in password:
        return "A password cannot contain a NUL character."
    if is_common(password):
        return _FIRST_TRIED
    return None


def own_words_problem(password: str, words: Iterable[str | None]) -> str | None:
    """What is wrong with a password of somebody with this name and these addresses."""
    typed = _joined(password)
    for word in filter(None, words):
        if typed in (_joined(word), _joined(word.partition("@")[0])):
            return "A password is neither your name nor your address."
    return None


def _joined(text: str) -> str:
    return "".join(text.split()).casefold()


def pin_problem(pin: object) -> str | None:
    """What is wrong with a worker's new PIN or password; None when it is acceptable (scans.md 1)."""
    if isinstance(pin, str) and len(pin) < SHORTEST:
        if _PIN.fullmatch(pin) is None:
            return "A PIN has at least 6 digits, a password 8 characters."
        return _guess_problem(pin)
    return staff_password_problem(pin)


def staff_password_problem(password: object) -> str | None:
    """What is wrong with a new password of somebody who acts for the business."""
    return password_problem(password) or _guess_problem(str(password))


def _guess_problem(secret: str) -> str | None:
    return _FIRST_TRIED if is_guessable(secret) else None
