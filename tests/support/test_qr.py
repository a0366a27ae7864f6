"""QR symbols: read back from their pixels by an independent reader."""

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.support.qr import declared_text, qr_matrix, qr_png, qr_svg
from tests import symbols

LINK = "HTTPS://HANDOVER.EXAMPLE.COM/T/PJGSKLTLDKRCKJDSFSLTSXJHSLB"  # piece 200 of a label
DECLARED = "ORDER: K7WQ2RNT\nEMAIL: someone@example.com\nSERVICE: Wash & Fold"
# What services are called: letters, marks, signs and emoji of any script.
names = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=60)


def _draw_svg(svg: str) -> Image.Image:
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    picture = Image.new("L", (side, side), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        picture.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    return picture.resize((side * 4, side * 4), Image.Resampling.NEAREST)


def _version(text: str) -> int:
    return (len(qr_matrix(text)) - 17) // 4


@pytest.mark.parametrize("text", [LINK, DECLARED, "7", "K7WQ2RNT", "ü" * 300])
@pytest.mark.parametrize(("box", "border"), [(8, 4), (3, 4), (10, 2)])
def test_a_png_reads_back(text, box, border):
    picture = Image.open(BytesIO(qr_png(text, box=box, border=border)))
    side = (len(qr_matrix(text)) + 2 * border) * box
    assert (picture.size, picture.mode) == ((side, side), "1")
    assert symbols.texts(picture) == [text]


@pytest.mark.parametrize("text", [LINK, DECLARED])
def test_an_svg_reads_back(text):
    assert symbols.texts(_draw_svg(qr_svg(text))) == [text]


def test_one_text_gives_one_file_and_two_texts_give_two():
    assert qr_png(DECLARED) == qr_png(DECLARED)
    assert qr_png(DECLARED) != qr_png(DECLARED + ".")


def test_a_link_in_upper_case_is_alphanumeric_and_so_a_smaller_symbol():
    assert len(LINK) == 58
    assert _version(LINK) == 3
    assert _version(LINK.lower()) == 4


def test_the_symbol_is_the_smallest_that_holds_the_text_at_level_m():
    capacities = [(1, 14), (2, 26), (3, 42), (4, 62), (5, 84), (9, 180), (10, 213), (40, 2331)]
    for version, most_bytes in capacities:
        assert _version("a" * most_bytes) == version
    assert _version("a" * 15) == 2
    (found,) = symbols.symbols(Image.open(BytesIO(qr_png(LINK))))
    assert found.ec_level == "M"
    with pytest.raises(ValueError, match="Invalid version"):
        qr_matrix("a" * 2332)


@settings(max_examples=60)
@given(names)
def test_a_service_name_in_any_script_survives(name):
    text = declared_text("K7WQ2RNT", None, name)
    assert symbols.texts(Image.open(BytesIO(qr_png(text)))) == [text]


@settings(max_examples=60)
@given(st.text("BCDFGHJKLNPRSTVX", min_size=24, max_size=27))
def test_the_fixed_mask_suits_every_label(letters):
    text = "HTTPS://HANDOVER.EXAMPLE.COM/T/" + letters
    assert symbols.texts(Image.open(BytesIO(qr_png(text, box=3)))) == [text]


def test_the_declared_text_has_three_lines_or_two():
    assert declared_text("K7WQ2RNT", "a@b.example", "Wash & Fold") == (
        "ORDER: K7WQ2RNT\nEMAIL: a@b.example\nSERVICE: Wash & Fold"
    )
    assert declared_text("K7WQ2RNT", None, "Wäsche 👗") == "ORDER: K7WQ2RNT\nSERVICE: Wäsche 👗"


def test_a_value_cannot_start_a_line_of_its_own():
    text = declared_text("K7\nWQ", "a@b.example\r\nORDER: OTHER", "x\u2028ORDER: y\x0bz")
    assert text == "ORDER: K7 WQ\nEMAIL: a@b.example ORDER: OTHER\nSERVICE: x ORDER: y z"


def test_an_overlong_email_is_left_out_and_never_shortened():
    assert "EMAIL" in declared_text("N", "a" * 250 + "@b.de", "s")
    assert "EMAIL" not in declared_text("N", "a" * 251 + "@b.de", "s")


def test_an_overlong_service_is_cut_between_characters():
    assert declared_text("N", None, "a" * 199 + "👗") == "ORDER: N\nSERVICE: " + "a" * 199
    assert declared_text("N", None, "👗" * 51) == "ORDER: N\nSERVICE: " + "👗" * 50


@settings(max_examples=30)
@given(
    st.text(min_size=1, max_size=64) | st.just("😀" * 64),
    st.none() | st.text(max_size=300) | st.just("😀" * 255),
    st.text(max_size=300) | st.just("😀" * 5000),
)
def test_no_order_makes_the_image_fail(number, email, service):
    assert qr_png(declared_text(number, email, service), box=1).startswith(b"\x89PNG")
