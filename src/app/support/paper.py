"""Documents as PDF: A4 in millimetres from the top left, letters that can be copied out of them.

The file holds no date of its own, so the same content gives the same bytes.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING

from app.support.labels.layout import MM_PER_INCH
from app.support.labels.pdf_fonts import FONT_NAMES, letters_known, load_fonts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 210.0, 297.0

_POINTS_PER_MM = 72 / MM_PER_INCH
_UNSEEN = frozenset({"Cc", "Cf"})


class MissingGlyph(ValueError):
    """Letters that the documents' font does not have: they would be printed as blanks."""

    def __init__(self, letters: str) -> None:
        super().__init__(f"the font has no {', '.join(letters)}")
        self.letters = letters


def missing_letters(text: str) -> str:
    """The letters of a text that the font does not have, each once, in order."""
    known = letters_known()
    return "".join(dict.fromkeys(one for one in text if ord(one) not in known))


def one_line(text: str) -> str:
    """A text in composed letters on one line, without what has no shape (control and direction marks)."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(one for one in composed if unicodedata.category(one) not in _UNSEEN)


def spelled_out(text: str) -> str:
    """The same with a letter that the font lacks as its number, [U+1F600]: neither blank nor lost."""
    text = one_line(text)
    missing = missing_letters(text)
    return "".join(f"[U+{ord(one):04X}]" if one in missing else one for one in text)


class Paper:
    """A document that is being drawn; every measure is in mm, a baseline counts from the top."""

    def __init__(self, title: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        load_fonts()
        self._written = BytesIO()
        size = WIDTH * _POINTS_PER_MM, HEIGHT * _POINTS_PER_MM
        self._canvas: Canvas = Canvas(self._written, pagesize=size, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.scale(_POINTS_PER_MM, _POINTS_PER_MM)
        self.pages = 1

    def write(
        self, text: str, left: float, baseline: float, size: float, *, bold: bool = False
    ) -> None:
        """Put a line down; raises MissingGlyph."""
        text = one_line(text)
        if letters := missing_letters(text):
            raise MissingGlyph(letters)
        self.put(text, left, baseline, size, bold=bold)

    def put(
        self, text: str, left: float, baseline: float, size: float, *, bold: bool = False
    ) -> None:
        """Put a line down that `spelled_out` gave."""
        self._canvas.setFont(FONT_NAMES[bold], size)
        self._canvas.drawString(left, HEIGHT - baseline, text)

    def ink(self, red: int, green: int, blue: int) -> None:
        """The colour of what follows, 0 to 255 each."""
        self._canvas.setFillColorRGB(red / 255, green / 255, blue / 255)
        self._canvas.setStrokeColorRGB(red / 255, green / 255, blue / 255)

    def rule(self, left: float, top: float, right: float, thickness: float = 0.2) -> None:
        """Draw a level line."""
        self._canvas.setLineWidth(thickness)
        self._canvas.line(left, HEIGHT - top, right, HEIGHT - top)

    def fill(self, left: float, top: float, width: float, height: float) -> None:
        """Fill a rectangle."""
        self._canvas.rect(left, HEIGHT - top - height, width, height, stroke=0, fill=1)

    def picture(self, png: bytes, left: float, top: float, side: float) -> None:
        """Put a square picture down."""
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(png))
        self._canvas.drawImage(image, left, HEIGHT - top - side, side, side)

    def turn(self) -> None:
        """Go on, on a new page."""
        self._canvas.showPage()
        self._canvas.scale(_POINTS_PER_MM, _POINTS_PER_MM)
        self.pages += 1

    def finish(self) -> bytes:
        """The file."""
        self._canvas.save()
        return self._written.getvalue()


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    load_fonts()
    return float(stringWidth(text, FONT_NAMES[bold], size))


def fitting_size(text: str, width: float, size: float, *, bold: bool = False) -> float:
    """The size, at most `size`, at which a line is no wider than that."""
    return min(size, width / max(width_of(one_line(text), 1, bold=bold), 0.1))


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines of a text within a width; broken at blanks, and within a word that is too long."""
    text = one_line(text)
    if width_of(text, size, bold=bold) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, size, bold=bold) > width and len(line) > 1:
            end = next(
                n
                for n in range(len(line) - 1, 0, -1)
                if n == 1 or width_of(line[:n], size, bold=bold) <= width
            )
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line]
