"""The last active admin stays one, whoever takes whom away at the same moment (contract.md 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import database
from app.http.application import Application
from app.models import User
from tests import factories
from tests.faults.fleet import Call, Fleet
from tests.ledger import event, events

USERS = "/api/v1/admin/users"
ENDS = {
    "demoted": ("PATCH", "/role", {"role": "customer"}),
    "deactivated": ("POST", "/deactivate", {}),
    "deleted": ("DELETE", "", {}),
}
RIVALS = 10


def active_admins() -> list[int]:
    with database.transaction(write=False) as session:
        active = select(User.id).where(User.role == "admin", User.is_active.is_(True))
        return list(session.scalars(active))


@pytest.mark.parametrize("end", ENDS)
def test_the_only_active_admin_stays(app: Application, admin: FlaskClient, end: str) -> None:
    method, below, body = ENDS[end]
    factories.user(app, role="admin", is_active=False)
    own = event(action="LOGIN").resource_id
    answer = admin.open(f"{USERS}/{own}{below}", method=method, json=body)
    assert (answer.status_code, answer.json["error_code"]) == (409, "LAST_ADMIN")
    assert active_admins() == [own]
    assert admin.get(USERS).status_code == 200


def test_of_two_admins_one_may_step_down(app: Application, admin: FlaskClient) -> None:
    other = factories.user(app, role="admin").id
    own = event(action="LOGIN").resource_id
    answer = admin.patch(f"{USERS}/{own}/role", json={"role": "customer"})
    assert (answer.status_code, answer.json["role"]) == (200, "customer")
    assert admin.get(USERS).status_code == 401
    assert active_admins() == [other]


def test_a_customers_routes_do_not_reach_an_admin(app: Application, admin: FlaskClient) -> None:
    own = event(action="LOGIN").resource_id
    for path in ("/api/v1/customers", "/admin/api/customers"):
        assert admin.delete(f"{path}/{own}").status_code == 404
    assert admin.post(f"/admin/customers/{own}/deactivate").status_code == 404
    assert active_admins() == [own]


@pytest.fixture(scope="module")
def fleet(environment: dict[str, str], migrated_app: Application) -> Iterator[Fleet]:
    fleet = Fleet(environment, RIVALS)
    yield fleet
    fleet.close()


@pytest.mark.parametrize("rivals", [2, RIVALS])
@pytest.mark.parametrize("end", ["demoted", "deactivated"])
@pytest.mark.parametrize("_again", range(3))
def test_admins_who_end_each_other_at_once_leave_exactly_one(
    app: Application, fleet: Fleet, rivals: int, end: str, _again: int
) -> None:
    """Each takes away the next one in a ring: all at once, from processes of their own."""
    method, below, body = ENDS[end]
    ring = [factories.user(app, role="admin").id for _ in range(rivals)]
    calls = [
        Call(
            f"{USERS}/{ring[(place + 1) % rivals]}{below}",
            body,
            {"Cookie": f"session={factories.session_cookie(one)}"},
            method,
        )
        for place, one in enumerate(ring)
    ]
    answers = [one for some in fleet.send([[call] for call in calls]) for one in some]
    told = Counter(answer.json.get("error_code") for answer in answers)
    assert set(told) <= {None, "LAST_ADMIN", "UNAUTHORIZED"}
    assert len(active_admins()) >= 1
    assert len(active_admins()) == rivals - told[None]
    if rivals == 2:
        assert told[None] == 1
    word = "USER_ROLE_CHANGED" if end == "demoted" else "USER_DEACTIVATED"
    assert len(events(action=word)) == told[None]


@pytest.mark.parametrize("rivals", [2, RIVALS])
@pytest.mark.parametrize("_again", range(3))
def test_admins_who_all_step_down_at_once_leave_the_last_one(
    app: Application, fleet: Fleet, rivals: int, _again: int
) -> None:
    ring = [factories.user(app, role="admin").id for _ in range(rivals)]
    calls = [
        Call(
            f"{USERS}/{one}/role",
            {"role": "owner"},
            {"Cookie": f"session={factories.session_cookie(one)}"},
            "PATCH",
        )
        for one in ring
    ]
    answers = [one for some in fleet.send([[call] for call in calls]) for one in some]
    told = Counter(answer.json.get("error_code") for answer in answers)
    assert told == {None: rivals - 1, "LAST_ADMIN": 1}
    assert len(active_admins()) == 1
