"""The font of everything that is printed, as reportlab knows it."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from app.support.labels.layout import FONTS

FONT_NAMES = {False: "DejaVu", True: "DejaVuBold"}
_LOADING = Lock()
_LAST_OF_BASIC_PLANE = 0xFFFF


def load_fonts() -> None:
    """Make the fonts known to reportlab, once.

    To register one again would take it away from a document that another thread draws.
    """
    # reportlab is heavy and rarely used: it is loaded by the first PDF only.
    from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    with _LOADING:
        for bold, name in FONT_NAMES.items():
            if name not in getRegisteredFontNames():
                registerFont(TTFont(name, FONTS[bold]))


@lru_cache(maxsize=1)
def letters_known() -> frozenset[int]:
    """The code points for which both fonts have a glyph, and which can be copied out of a PDF.

    Of those above U+FFFF reportlab writes the glyph, and a wrong letter for whoever copies it.
    """
    from reportlab.pdfbase.pdfmetrics import getFont

    load_fonts()
    known = [set(getFont(name).face.charToGlyph) for name in FONT_NAMES.values()]  # type: ignore[attr-defined]
    return frozenset(one for one in set.intersection(*known) if one <= _LAST_OF_BASIC_PLANE)
