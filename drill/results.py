"""The last outcome of every drill, kept as JSON, and as tables in the README."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from drill.stack import ROOT

FILE = ROOT / "drill" / "results.json"
README = ROOT / "README.md"
_BEGIN, _END = "<!-- scripts/drill writes from here -->", "<!-- to here, the drills -->"
_PROOF = ("lost", "doubled", "misfiled", "ledger")
_HEADS: dict[str, tuple[str, ...]] = {
    "fault": ("acknowledged", "found", *_PROOF, "errors seen by clients", "recovery"),
    "press": ("p99 quiet", "p99 pressed", "ratio", "wanted", *_PROOF),
    "soak": ("memory", "files", "connections", "p99", *_PROOF),
}

Kept = dict[str, Any]


def keep(kind: str, name: str, outcome: Kept, file: Path = FILE, page: Path = README) -> None:
    """Put an outcome in the place of the last one of its name, and the tables into the page."""
    kept: Kept = json.loads(file.read_text()) if file.is_file() else {}
    kept.setdefault(kind, {})[name] = outcome
    file.write_text(json.dumps(kept, indent=1) + "\n")
    page.write_text(with_tables(page.read_text(), markdown(kept)))


def with_tables(page: str, tables: str) -> str:
    """The page with these tables between its two marks; raises ValueError without them."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"the README has no {_BEGIN} ... {_END}")
    return f"{before}{begin}\n{tables}{end}{after}"


def text_tables(kept: Kept) -> str:
    """The outcomes for a terminal."""
    return "\n\n".join("\n".join(_aligned(table)) for table in _tables(kept))


def markdown(kept: Kept) -> str:
    """The outcomes for the README."""
    return "\n".join(
        "\n".join([_line(table[0]), "|" + "---|" * len(table[0]), *map(_line, table[1:]), ""])
        for table in _tables(kept)
    )


def _tables(kept: Kept) -> Iterable[list[tuple[str, ...]]]:
    for kind, head in _HEADS.items():
        if kind in kept:
            rows = [(name, *_CELLS[kind](one), *_verdict(one)) for name, one in kept[kind].items()]
            yield [(kind, *head, ""), *rows]


def _of_fault(one: Kept) -> Sequence[str]:
    recovery = one["recovery_seconds"]
    return (
        f"{one['acknowledged']:,} ({one['load']})",
        f"{one['proof']['found']:,}",
        *_proof(one),
        _words(one["errors"]),
        "no outage" if recovery is None else f"{recovery:.1f} s",
    )


def _of_press(one: Kept) -> Sequence[str]:
    quiet, pressed = (sorted(one[name])[len(one[name]) // 2] for name in ("quiet_ms", "pressed_ms"))
    return f"{quiet:.0f} ms", f"{pressed:.0f} ms", f"{one['ratio']:.2f}", "<= 3", *_proof(one)


def _of_soak(one: Kept) -> Sequence[str]:
    last = one["samples"][-1]
    return (
        f"{last['largest_mb']:.1f} MB, {one['memory_growth']:.2f} x",
        f"{last['files']} ({one['more_files']:+d})",
        f"{last['connections']} ({one['more_connections']:+d})",
        f"{last['p99_ms']:.0f} ms, {one['p99_growth']:.2f} x",
        *_proof(one),
    )


_CELLS = {"fault": _of_fault, "press": _of_press, "soak": _of_soak}


def _proof(one: Kept) -> Sequence[str]:
    proof = one["proof"]
    ledger = "clean" if proof["findings"] == 0 else f"{proof['findings']} findings"
    return *(str(proof[name]) for name in _PROOF[:-1]), ledger


def _words(errors: dict[str, int]) -> str:
    told = (f"{count} x {'broken line' if key == '0' else key}" for key, count in errors.items())
    return ", ".join(told) or "none"


def _verdict(one: Kept) -> Sequence[str]:
    if one["is_passed"]:
        return ("passed",) if one.get("is_within_target", True) else ("passed, missed",)
    outside = f"outside of the outage: {_words(one['unexpected'])}" if one.get("unexpected") else ""
    return ("FAILED " + "; ".join(filter(None, (one.get("trouble"), outside))),)


def _line(row: Sequence[str]) -> str:
    return "| " + " | ".join(row) + " |"


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
