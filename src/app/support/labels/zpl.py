"""Labels in ZPL II, the language of Zebra's and most other thermal label printers."""

from collections.abc import Sequence

from app.support.labels import layout

_ESCAPED = frozenset("^~_")


def label_zpl(
    contents: Sequence[layout.LabelContent], dpi: layout.Dpi = 203, copies: int = 1
) -> str:
    """Write one format for each label, to be sent as UTF-8; the printer repeats it `copies` times.

    The symbol is a graphic (^GF) and not ^BQ, which leaves version, mode and mask to the
    printer's firmware and shifts by model: so it is the one that every other format shows,
    a whole number of dots to a module.
    """
    return "".join(_format(content, dpi, copies) for content in contents)


def _format(content: layout.LabelContent, dpi: layout.Dpi, copies: int) -> str:
    dots_per_mm = dpi / layout.MM_PER_INCH
    commands = [
        "^XA^CI28^LH0,0",
        f"^PW{round(layout.WIDTH * dots_per_mm)}^LL{round(layout.HEIGHT * dots_per_mm)}",
        _graphic(layout.place_symbol(content), dpi),
    ]
    for line in layout.place_text(content):
        left, size = round(line.left * dots_per_mm), round(line.size * dots_per_mm)
        baseline = round(line.baseline * dots_per_mm)
        commands.append(f"^FT{left},{baseline}^A0N,{size},{size}^FH_^FD{_escape(line.text)}^FS")
    return "\n".join([*commands, f"^PQ{copies}^XZ\n"])


def _graphic(symbol: layout.Symbol, dpi: layout.Dpi) -> str:
    """Write the symbol in hexadecimal; a colon repeats the row above."""
    dots, left, top = symbol.fit_dots(dpi)
    side = len(symbol.modules) * dots
    row_bytes = -(-side // 8)
    rows = []
    for modules in symbol.modules:
        bits = "".join(("1" if dark else "0") * dots for dark in modules).ljust(row_bytes * 8, "0")
        rows.append(f"{int(bits, 2):0{row_bytes * 2}X}" + ":" * (dots - 1))
    total = row_bytes * side
    return f"^FO{left},{top}^GFA,{total},{total},{row_bytes},{''.join(rows)}^FS"


def _escape(text: str) -> str:
    return "".join(f"_{ord(letter):02X}" if letter in _ESCAPED else letter for letter in text)
