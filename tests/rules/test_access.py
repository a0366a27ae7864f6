"""Every route and method against every kind of principal, as the contract has it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from app.http.application import Application
from app.operations.actors import Role
from tests.holes.bodies import BODIES, BODILESS
from tests.holes.routes import NOT_FOR_ADMINS, ROUTES, Route
from tests.holes.world import World
from tests.picture import picture
from tests.stages import staged

SESSION_WRITES = [
    route
    for route in ROUTES
    if route.writes and route.statuses["nobody"] == 401 and route.statuses["admin"] < 400
]
PAGE_WRITES = [
    route for route in ROUTES if route.is_page and route.writes and route.statuses["nobody"] == 401
]


@pytest.fixture
def world(app: Application) -> World:
    return staged(World, app)


def served(app: Application) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule, method


def test_every_route_declares_its_access(app: Application) -> None:
    for rule, method in served(app):
        view: Any = inspect.unwrap(app.view_functions[rule.endpoint])
        declared = getattr(app.view_functions[rule.endpoint], "access", None)
        if (by_class := getattr(view, "view_class", None)) is not None:
            declared = getattr(getattr(by_class, method.lower()), "access", declared)
        assert declared, f"{method} {rule.rule} does not say who may call it"
        assert set(declared) <= set(Role), rule.rule


def test_the_table_names_every_route_and_method(app: Application, world: World) -> None:
    urls = app.url_map.bind("handover.test")
    named = set()
    for route in ROUTES:
        path = world.path(route.template).partition("?")[0]
        rule, _ = urls.match(path, route.method, return_rule=True)
        named.add((rule.rule, route.method))
    assert named == {(rule.rule, method) for rule, method in served(app)}
    assert len(named) == len(ROUTES)


def test_every_route_that_writes_has_a_body_in_the_table_or_takes_none() -> None:
    writing = {route.name for route in ROUTES if route.writes and route.method != "DELETE"}
    assert writing == BODIES.keys() | BODILESS


@pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])
def test_a_route_admits_whom_the_contract_names_and_nobody_else(world: World, route: Route) -> None:
    heeds_bearers = not (route.is_public or route.is_page)
    expected = {
        **route.statuses,
        **route.by_cookie,
        "admin's JWT": 403 if route.name in NOT_FOR_ADMINS else route.statuses["other"],
        "made up": 401 if heeds_bearers else route.statuses["nobody"],
    }
    asked = None
    for principal in sorted(expected, key=lambda one: -expected[one]):
        path, body, before = asked = asked or (
            world.path(route.template),
            route.body(world),
            picture(),
        )
        answer = world.send(principal, route.method, path, body)
        assert answer.status_code == expected[principal], (principal, answer.text[:300])
        if answer.status_code >= 400:
            assert picture() == before, f"{principal} was refused, and something changed"
        else:
            asked = None  # what was asked for is done


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_session_writes_nothing_for_another_site(world: World, origin: str) -> None:
    for route in SESSION_WRITES:
        path, body = world.path(route.template), route.body(world)
        before = picture()
        answer = world.send("admin", route.method, path, body, {"Origin": origin})
        assert answer.status_code == 403, (route.name, answer.text[:300])
        assert picture() == before, route.name


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_session_of_the_pages_writes_nothing_for_another_site(world: World, origin: str) -> None:
    for route in PAGE_WRITES:
        path, body = world.path(route.template), route.body(world)
        before = picture()
        answer = world.send(route.opener, route.method, path, body, {"Origin": origin})
        assert answer.status_code == 403, (route.name, answer.text[:300])
        assert picture() == before, route.name


def test_the_deactivated_are_refused_at_once_on_every_route(world: World) -> None:
    requests = [
        (principal, route, world.path(route.template), route.body(world))
        for route in ROUTES
        if not (route.is_public or route.is_page)
        for principal in ("customer", "device")
        if route.statuses[principal] < 400
    ]
    pages = [
        (route, world.path(route.template), route.body(world))
        for route in ROUTES
        if route.is_page and not route.is_public and "session" in route.opener
    ]
    world.send("admin", "DELETE", f"/api/v1/customers/{world.customer.id}")
    world.send("admin", "DELETE", f"/api/v1/workers/{world.worker.id}")
    for principal, route, path, body in requests:
        answer = world.send(principal, route.method, path, body)
        assert answer.status_code == 401, (principal, route.name, answer.text[:300])
    for route, path, body in pages:
        answer = world.send("customer's session", route.method, path, body)
        assert answer.status_code == route.statuses["nobody"], (route.name, answer.text[:300])
