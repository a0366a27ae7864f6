"""What somebody wrote into a name is no formula in an exported list."""

from __future__ import annotations

import csv
import io

import pytest

from app.http.application import Application
from app.web.admin.exports import LISTS
from tests.holes.world import World
from tests.web.attacks.enemies import FORMULAS, write_everywhere

STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_any_export_is_a_formula(app: Application, formula: str) -> None:
    world = World(app)
    for word in ("order", "worker", "device", "service", "scan", "rejected_scan"):
        getattr(world, f"new_{word}")()
    write_everywhere(formula)
    seen = 0
    for what in LISTS:
        answer = world.admin.post(f"/admin/exports/{what}", data={})
        assert answer.status_code == 200, (what, answer.text[:300])
        cells = [
            cell
            for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
            for cell in row
        ]
        assert [cell for cell in cells if cell.startswith(STARTS)] == [], what
        seen += any(formula.strip() in cell for cell in cells)
    assert seen >= 4, "the formula is hardly in any list: is it stored?"
