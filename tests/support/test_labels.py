"""Printed labels: every format is read back from its pixels, and says nothing else."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.support.label_codes import (
    Label,
    find_label,
    new_label_code,
    new_order_number,
    piece_code,
)
from app.support.labels import LabelContent, label_pdf, label_png, label_svg, label_zpl
from app.support.labels.layout import HEIGHT, WIDTH, place_text, printable, text_width
from tests import symbols

CODE = new_label_code()
CONTENT = LabelContent(
    order_number="K7WQ2RNT",
    link="HTTPS://HANDOVER.EXAMPLE.COM/T/" + piece_code(CODE, 2),
    service="Wäsche & Bügeln",
    pickup_date="2026-11-24",
    piece=(2, 5),
)
PLAIN = LabelContent("ORD-1764622935914-001", "HTTPS://H.EXAMPLE/T/" + CODE, "<Wash> ^XA~_41\\&")
FAR = LabelContent("Ж" * 64, "HTTPS://" + "H" * 150 + ".EXAMPLE/T/" + CODE, "धुलाई 👗 " * 40)
ALL = pytest.mark.parametrize("content", [CONTENT, PLAIN, FAR], ids=["usual", "plain", "far"])
DPI = pytest.mark.parametrize("dpi", [203, 300])
MM_PER_INCH = 25.4


def _pages(pdf, dpi=203):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def _page_texts(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def _draw_svg(svg):
    """Draw the symbol of a label's SVG with 30 pixels to a millimetre."""
    root = ElementTree.fromstring(svg)
    symbol = root.findall("{*}path")[1]
    left, top, scale = map(
        float,
        re.fullmatch(r"translate\((.+) (.+)\) scale\((.+)\)", symbol.get("transform")).groups(),
    )
    picture = Image.new("L", (round(WIDTH * 30), round(HEIGHT * 30)), 255)
    for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", symbol.get("d")):
        x, y, width = map(int, run)
        box = (left + x * scale, top + y * scale, left + (x + width) * scale, top + (y + 1) * scale)
        picture.paste(0, tuple(round(edge * 30) for edge in box))
    return picture


def _draw_zpl(zpl):
    """Put the graphic of one format down where a printer would, on a label of its size."""
    width, length = map(int, re.search(r"\^PW(\d+)\^LL(\d+)", zpl).groups())
    left, top, sent, total, row_bytes, written = re.search(
        r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([0-9A-F:]+)\^FS", zpl
    ).groups()
    row_bytes = int(row_bytes)
    rows = []
    for row, repeats in re.findall(rf"([0-9A-F]{{{row_bytes * 2}}})(:*)", written):
        rows += [row] * (1 + len(repeats))
    bitmap = bytes.fromhex("".join(rows))
    assert len(bitmap) == int(total) == int(sent)
    graphic = Image.frombytes("1", (row_bytes * 8, len(rows)), bitmap)
    paper = Image.new("1", (width, length), 1)
    paper.paste(0, (int(left), int(top)), graphic)
    return paper


