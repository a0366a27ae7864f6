"""Labels as PDF: one a page for a roll, or 21 a page on A4 sheets."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from app.support.labels import layout
from app.support.labels.pdf_fonts import FONT_NAMES, load_fonts
from app.support.qr import dark_runs

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Page = Literal["roll", "sheet"]

_POINTS_PER_MM = 72 / layout.MM_PER_INCH
_SHEET_WIDTH, _SHEET_HEIGHT = 210.0, 297.0
_COLUMNS, _ROWS = 3, 7
_SHEET_LEFT, _SHEET_TOP = 7.25, 15.15
_COLUMN_PITCH, _ROW_PITCH = 66.0, 38.1


def label_pdf(
    contents: Sequence[layout.LabelContent], page: Page = "roll", copies: int = 1
) -> bytes:
    """Draw each label `copies` times, in order, as vectors.

    A roll's page is one label of 63.5 x 38.1 mm. A sheet is A4 with 3 x 7 such labels, to be
    printed at 100 %. The file holds no date, so the same labels give the same bytes.
    """
    # reportlab is heavy and rarely used: it is loaded by the first PDF only.
    from reportlab.pdfgen.canvas import Canvas

    load_fonts()
    is_sheet = page == "sheet"
    width, height = (_SHEET_WIDTH, _SHEET_HEIGHT) if is_sheet else (layout.WIDTH, layout.HEIGHT)
    written = BytesIO()
    size = width * _POINTS_PER_MM, height * _POINTS_PER_MM
    canvas = Canvas(written, pagesize=size, invariant=1)
    places = _sheet_places() if is_sheet else _roll_places()
    for content in (content for content in contents for _ in range(copies)):
        left, top, is_new_page = next(places)
        if is_new_page:
            canvas.showPage()
        canvas.saveState()
        canvas.scale(_POINTS_PER_MM, _POINTS_PER_MM)
        canvas.translate(left, height - top)
        _draw(canvas, content)
        canvas.restoreState()
    canvas.save()
    return written.getvalue()


def _roll_places() -> Iterator[tuple[float, float, bool]]:
    yield 0.0, 0.0, False
    while True:
        yield 0.0, 0.0, True


def _sheet_places() -> Iterator[tuple[float, float, bool]]:
    is_first_page = True
    while True:
        for row in range(_ROWS):
            for column in range(_COLUMNS):
                is_new_page = row == column == 0 and not is_first_page
                left = _SHEET_LEFT + column * _COLUMN_PITCH
                yield left, _SHEET_TOP + row * _ROW_PITCH, is_new_page
        is_first_page = False


def _draw(canvas: "Canvas", content: layout.LabelContent) -> None:
    """Draw a label below and right of the origin, in mm; PDF counts upwards."""
    symbol = layout.place_symbol(content)
    module, left, top = symbol.fit_mm()
    # One path for all: separate rectangles would show hairlines between them.
    path = canvas.beginPath()
    for y, row in enumerate(symbol.modules, start=1):
        for start, length in dark_runs(row):
            path.rect(left + start * module, -top - y * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    for line in layout.place_text(content):
        canvas.setFont(FONT_NAMES[line.bold], line.size)
        canvas.drawString(line.left, -line.baseline, line.text)
