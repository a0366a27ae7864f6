"""The last run of every suite, kept as JSON, as a table and as a chart in bench/results/."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.chart import draw
from bench.stores import ROOT
from bench.targets import Report

FOLDER = ROOT / "bench" / "results"
README = ROOT / "README.md"
_BEGIN, _END = "<!-- scripts/bench writes from here -->", "<!-- to here -->"
_HEAD = ("suite", "database", "figure", "wanted", "seen (least..most)", "", "rounds")


def keep(report: Report, machine: dict[str, Any], folder: Path = FOLDER) -> None:
    """Put a report in the place of the suite's last one, and write table and chart anew.

    The README shows them: its table is that of FOLDER.
    """
    folder.mkdir(exist_ok=True)
    file = folder / "latest.json"
    kept: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    kept[report.key] = {**report.as_json(), "machine": machine}
    file.write_text(json.dumps(kept, indent=1) + "\n")
    (folder / "table.md").write_text(markdown(kept))
    (folder / "chart.svg").write_text(draw(kept))
    if folder == FOLDER:
        README.write_text(with_table(README.read_text(), markdown(kept)))


def with_table(page: str, table: str) -> str:
    """The README with this table between its two marks; raises ValueError without them."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"the README has no {_BEGIN} ... {_END}")
    return f"{before}{begin}\n{table}{end}{after}"


def rows(kept: dict[str, Any]) -> list[tuple[str, ...]]:
    """One row for each target of the reports."""
    return [
        (
            one["suite"],
            one["database"] or "",
            *(target[key] for key in ("what", "wanted", "seen", "word")),
            one["notes"].get("measured", ""),
        )
        for one in kept.values()
        for target in one["targets"]
    ]


def text_table(kept: dict[str, Any]) -> str:
    """The targets for a terminal."""
    table = [_HEAD, *rows(kept)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def markdown(kept: dict[str, Any]) -> str:
    """The targets and the machine, for the README."""
    lines = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows(kept)]
    lines += ["", *_machines(kept.values())]
    return "\n".join(lines) + "\n"


def _machines(reports: Iterable[dict[str, Any]]) -> Iterable[str]:
    told = set()
    for report in reports:
        machine = report["machine"]
        databases = "; ".join(
            ", ".join(f"{name} {value}" for name, value in settings.items())
            for settings in machine["databases"].values()
        )
        build = "" if machine["python_is_optimised"] else " (built without --enable-optimizations)"
        told.add(
            f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, "
            f"kernel {machine['kernel']}, Python {machine['python']}{build}; {databases}."
        )
    return sorted(told)
