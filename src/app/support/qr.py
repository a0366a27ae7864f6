"""QR symbols as PNG and SVG, quick and always the same bytes for the same text."""

import struct
import zlib

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import QRData

_MASK = 3
_QUIET_ZONE = 4
_LONGEST_EMAIL = 255
_LONGEST_SERVICE = 200


def qr_matrix(text: str) -> list[list[bool]]:
    """Give the symbol's modules, row by row, True for dark, without the quiet zone.

    One segment in the densest mode that can say the whole text (digits, upper-case
    alphanumeric, else UTF-8), the smallest version at error correction M. The mask is fixed,
    because trying all eight is most of the usual cost (`quality.md`); a reader takes any.
    Raises ValueError above 2,331 bytes, or 3,391 alphanumeric characters.
    """
    symbol = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    symbol.add_data(QRData(text.encode("utf-8", "replace")))
    symbol.make()
    return [[bool(module) for module in row] for row in symbol.modules]


def qr_png(
    text: str, *, box: int = 8, border: int = _QUIET_ZONE, description: str | None = None
) -> bytes:
    """Draw a text as a black and white PNG of 1 bit a pixel, `box` pixels to a module.

    A `description` (Latin-1) stands in the file's tEXt chunk of that name. The file is written here: a picture library would take longer than the symbol itself.
    """
    matrix = qr_matrix(text)
    side = (len(matrix) + 2 * border) * box
    margin = "1" * (border * box)
    light_rows = [_png_row("1" * side)] * (border * box)
    rows = list(light_rows)
    for modules in matrix:
        pixels = "".join(("0" if dark else "1") * box for dark in modules)
        rows += [_png_row(margin + pixels + margin)] * box
    rows += light_rows
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + (
            _png_chunk(b"tEXt", b"Description\0" + description.encode("latin-1"))
            if description
            else b""
        )
        + _png_chunk(b"IDAT", zlib.compress(b"".join(rows), 6))
        + _png_chunk(b"IEND", b"")
    )


def qr_svg(text: str) -> str:
    """Draw a text as an SVG whose unit is one module, with the quiet zone of 4 modules."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * _QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path shape-rendering="crispEdges" d="{svg_path(matrix, _QUIET_ZONE)}"/></svg>\n'
    )


def svg_path(matrix: list[list[bool]], offset: int = 0) -> str:
    """Give the dark modules as SVG path data: one rectangle for each run of a row."""
    return "".join(
        f"M{start + offset} {y + offset}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in dark_runs(row)
    )


def dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Give the (start, length) of each run of dark modules in a row."""
    runs = []
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs


def declared_text(order_number: str, email: str | None, service: str) -> str:
    """Give the three declared lines that deployed scanners read (`contract.md 7`).

    The EMAIL line is left out when there is none, or when it is longer than 255 characters: a
    shortened address would be somebody else's. The service is cut to 200 bytes of UTF-8, so
    that the text of every order (number up to 64) fits into a symbol. Line breaks within a
    value become spaces.
    """
    lines = [f"ORDER: {_one_line(order_number)}"]
    if email is not None and len(email) <= _LONGEST_EMAIL:
        lines.append(f"EMAIL: {_one_line(email)}")
    short = _one_line(service).encode("utf-8", "replace")[:_LONGEST_SERVICE]
    lines.append(f"SERVICE: {short.decode('utf-8', 'ignore')}")
    return "\n".join(lines)


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def _png_row(pixels: str) -> bytes:
    filler = -len(pixels) % 8
    return b"\0" + int(pixels + "0" * filler, 2).to_bytes((len(pixels) + filler) // 8, "big")


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
