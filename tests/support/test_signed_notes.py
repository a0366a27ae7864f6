"""Signed notes: what we sign anybody can check, and what we did not sign is refused in one way."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.support.signed_notes import NotASignedNote, read_note, sign_note, verifier_key
from app.support.signing import SigningKey

KEY = SigningKey.derive("a-secret-of-the-tests-with-enough-letters")
OTHER = SigningKey.derive("another-secret-of-the-tests-just-as-long")
NAME = "handover.example/shop"
TEXT = "handover.example/shop\n7\nAAAA\n"
NOTE = sign_note(TEXT, name=NAME, key=KEY)


def test_a_note_is_its_text_an_empty_line_and_a_signature() -> None:
    text, gap, line = NOTE.partition("\n\n")
    assert (text + "\n", gap) == (TEXT, "\n\n")
    assert line.startswith("— handover.example/shop ")
    assert line.endswith("\n")


def test_outsiders_check_a_note_by_the_verifier_key_alone() -> None:
    """As the standard says it, without any function of ours (C2SP signed-note)."""
    name, key_id, encoded = verifier_key(NAME, KEY).split("+", 2)
    typed = base64.b64decode(encoded)
    assert (name, typed[0], len(typed)) == (NAME, 1, 33)
    assert hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4].hex() == key_id
    signature = base64.b64decode(NOTE.rstrip("\n").rpartition(" ")[2])
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(typed[1:]).verify(signature[4:], TEXT.encode())


def test_a_note_is_read_with_any_of_the_keys() -> None:
    assert read_note(NOTE, name=NAME, keys=[OTHER, KEY]) == TEXT


def test_the_signatures_of_witnesses_may_stand_beside_ours() -> None:
    witness = sign_note(TEXT, name="witness.example", key=OTHER).partition("\n\n")[2]
    assert read_note(NOTE + witness, name=NAME, keys=[KEY]) == TEXT
    assert read_note(f"{TEXT}\n{witness}{NOTE.partition(chr(10) * 2)[2]}", name=NAME, keys=[KEY])


def test_the_same_text_has_the_same_note_each_time() -> None:
    assert sign_note(TEXT, name=NAME, key=KEY) == NOTE


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        NOTE[:-1],
        NOTE[1:],
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", ""),
        NOTE.replace(NAME, "elsewhere.example"),
        NOTE + "\n",
        NOTE + "and more\n",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("AAAA\n\n", "AAAA\n\n\n"),
        "\x00" + NOTE,
        sign_note(TEXT, name=NAME, key=OTHER),
        sign_note(TEXT, name="handover.example", key=KEY),
        f"{TEXT}\n— {NAME} AAAA\n",
        f"{TEXT}\n— {NAME} no base64!\n",
    ],
    ids=range(18),
)
def test_what_we_did_not_sign_is_refused(note: str) -> None:
    with pytest.raises(NotASignedNote):
        read_note(note, name=NAME, keys=[KEY])


def test_without_a_key_nothing_is_ours() -> None:
    with pytest.raises(NotASignedNote):
        read_note(NOTE, name=NAME, keys=[])


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\tb", "a\u2003b"])
def test_a_name_that_cannot_stand_in_a_note_signs_nothing(name: str) -> None:
    with pytest.raises(ValueError):
        sign_note(TEXT, name=name, key=KEY)


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\r\n"])
def test_a_text_that_is_no_lines_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError):
        sign_note(text, name=NAME, key=KEY)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])).map(lambda line: f"{line}\nlast\n"))
def test_any_lines_are_read_as_they_were_signed(text: str) -> None:
    assert read_note(sign_note(text, name=NAME, key=KEY), name=NAME, keys=[KEY]) == text


@given(st.text())
def test_no_text_raises_anything_else(note: str) -> None:
    with pytest.raises(NotASignedNote):
        read_note(note, name=NAME, keys=[KEY])
