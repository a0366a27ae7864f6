"""Tables as CSV that spreadsheets open as they are, and never run (RFC 4180, CSV injection)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.support.clock import instant_text

_BOM = "\ufeff"
_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is a formula to one spreadsheet or another, in full width too."""
_INNER = re.compile(r"([;\t\r\n|] *)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet that separates cells by something else than commas sees one begin."""


def csv_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[bytes, int]:
    """A table as UTF-8 with a byte order mark, and how many rows it has beside its header.

    Every cell is quoted, and lines are ended by CR LF. A text that a spreadsheet would run, as a
    whole or from one of its semicolons or lines on, gets an apostrophe there; numbers are what
    they are.
    """
    text = io.StringIO(newline="")
    text.write(_BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 (what is left of it is the answer)
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8", "replace"), count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return instant_text(value)
    if not isinstance(value, str):
        return str(value)
    value = _INNER.sub(r"\1'", value)
    # Some spreadsheets drop the blanks before a sign.
    return f"'{value}" if value.lstrip(" ").startswith(_COMMANDS) else value
