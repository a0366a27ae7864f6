"""What is typed to find people."""

from __future__ import annotations

import pytest

from app.support.search_text import is_same_phone, name_spellings, phone_digits


def test_an_ascii_name_has_one_spelling() -> None:
    assert name_spellings("  ADA   Lovelace ") == ["ada lovelace"]


def test_other_letters_are_spelled_as_they_may_have_been_written() -> None:
    assert set(name_spellings("özge")) == {"özge", "Özge"}


def test_a_single_letter_is_too_short_to_look_for() -> None:
    assert name_spellings(" a ") == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+44 (20) 7946-0958", "442079460958"),
        ("555.123", "555123"),
        ("55512", None),
        ("K7WQ2RNT", None),
        ("", None),
    ],
)
def test_a_phone_number_is_six_digits_or_more(text: str, digits: str | None) -> None:
    assert phone_digits(text) == digits


@pytest.mark.parametrize(
    ("typed", "stored", "is_same"),
    [
        ("442079460958", "020 7946 0958", True),
        ("02079460958", "+44 20 7946 0958", True),
        ("460958", "+44 20 7946 0958", True),
        ("02071460958", "+44 20 7946 0958", False),
        ("000000", "000000", False),
    ],
)
def test_a_number_is_the_same_with_and_without_its_country(
    typed: str, stored: str, is_same: bool
) -> None:
    assert is_same_phone(typed, stored) is is_same
