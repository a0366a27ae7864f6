"""What drills found, as it is kept and shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from drill.__main__ import main
from drill.proof import Proof
from drill.results import keep, with_tables
from drill.run import Outcome

PAGE = "before\n<!-- scripts/drill writes from here -->\nold\n<!-- to here, the drills -->\nafter\n"


def outcome(*, lost: int) -> dict:
    proof = Proof(found=10 - lost, lost=lost, doubled=0, misfiled=0, findings=0)
    errors = {"0": 2, "503": 1}
    return Outcome("mariadb", "16 clients", 10, proof, errors, {}, 1.25).as_json()


def test_the_last_outcome_of_each_drill_is_kept_and_shown(tmp_path: Path) -> None:
    file, page = tmp_path / "results.json", tmp_path / "README.md"
    page.write_text(PAGE)
    for name, lost in (("mariadb", 0), ("disk", 0), ("disk", 3)):
        keep("fault", name, outcome(lost=lost), file, page)
    assert json.loads(file.read_text())["fault"]["disk"]["proof"]["lost"] == 3
    first, second = (line for line in page.read_text().splitlines() if "| 10 (" in line)
    assert first.startswith("| mariadb | 10 (16 clients) | 10 | 0 | 0 | 0 | clean |")
    assert first.endswith("| 2 x broken line, 1 x 503 | 1.2 s | passed |")
    assert "| 7 | 3 |" in second
    assert "FAILED" in second
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after\n")
    assert "old" not in page.read_text()


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no <!--"):
        with_tables("a page", "a table")


def test_an_unknown_drill_is_named() -> None:
    refused = CliRunner().invoke(main, ["earthquake"])
    assert refused.exit_code == 2
    assert "no such drill: earthquake" in refused.output
