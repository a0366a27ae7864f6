"""Signed notes: a few lines of text and an Ed25519 signature, as witnesses keep them (C2SP signed-note)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from app.support.signing import SigningKey, sha256

_ED25519 = b"\x01"
_DASH = "\u2014"
_ID_BYTES = 4
_SIGNATURE_BYTES = 64


class NotASignedNote(ValueError):
    """This is no note, or none that one of these keys has signed."""


def sign_note(text: str, *, name: str, key: SigningKey) -> str:
    """The note of a text, whose every line ends in a newline.

    ValueError for a text without its last newline or with other control characters, and for a
    name that cannot stand in a note.
    """
    _check(text, name)
    signature = _key_id(name, key) + key.sign(text.encode())
    return f"{text}\n{_DASH} {name} {base64.b64encode(signature).decode()}\n"


def read_note(note: str, *, name: str, keys: Iterable[SigningKey]) -> str:
    """The text of a note that one of the keys has signed by this name; other signatures may stand.

    Raises NotASignedNote.
    """
    text, gap, lines = note.rpartition("\n\n")
    text += "\n"
    if not gap or not lines.endswith("\n"):
        raise NotASignedNote("a note is a text, an empty line, and signatures")
    try:
        _check(text, name)
    except ValueError as problem:
        raise NotASignedNote(str(problem)) from None
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    of_name = [raw for signer, raw in signatures if signer == name]
    for key in keys:
        for raw in of_name:
            is_of_key = raw.startswith(_key_id(name, key))
            if is_of_key and key.has_signed(text.encode(), raw[_ID_BYTES:]):
                return text
    raise NotASignedNote(f"none of the known keys has signed it as {name}")


def verifier_key(name: str, key: SigningKey) -> str:
    """What outsiders check a note with: `name+key id in hex+base64 of the public key`."""
    public = base64.b64encode(_ED25519 + key.seal_public_key).decode()
    return f"{name}+{_key_id(name, key).hex()}+{public}"


def _key_id(name: str, key: SigningKey) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + key.seal_public_key)[:_ID_BYTES]


def _check(text: str, name: str) -> None:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise ValueError("a signer's name has no blanks and no plus")
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        raise ValueError("a note's text is lines")


def _signature(line: str) -> tuple[str, bytes]:
    """One signature line: whose, and the key id with what follows it."""
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if dash != _DASH or not name or len(raw) <= _ID_BYTES:
        raise NotASignedNote("a signature line is: dash, name, base64")
    return name, raw
