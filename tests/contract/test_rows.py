"""The tables are complete: each row has a case, each route belongs to a row."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from app.http.application import Application
from tests.contract.rows import BEYOND, LEGACY, ROWS, SUCCESSORS, V1, routes, sample

PROMISED = re.compile(r"/(api|auth|worker|employee|admin/api|qr|T|track|static/qr)(/.*)?")


@cache
def cases() -> frozenset[str]:
    """The ids that stand in the names of this package's tests."""
    found = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= set(re.findall(r"(?<=_)[LV]\d+b?c?d?(?=_)", node.name))
    return frozenset(found)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_row_of_the_contract_has_a_case(row: str) -> None:
    assert row in cases()


def test_no_case_claims_a_row_that_the_contract_has_not() -> None:
    assert cases() <= set(ROWS)


def test_the_tables_are_those_of_the_contract() -> None:
    old = [f"L{number}" for number in range(1, 26)]
    assert sorted(LEGACY) == sorted([*old, "L22b"])
    gaps = {7, 9, 10, 17}  # merged into their neighbours
    new = [f"V{number}" for number in range(1, 27) if number not in gaps]
    assert sorted(V1) == sorted([*new, "V15b", "V21b", "V21c", "V21d"])


def test_every_route_that_clients_rely_on_belongs_to_a_row(app: Application) -> None:
    promised = {f"{method} {path}" for _, method, path in routes()} | set(BEYOND)
    served = {
        f"{method} {re.sub(r'<(?:[^>:]*:)?([^>]*)>', '{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if PROMISED.fullmatch(rule.rule)
    }
    named = {re.sub(r"{\w+}", "{}", route) for route in promised}
    assert served - named == set()


@pytest.mark.parametrize(("row", "method", "path"), routes())
def test_each_promised_route_is_served_in_both_spellings(
    app: Application, row: str, method: str, path: str
) -> None:
    matcher = app.url_map.bind("handover.test")
    bare, _ = matcher.match(sample(path), method)
    assert matcher.match(sample(path) + "/", method)[0] == bare


def test_the_switched_rows_are_those_of_the_old_clients() -> None:
    assert set(SUCCESSORS) == {"L1", "L2", "L3", "L4", "L5", "L7", "L8", "L9", "L24", "L25"}
