"""What the bench keeps of a run, and how it shows it."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from bench import results
from bench.load import Measured
from bench.rounds import Series
from bench.targets import Report, at_least

MACHINE = {
    "cores": 2,
    "processor": "a <fast> one",
    "memory_gib": 4.0,
    "kernel": "6.1",
    "python": "3.11.2",
    "python_is_optimised": False,
    "databases": {"sqlite": {"version": "SQLite 3.40"}},
}


def _series(answers: int, errors: int = 0) -> Series:
    return Series([Measured(answers, 1.0, 1.0, 2.0, 3.0, 4.0, {201: answers}, errors, False, 30.0)])


def _report(product: Series, suite: str = "scan") -> Report:
    raw = _series(200)
    target = at_least("scans/s to raw", product.speed_to(raw), 0.55, of=(product, raw))
    return Report(
        suite, "sqlite", [target], {"product": product, "raw <b>": raw}, {"measured": "1 x 1 s"}
    )


def test_the_last_run_of_each_suite_is_kept(tmp_path):
    results.keep(_report(_series(100)), MACHINE, tmp_path)
    results.keep(_report(_series(50), "order"), MACHINE, tmp_path)
    results.keep(_report(_series(150)), MACHINE, tmp_path)
    kept = json.loads((tmp_path / "latest.json").read_text())
    assert {name: one["targets"][0]["value"] for name, one in kept.items()} == {
        "scan sqlite": 0.75,
        "order sqlite": 0.25,
    }
    assert kept["scan sqlite"]["machine"] == MACHINE
    assert kept["scan sqlite"]["series"]["product"]["rounds"][0]["statuses"] == {"201": 150}


def test_the_table_says_what_is_reached_missed_and_invalid(tmp_path):
    results.keep(_report(_series(150), "scan"), MACHINE, tmp_path)
    results.keep(_report(_series(50), "order"), MACHINE, tmp_path)
    results.keep(_report(_series(199, errors=1), "read"), MACHINE, tmp_path)
    table = (tmp_path / "table.md").read_text()
    rows = [line.split(" | ") for line in table.splitlines() if "scans/s to raw" in line]
    assert [row[5] for row in rows] == ["reached", "missed", "invalid"]
    assert [row[3] for row in rows] == [">= 0.55"] * 3
    assert "2 cores" in table
    shown = results.text_table(json.loads((tmp_path / "latest.json").read_text()))
    assert "0.75 (0.75..0.75)" in shown


def test_the_chart_is_told_to_those_who_cannot_see_it(tmp_path):
    results.keep(_report(_series(100)), MACHINE, tmp_path)
    chart = ElementTree.fromstring((tmp_path / "chart.svg").read_text())
    space = "{http://www.w3.org/2000/svg}"
    assert chart.get("role") == "img"
    description = chart.findtext(f"{space}desc") or ""
    assert "scan sqlite product 100" in description
    assert "raw <b> 200" in description
    bars = [float(bar.get("width", 0)) for bar in chart.iter(f"{space}rect")]
    assert bars[0] * 2 == bars[1]


def test_the_readme_shows_the_table_of_the_last_run():
    page = results.README.read_text()
    assert results.with_table(page, (results.FOLDER / "table.md").read_text()) == page


def test_a_readme_without_marks_is_not_written_over():
    with pytest.raises(ValueError, match="no <!--"):
        results.with_table("# Handover", "| a |")
