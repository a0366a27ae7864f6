"""The OpenAPI document is valid, complete, and equal to the copy that is committed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from app.http.application import Application
from app.http.describing import get_openapi_text

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
UNDESCRIBED = {"/api/v1/openapi.json"}
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="session")
def document(migrated_app: Application) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(get_openapi_text(migrated_app))
    return loaded


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_committed_copy_is_the_document(migrated_app: Application) -> None:
    """`handover openapi write` renews it."""
    assert COMMITTED.read_text(encoding="utf-8") == get_openapi_text(migrated_app)


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()


def test_every_v1_route_is_described_and_nothing_else(
    migrated_app: Application, document: dict[str, Any]
) -> None:
    served = {
        (re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in migrated_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule not in UNDESCRIBED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, method, _ in operations(document)}
    assert served == described
    assert served


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, reference
            target = target[part]


def test_every_route_has_a_summary_and_a_success(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation.get("summary"), (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)


def test_every_parameter_of_a_path_is_described_once(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        parameters = [
            *document["paths"][path].get("parameters", []),
            *operation.get("parameters", []),
        ]
        named = [one["name"] for one in parameters if one.get("in") == "path"]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path)), (method, path)


def test_a_route_that_wants_a_sign_in_says_how_and_that_it_may_refuse(
    document: dict[str, Any],
) -> None:
    schemes = set(document["components"]["securitySchemes"])
    for path, method, operation in operations(document):
        named = {name for one in operation.get("security", []) for name in one}
        assert named <= schemes, (method, path)
        assert not named or "401" in operation["responses"], (method, path)
