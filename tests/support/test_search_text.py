"""What is typed to find people."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies

from app.support.search_text import (
    LONGEST_KEY,
    is_same_phone,
    is_short_of_digits,
    name_key,
    phone_digits,
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("  ADA \t Lovelace ", "ada lovelace"),
        ("Kovács Ágnes", "kovacs agnes"),
        ("Özge ŞAHİN, Işık", "ozge sahin isik"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Ǿystein Đorđević", "oystein dordevic"),
        ("GROẞ-Weiß", "gross weiss"),
        ("O'Neil O’Neil O´Neil", "oneil oneil oneil"),
        ("Dr. J.R. Smith–Jones", "dr jr smith jones"),
        ("Ærøskøbing", "aeroskobing"),
        ("Ｗｉｄｅ ﬁ", "wide fi"),
        ("Борис Йовчев", "борис иовчев"),
        ("李 小龙 🧺", "李 小龙 🧺"),
        ("' . -", ""),
    ],
)
def test_a_names_key_is_what_a_counter_types_quickly(name: str, key: str) -> None:
    assert name_key(name) == key


@given(strategies.text(max_size=200))
@example("wait…")
@example("ŉ（ａ．ｂ）")
@example("a" * 127 + " b")
def test_a_key_is_its_own_key_and_never_too_long(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert len(key) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("text", "is_short"),
    [("55512", True), ("+49 1", True), ("555123", False), ("", False), ("-", False), ("K5", False)],
)
def test_a_piece_of_a_phone_number_is_told_from_other_words(text: str, is_short: bool) -> None:
    assert is_short_of_digits(text) is is_short


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
