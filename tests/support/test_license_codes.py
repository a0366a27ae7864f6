"""A license's code: random, and read however a person types it."""

from __future__ import annotations

import re

import pytest

from app.support.license_codes import new_license_code, read_license_code


def test_a_code_is_ten_letters_that_are_not_mistaken_for_digits():
    codes = {new_license_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"LIC-[0-9A-HJKMNP-TV-Z]{10}", code) for code in codes)


@pytest.mark.parametrize(
    "text",
    [
        "LIC-0123456789",
        "lic-o1234s6789".replace("s", "5"),
        "LIC 0L23 456 789",
        "0123456789",
        " lic_oi23-456789\n",
        "LICOl23456789",
    ],
)
def test_a_code_is_read_as_it_is_typed(text):
    assert read_license_code(text) == "LIC-0123456789"


@pytest.mark.parametrize(
    "text", ["", "LIC-", "LIC-012345678", "LIC-01234567890", "LIC-U123456789", "LIC-０123456789"]
)
def test_what_is_no_code_is_none(text):
    assert read_license_code(text) is None


def test_every_code_of_ours_reads_as_itself():
    for code in (new_license_code() for _ in range(200)):
        assert read_license_code(code.lower().replace("-", " ")) == code
