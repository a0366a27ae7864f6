"""What a printed label says and where: one layout in millimetres for every format.

A label is 63.5 x 38.1 mm: 2.5 x 1.5 inches on a roll, 3 x 7 of them on an A4 sheet.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from app.support.qr import qr_matrix

Dpi = Literal[203, 300]

_FOLDER = Path(__file__).parent / "fonts"
FONTS = {False: str(_FOLDER / "DejaVuSans.ttf"), True: str(_FOLDER / "DejaVuSans-Bold.ttf")}

WIDTH = 63.5
HEIGHT = 38.1
QUIET_ZONE = 4
MM_PER_INCH = 25.4

_MARGIN = 2.0
_SYMBOL_SIDE = 25.0
_SYMBOL_TOP = 12.3
_TEXT_LEFT = 28.5
_SIZE = 3.3
_SMALLEST = 1.2
_MEASURED_AT = 100
_MOST_CHARACTERS = 200
_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class LabelContent:
    """What one label shows: no name, phone or e-mail (`scans.md 2`).

    `link` is the whole QR text, upper case; `pickup_date` is printed as given; `piece` is
    (k, n) for piece k of n.
    """

    order_number: str
    link: str
    service: str
    pickup_date: str | None = None
    piece: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: its left and baseline from the top left corner, its size, all in mm."""

    text: str
    left: float
    baseline: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """The QR modules (no quiet zone) and the square, quiet zone included, that may hold them."""

    modules: list[list[bool]]
    left: float
    top: float
    side: float

    def fit_dots(self, dpi: Dpi) -> tuple[int, int, int]:
        """Give the dots to a module, a whole number, and the left and top of the first module."""
        dots_per_mm = dpi / MM_PER_INCH
        count = len(self.modules)
        dots = int(self.side * dots_per_mm / (count + 2 * QUIET_ZONE))
        inset = (self.side * dots_per_mm - count * dots) / 2
        return dots, round(self.left * dots_per_mm + inset), round(self.top * dots_per_mm + inset)

    def fit_mm(self) -> tuple[float, float, float]:
        """Give the side of a module, and the left and top of the first one, in mm."""
        module = self.side / (len(self.modules) + 2 * QUIET_ZONE)
        return module, self.left + QUIET_ZONE * module, self.top + QUIET_ZONE * module


def place_symbol(content: LabelContent) -> Symbol:
    """Put the link's QR symbol below the order number, on the left."""
    return Symbol(qr_matrix(content.link), _MARGIN / 2, _SYMBOL_TOP, _SYMBOL_SIDE)


def place_text(content: LabelContent) -> Iterator[TextLine]:
    """Put the order number across the top, and service, pickup date and piece on the right.

    A long order number is set smaller, down to 1.2 mm, before it is cut; the service takes two
    lines and is cut with an ellipsis.
    """
    number = printable(content.order_number)
    width = WIDTH - 2 * _MARGIN
    size = _shrink(number, width, 9.0)
    yield TextLine(_cut(number, width, size, bold=True), _MARGIN, 10.2, size, bold=True)
    width = WIDTH - _MARGIN - _TEXT_LEFT
    for row, line in enumerate(_wrap(printable(content.service), width)):
        yield TextLine(line, _TEXT_LEFT, 16.2 + 4.4 * row, _SIZE, bold=False)
    if content.pickup_date is not None:
        pickup_date = _cut(printable(content.pickup_date), width, _SIZE, bold=False)
        yield TextLine(pickup_date, _TEXT_LEFT, 26.4, _SIZE, bold=False)
    if content.piece is not None:
        piece = f"{content.piece[0]}/{content.piece[1]}"
        yield TextLine(piece, _TEXT_LEFT, 35.5, _shrink(piece, width, 7.5), bold=True)


def printable(text: str) -> str:
    """Give a text's first 200 characters on one line, without control and direction marks.

    What is no character at all, as a lone surrogate, becomes a question mark.
    """
    kept = []
    for character in unicodedata.normalize("NFC", " ".join(text[:_MOST_CHARACTERS].split())):
        if character.isprintable():
            kept.append(character)
        elif unicodedata.category(character) not in {"Cc", "Cf"}:
            kept.append("?")
    return "".join(kept)


def text_width(text: str, size: float, *, bold: bool) -> float:
    """Give the width of a text in the unit of its size, at least a tenth of it."""
    return max(font(_MEASURED_AT, bold=bold).getlength(text) / _MEASURED_AT, 0.1) * size


@lru_cache(maxsize=32)
def font(pixels: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """Load DejaVu Sans: Latin, Greek, Cyrillic, Arabic and more; a box for what it has not."""
    return ImageFont.truetype(FONTS[bold], pixels, layout_engine=ImageFont.Layout.BASIC)


def _wrap(text: str, width: float) -> list[str]:
    end = _fitting(text, width)
    if end < len(text) and (gap := text.rfind(" ", 0, end + 1)) > 0:
        end = gap
    lines = [text[:end].strip(), text[end:].strip()]
    return [_cut(line, width, _SIZE, bold=False) for line in lines if line]


def _fitting(text: str, width: float) -> int:
    """How many characters of a text fit on one line."""
    return next(
        (
            end - 1
            for end in range(1, len(text) + 1)
            if text_width(text[:end], _SIZE, bold=False) > width
        ),
        len(text),
    )


def _shrink(text: str, width: float, size: float) -> float:
    return max(_SMALLEST, min(size, width / text_width(text, 1, bold=True)))


def _cut(text: str, width: float, size: float, *, bold: bool) -> str:
    if text_width(text, size, bold=bold) <= width + _HAIR:  # what was shrunk to the width fits it
        return text
    while text and text_width(text + "...", size, bold=bold) > width:
        text = text[:-1]
    return text + "..."
