"""What the OpenAPI document says is what the routes do, for made-up requests of every principal.

HANDOVER_FUZZ=200 looks further: so many examples for each route, other ones in every run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app.http.application import Application
from tests.factories import PASSWORD
from tests.holes.world import World, new_email
from tests.stages import staged

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
FUZZ = int(os.environ.get("HANDOVER_FUZZ", "0"))
# Not those of acceptance: no schema says how many labels a printer takes, or which year is near.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    unsupported_method,
]
PRINCIPALS = {"customer": "customerToken", "device": "deviceToken", "admin": "adminSession"}
FEW = ("nobody", "revoked")
REAL: dict[str, Callable[[World], object]] = {
    "ref": World.new_order,
    "order": World.new_order,
    "order_number": World.new_order,
    "label_code": World.new_label,
    "code": World.new_label,
    "customer_id": World.new_customer,
    "service_id": World.new_service,
    "worker_id": World.new_worker,
    "device_id": World.new_device,
    "event_id": World.new_scan,
    "slug": World.new_business,
    "business_id": World.new_registered,
    "review_id": World.new_review,
    "email": lambda _: new_email(),
    "password": lambda _: PASSWORD,
}


def described() -> list[Any]:
    """Each route for each principal that it admits, and for two whom few admit."""
    return [
        pytest.param(principal, path, method, id=f"{principal} {method.upper()} {path}")
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for principal in (*FEW, *PRINCIPALS)
        if principal in FEW or _admits(operation, PRINCIPALS[principal])
    ]


def _admits(operation: dict[str, Any], scheme: str) -> bool:
    return any(scheme in one for one in operation.get("security", []))


@pytest.fixture(scope="module")
def schema(migrated_app: Application) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", migrated_app)


def cases(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests as the document wants them and, where it wants anything, as it does not."""
    wanted = operation.as_strategy(GenerationMode.POSITIVE)
    if not (operation.body or operation.query or operation.path_parameters):
        return wanted
    return st.one_of(wanted, wanted, operation.as_strategy(GenerationMode.NEGATIVE))


def with_real_objects(case: Case, world: World) -> None:
    """Let a request mean things that exist."""
    for part in (case.path_parameters, case.body):
        if isinstance(part, dict):
            part.update({key: REAL[key](world) for key in part.keys() & REAL.keys()})


def credentials(world: World, principal: str) -> dict[str, Any]:
    if principal == "admin":
        cookie = world.admin.get_cookie("session")
        assert cookie is not None
        return {"cookies": {"session": cookie.value}}
    if principal in world.bearers:
        return {"headers": {"Authorization": f"Bearer {world.bearers[principal]}"}}
    return {}


@pytest.mark.parametrize(("principal", "path", "method"), described())
def test_a_route_does_what_the_document_says(
    app: Application, schema: BaseSchema, principal: str, path: str, method: str
) -> None:
    world = staged(World, app)
    operation = schema[path][method.upper()]
    sent = credentials(world, principal)

    @settings(
        max_examples=FUZZ or (3 if principal in FEW else 8),
        derandomize=not FUZZ,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation), real=st.booleans())
    def holds(case: Case, real: bool) -> None:
        if real:
            with_real_objects(case, world)
        answer = case.call(**sent)
        case.validate_response(answer, checks=CHECKS, transport_kwargs=sent)

    holds()