def _zpl_texts(zpl):
    fields = re.findall(r"\^FT(\d+),(\d+)\^A0N,(\d+),\3\^FH_\^FD([^^~]*)\^FS", zpl)
    return [
        re.sub("_([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text) for *_, text in fields
    ]


@ALL
@DPI
def test_a_png_reads_back_and_has_its_true_size(content, dpi):
    written = label_png(content, dpi)
    picture = Image.open(BytesIO(written))
    assert symbols.texts(picture) == [content.link]
    assert find_label(symbols.texts(picture)[0]).code == CODE
    assert picture.width == pytest.approx(WIDTH / MM_PER_INCH * dpi, abs=0.6)
    assert picture.height == pytest.approx(HEIGHT / MM_PER_INCH * dpi, abs=0.6)
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
    assert label_png(content, dpi) == written


@ALL
def test_an_svg_reads_back(content):
    assert symbols.texts(_draw_svg(label_svg(content))) == [content.link]


def test_an_svg_says_number_service_date_and_piece_and_nothing_else():
    root = ElementTree.fromstring(label_svg(CONTENT))
    assert root.get("width") == "63.5mm"
    texts = [element.text for element in root.findall(".//{*}text")]
    assert texts == ["K7WQ2RNT", "Wäsche & Bügeln", "2026-11-24", "2/5"]
    sizes = [float(element.get("font-size")) for element in root.findall(".//{*}text")]
    assert max(sizes) == sizes[0] == 9


@ALL
def test_a_roll_reads_back_page_by_page(content):
    written = label_pdf([CONTENT, content], "roll", copies=2)
    assert [symbols.texts(page) for page in _pages(written)] == [
        [CONTENT.link],
        [CONTENT.link],
        [content.link],
        [content.link],
    ]
    assert label_pdf([CONTENT, content], "roll", copies=2) == written


def test_a_roll_page_has_the_size_of_a_label_and_its_text():
    written = label_pdf([CONTENT])
    page = _pages(written, dpi=254)[0]
    assert page.size == pytest.approx((WIDTH * 10, HEIGHT * 10), abs=1)
    assert _page_texts(written)[0].split("\r\n") == [
        "K7WQ2RNT",
        "Wäsche & Bügeln",
        "2026-11-24",
        "2/5",
    ]


def test_a_sheet_holds_21_labels_in_their_places():
    contents = [
        LabelContent(f"N{piece}", "HTTPS://H.EXAMPLE/T/" + piece_code(CODE, piece), "Wash")
        for piece in range(1, 23)
    ]
    first, second = _pages(label_pdf(contents, "sheet"), dpi=254)
    assert first.size == pytest.approx((2100, 2970), abs=1)
    seen = {}
    for found in symbols.symbols(first):
        corner = found.position.top_left
        column, row = int((corner.x / 10 - 7.25) // 66), int((corner.y / 10 - 15.15) // 38.1)
        seen[row * 3 + column + 1] = find_label(found.text)
    assert seen == {piece: Label(CODE, piece) for piece in range(1, 22)}
    assert [find_label(text) for text in symbols.texts(second)] == [Label(CODE, 22)]


@ALL
@DPI
def test_a_zpl_symbol_reads_back_at_both_resolutions(content, dpi):
    assert symbols.texts(_draw_zpl(label_zpl([content], dpi))) == [content.link]


def test_a_zpl_symbol_has_the_same_size_in_millimetres_at_both_resolutions():
    sides = []
    for dpi in (203, 300):
        paper = _draw_zpl(label_zpl([CONTENT], dpi))
        left, top, right, bottom = paper.convert("L").point(lambda value: 255 - value).getbbox()
        assert right - left == bottom - top
        assert (right - left) % 29 == 0
        module = (right - left) // 29
        assert left >= 4 * module
        assert bottom + 3 * module <= paper.height
        sides.append((right - left) / dpi * MM_PER_INCH)
    assert sides == pytest.approx([18, 17.2], abs=0.2)


@DPI
def test_zpl_is_one_format_a_label_and_the_printer_makes_the_copies(dpi):
    zpl = label_zpl([CONTENT, PLAIN], dpi, copies=3)
    formats = zpl.removesuffix("\n").split("^XZ\n^XA")
    assert len(formats) == 2
    assert zpl.count("^XA^CI28") == zpl.count("^PQ3^XZ") == zpl.count("^XZ") == 2
    assert _zpl_texts(formats[0]) == ["K7WQ2RNT", "Wäsche & Bügeln", "2026-11-24", "2/5"]


def test_zpl_text_cannot_become_a_command():
    zpl = label_zpl([PLAIN])
    assert _zpl_texts(zpl) == ["ORD-1764622935914-001", "<Wash>", "^XA~_41\\&"]
    assert "~" not in zpl
    assert zpl.count("^XA") == 1


@pytest.mark.parametrize("service", ["धुलाई", "洗衣店", "👗", "\ud800"])
def test_letters_that_the_font_lacks_are_shown_as_something(service):
    with_service = LabelContent("N1", CONTENT.link, service)
    without = LabelContent("N1", CONTENT.link, "")
    assert label_png(with_service) != label_png(without)
    one, other = _pages(label_pdf([with_service, without]))
    assert one.tobytes() != other.tobytes()


def test_a_long_service_takes_two_lines_and_then_an_ellipsis():
    service = "Dry cleaning of wedding dresses with pearls and ribbons"
    lines = [line.text for line in place_text(LabelContent("N1", CONTENT.link, service))]
    assert lines[:2] == ["N1", "Dry cleaning of"]
    assert re.fullmatch(r"wedding dre.*\.\.\.", lines[2])
    unbroken = [line.text for line in place_text(LabelContent("N1", CONTENT.link, "w" * 300))]
    assert len(unbroken) == 3
    assert re.fullmatch(r"w{5,}", unbroken[1])
    assert re.fullmatch(r"w{5,}\.\.\.", unbroken[2])


def test_a_long_order_number_is_set_smaller_and_stays_whole():
    short, long, longest = (
        next(place_text(LabelContent(number, CONTENT.link, "x")))
        for number in ("K7WQ2RNT", "ORD-1764622935914-001", "1" * 64)
    )
    assert short.size > long.size > longest.size
    assert (long.text, longest.text) == ("ORD-1764622935914-001", "1" * 64)


def test_an_order_number_is_whole_however_wide_its_letters_are():
    wide = ["W8MYMYC3", *(new_order_number() for _ in range(1_000))]
    for number in [*wide, "W" * 8, "W" * 21]:
        assert next(place_text(LabelContent(number, CONTENT.link, "x"))).text == number


def test_a_printed_text_is_one_line_without_marks_that_turn_it_round():
    assert printable(" a\r\n b\u2028c\t") == "a b c"
    assert printable("a\u202eb\u200bc\0d\x1be") == "abcde"
    assert printable("e\u0301\ud800\ue000") == "é??"


@settings(max_examples=40)
@given(
    st.text(min_size=1, max_size=64),
    st.text(max_size=300) | st.text("^~_\\<&>\"'\0\x1b\ud800\u202e\n ", max_size=40),
    st.none() | st.text(max_size=30),
)
def test_no_text_breaks_a_label_or_leaves_it(number, service, pickup_date):
    content = LabelContent(number, CONTENT.link, service, pickup_date, (255, 65535))
    for line in place_text(content):
        assert line.left + text_width(line.text, line.size, bold=line.bold) < WIDTH - 1.9
        assert line.baseline < HEIGHT
    assert label_png(content).startswith(b"\x89PNG")
    assert label_pdf([content]).startswith(b"%PDF")
    ElementTree.fromstring(label_svg(content).encode())
    zpl = label_zpl([content])
    assert zpl.encode()
    assert len(_zpl_texts(zpl)) == zpl.count("^FD") == len(list(place_text(content)))
    assert zpl.count("^") == 10 + 5 * zpl.count("^FD")
