"""Every change leaves one record, every refusal of a right leaves one, and reading leaves none."""

from __future__ import annotations

import pytest

from app.http.application import Application
from app.operations.ledger.actions import ACTIONS
from tests import ledger
from tests.holes.routes import LOOK_UPS, ROUTES, Route
from tests.holes.world import World
from tests.stages import staged

WRITING = [route for route in ROUTES if route.writes and route.name not in LOOK_UPS]
READING = [route for route in ROUTES if not route.writes]
SEVERAL = {
    "POST /api/v1/businesses": 2,
    "POST /business": 2,
    "POST /register": 2,
    **{
        f"POST {desk}/{what}": 2
        for desk in ("/business/{business}", "/admin/businesses/{business}")
        for what in ("workers", "workers/{stylist}", "appointments/new")
    },
    "POST /api/v1/businesses/{salon}/appointments": 2,
    "POST /api/v1/notifications/{news}/read": 0,
    "POST /api/v1/notifications/read-all": 0,
    "POST /my/inbox/{news}/open": 0,
    "POST /my/inbox/read-all": 0,
}
"""A first business makes its customer an owner; who registers is signed in; a form of a worker tells
what they can do, too; and what a business books itself is confirmed: each is another change. That one has read one's
own news proves nothing to anybody: it is a mark, like that of a session that was used."""
REFUSING = [route for route in ROUTES if 403 in route.statuses.values()]


@pytest.fixture
def world(app: Application) -> World:
    return staged(World, app)


def admitted(route: Route) -> str:
    """The principal that may do most among those whom the route admits."""
    order = ("admin", "device", "customer", "customer's session", "owner's session", "nobody")
    answers = route.statuses | route.by_cookie
    return next(one for one in order if answers.get(one, 400) < 400)


def records() -> int:
    return len(ledger.events()) + ledger.scans()


@pytest.mark.parametrize("route", WRITING, ids=[route.name for route in WRITING])
def test_a_change_leaves_exactly_one_record(world: World, route: Route) -> None:
    principal = admitted(route)
    path, body = world.path(route.template), route.body(world)
    before, scans = ledger.events(), ledger.scans()
    answer = world.send(principal, route.method, path, body)
    assert answer.status_code < 400, answer.text[:300]
    made = ledger.events()[len(before) :]
    assert len(made) + ledger.scans() - scans == SEVERAL.get(route.name, 1)
    for row in made:
        assert row.action in ACTIONS
        assert (row.outcome, row.method) == ("success", route.method)
        assert (row.status_code, row.request_id) == (
            answer.status_code,
            answer.headers["X-Request-ID"],
        )


@pytest.mark.parametrize("route", READING, ids=[route.name for route in READING])
def test_reading_leaves_no_record(world: World, route: Route) -> None:
    path = world.path(route.template)
    before = records()
    assert world.send(admitted(route), route.method, path).status_code < 400
    assert records() == before


@pytest.mark.parametrize("route", REFUSING, ids=[route.name for route in REFUSING])
def test_a_principal_without_the_right_leaves_one_denial(world: World, route: Route) -> None:
    for principal, status in route.statuses.items():
        if status != 403:
            continue
        path, body = world.path(route.template), route.body(world)
        before = ledger.events()
        answer = world.send(principal, route.method, path, body)
        assert answer.status_code == 403
        [denial] = ledger.events()[len(before) :]
        assert (denial.action, denial.outcome) == ("ACCESS_DENIED", "refused")
        assert (denial.status_code, denial.method) == (403, route.method)
        assert denial.request_id == answer.headers["X-Request-ID"]
        assert denial.count == 1
        if principal in ("customer", "other", "owner", "admin"):
            assert denial.user_id is not None
        else:
            assert denial.device_id == getattr(world, principal).id
