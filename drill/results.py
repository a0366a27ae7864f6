"""The last outcome of every drill, kept as JSON, and as a table in the README."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from drill.run import Outcome
from drill.stack import ROOT

FILE = ROOT / "drill" / "results.json"
README = ROOT / "README.md"
_BEGIN, _END = "<!-- scripts/drill writes from here -->", "<!-- to here, the drills -->"
_HEAD = (
    "fault",
    "load",
    "acknowledged",
    "found",
    "lost",
    "doubled",
    "misfiled",
    "ledger",
    "errors seen by clients",
    "recovery",
    "",
)


def keep(outcome: Outcome, file: Path = FILE, page: Path = README) -> None:
    """Put an outcome in the place of the fault's last one, and the table into the page."""
    kept: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    kept[outcome.fault] = outcome.as_json()
    file.write_text(json.dumps(kept, indent=1) + "\n")
    page.write_text(with_table(page.read_text(), markdown(kept.values())))


def with_table(page: str, table: str) -> str:
    """The page with this table between its two marks; raises ValueError without them."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"the README has no {_BEGIN} ... {_END}")
    return f"{before}{begin}\n{table}{end}{after}"


def text_table(kept: Iterable[dict[str, Any]]) -> str:
    """The outcomes for a terminal."""
    table = [_HEAD, *map(_row, kept)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def markdown(kept: Iterable[dict[str, Any]]) -> str:
    """The outcomes for the README."""
    lines = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
    lines += ["| " + " | ".join(_row(one)) + " |" for one in kept]
    return "\n".join(lines) + "\n"


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    proof = one["proof"]
    recovery = one["recovery_seconds"]
    return (
        one["fault"],
        one["load"],
        f"{one['acknowledged']:,}",
        f"{proof['found']:,}",
        *(str(proof[name]) for name in ("lost", "doubled", "misfiled")),
        "clean" if proof["findings"] == 0 else f"{proof['findings']} findings",
        _words(one["errors"]),
        "no outage" if recovery is None else f"{recovery:.1f} s",
        _verdict(one),
    )


def _words(errors: dict[str, int]) -> str:
    told = (f"{count} x {'broken line' if key == '0' else key}" for key, count in errors.items())
    return ", ".join(told) or "none"


def _verdict(one: dict[str, Any]) -> str:
    if one["is_passed"]:
        return "passed"
    outside = f"outside of the outage: {_words(one['unexpected'])}" if one["unexpected"] else ""
    return "FAILED " + "; ".join(filter(None, (one["trouble"], outside)))
