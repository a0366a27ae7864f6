"""Label codes: what we print is found again, and what was misread is not believed."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.label_codes import (
    LETTERS,
    NUMBER_CHARACTERS,
    BadCheck,
    Label,
    check_letters,
    find_label,
    is_label_code,
    new_label_code,
    new_order_number,
    piece_code,
)

BODY = "BCDFGHJKLNPRSTVXBCDF"
CODE = "BCDFGHJKLNPRSTVXBCDF" + check_letters(BODY)
bodies = st.text(LETTERS, min_size=20, max_size=20)
codes = bodies.map(lambda body: body + check_letters(body))
pieces = st.integers(1, 255)


def _misread(code: str, at: int) -> str:
    other = LETTERS[(LETTERS.index(code[at]) + 1) % len(LETTERS)]
    return code[:at] + other + code[at + 1 :]


def test_the_check_letters_are_the_first_sixteen_bits_of_the_digest():
    bits = int.from_bytes(sha256(b"handover-label" + BODY.encode()).digest()[:2], "big")
    expected = "".join(LETTERS[bits >> shift & 15] for shift in (12, 8, 4, 0))
    assert check_letters(BODY) == expected


def test_a_printed_label_keeps_its_letters_for_good():
    assert CODE == "BCDFGHJKLNPRSTVXBCDFFSXF"
    assert piece_code(CODE, 1) == CODE + "BCJ"
    assert piece_code(CODE, 255) == CODE + "XXX"


def test_new_codes_check_and_differ():
    made = {new_label_code() for _ in range(500)}
    assert len(made) == 500
    assert all(is_label_code(code) for code in made)
    assert {letter for code in made for letter in code} == set(LETTERS)


@given(codes)
def test_a_label_code_is_one_in_any_case(code):
    assert is_label_code(code)
    assert is_label_code(code.lower())
    assert find_label(code.swapcase()) == Label(code)


@pytest.mark.parametrize(
    "text",
    ["", CODE[:-1], CODE + "B", " " + CODE, CODE + "\n", _misread(CODE, 0), "A" + CODE[1:]],
)
def test_anything_else_is_no_label_code(text):
    assert not is_label_code(text)


def test_letters_that_only_unicode_takes_for_ours_are_not_ours():
    assert not is_label_code(CODE.replace("S", "\u017f"))
    assert find_label(CODE.replace("S", "\u017f")) is None
    assert find_label(CODE.replace("K", "\u212a")) is None


@given(codes, pieces)
def test_a_piece_says_which_piece_of_which_label_it_is(code, piece):
    letters = piece_code(code, piece)
    assert len(letters) == 27
    assert find_label("HTTPS://H.EXAMPLE/T/" + letters) == Label(code, piece)
    assert find_label(letters.lower()) == Label(code, piece)


@pytest.mark.parametrize("piece", [-1, 0, 256])
def test_a_piece_outside_one_to_255_has_no_code(piece):
    with pytest.raises(ValueError, match="not between 1 and 255"):
        piece_code(CODE, piece)


def test_piece_zero_is_a_misread():
    body = CODE + "BB"
    check = LETTERS[sha256(b"handover-piece" + body.encode()).digest()[0] >> 4]
    assert find_label(body + check) == BadCheck()


@given(codes, st.text(max_size=60))
def test_a_label_survives_whatever_stands_before_its_slash(code, prefix):
    assert find_label(prefix + "/" + code) == Label(code)


@pytest.mark.parametrize(
    "before",
    [
        "HTTPS://HANDOVER.EXAMPLE/T/",
        "httpsÖ--handover.example-t-",
        "HTTPS>&&OLD.HOST&T&",
        "HTTPSHANDOVER.EXAMPLET",
        "T",
        "TTT",
        "BCDFGHJKLNPRSTVX" * 4,
        "https://h.example/t/" + CODE + "/",
        '{"code": "x"} ',
    ],
)
def test_a_label_survives_a_garbled_or_glued_front(before):
    code = "XVTSRPNLKJHGFDCBXVTS" + check_letters("XVTSRPNLKJHGFDCBXVTS")
    assert find_label(before + code) == Label(code)
    assert find_label(before + piece_code(code, 3)) == Label(code, 3)


@pytest.mark.parametrize(
    "after", ["", "\r\n", " \t", "/", "/\n", "?utm=a", "/?a=b&c=/x", "#top", "/#top\r\n"]
)
def test_white_space_a_slash_or_a_query_may_follow(after):
    assert find_label("HTTPS://H.EXAMPLE/T/" + CODE + after) == Label(CODE)


@pytest.mark.parametrize("after", ["-2", "A", '"}', "/history", ".png", "//", " x", "\0", "?a b"])
def test_other_text_after_the_letters_makes_it_no_label(after):
    assert find_label("HTTPS://H.EXAMPLE/T/" + CODE + after) is None


def test_the_last_of_two_labels_counts():
    other = new_label_code()
    assert find_label(f"{other} {CODE}") == Label(CODE)


@given(codes, st.integers(0, 23))
def test_a_misread_letter_is_a_bad_check(code, at):
    misread = _misread(code, at)
    if not is_label_code(misread):
        assert find_label("HTTPS://H.EXAMPLE/T/" + misread) == BadCheck()


@given(codes, pieces)
def test_a_misread_piece_check_is_a_bad_check(code, piece):
    letters = piece_code(code, piece)
    if not is_label_code(letters[3:26] + _misread(letters, 26)[26]):
        assert find_label(_misread(letters, 26)) == BadCheck()


@pytest.mark.parametrize(
    "text", ["", "BCDF", CODE[:23], "K7WQ2RNT", "hello", "B" * 23 + "A", "X" * 64]
)
def test_a_text_without_so_many_letters_is_no_label(text):
    assert find_label(text) is None


def test_an_order_number_is_eight_unambiguous_characters_and_no_other_kind_of_code():
    numbers = {new_order_number() for _ in range(500)}
    assert len(numbers) == 500
    assert {character for number in numbers for character in number} == set(NUMBER_CHARACTERS)
    assert set("01OILUAEZSB").isdisjoint(NUMBER_CHARACTERS)
    for number in numbers:
        assert len(number) == 8
        assert not set(number) <= set("0123456789ABCDEF")
        assert find_label(number) is None
