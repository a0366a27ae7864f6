"""The table in src/app/legacy/README.md is the URL map of the old routes, and tells the truth."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

from app import legacy

README = Path(legacy.__file__).with_name("README.md")


def rows() -> list[dict[str, str]]:
    names = ("number", "method", "path", "operation", "successor")
    lines = [line for line in README.read_text().splitlines() if line.startswith("| L")]
    return [
        dict(zip(names, (cell.strip().strip("`") for cell in line.split("|")[1:-1]), strict=True))
        for line in lines
    ]


def served(app, blueprints) -> dict[tuple[str, str], str]:
    """(method, path) -> endpoint of every rule of these blueprints."""
    names = {blueprint.name for blueprint in blueprints}
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in names
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_the_table_equals_the_url_map(app):
    table = [(row["method"], row["path"]) for row in rows()]
    assert len(table) == len(set(table))
    assert set(table) == set(served(app, legacy.ALWAYS + legacy.SWITCHED))


def test_every_route_calls_the_operation_that_the_table_names(app):
    endpoints = served(app, legacy.ALWAYS + legacy.SWITCHED)
    for row in rows():
        if row["operation"]:
            module, _, name = row["operation"].rpartition(".")
            assert callable(getattr(importlib.import_module(f"app.operations.{module}"), name))
            view = app.view_functions[endpoints[row["method"], row["path"]]]
            assert f"{name}(" in inspect.getsource(inspect.unwrap(view)), row


def test_the_switched_routes_and_they_alone_name_a_successor(app):
    switched = served(app, legacy.SWITCHED)
    for row in rows():
        key = (row["method"], row["path"])
        endpoint = served(app, legacy.ALWAYS + legacy.SWITCHED)[key]
        successor = getattr(app.view_functions[endpoint], "successor", "")
        assert successor == row["successor"], row
        assert bool(successor) == (key in switched), row
