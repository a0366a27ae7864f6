"""Ten processes decide about one license at the same moment: one wins, and the ledger says who."""

from __future__ import annotations

from collections import Counter

import pytest

from app import database
from app.models import License
from app.operations.actors import Actor, Role
from app.operations.licenses import requests
from app.support import clock
from tests import factories
from tests.faults.fleet import Call, Fleet
from tests.ledger import events
from tests.licensing import API, TYPE, give, license_of, make_type

RIVALS = 10
ROUNDS = 5


@pytest.fixture(scope="module")
def fleet(environment, migrated_app):
    fleet = Fleet(environment, RIVALS)
    yield fleet
    fleet.close()


@pytest.fixture
def holder(app):
    make_type()
    user = factories.user(app)
    return factories.worker(user_id=user.id)


@pytest.fixture
def chief(app):
    """What an admin's browser sends."""
    user = factories.user(app, role="admin")
    return {"Cookie": f"session={factories.session_cookie(user.id)}"}


def asked_for(worker) -> int:
    license_id = give(worker.id, ago=3)
    holder = Actor(Role.CUSTOMER, user_id=worker.user_id)
    with database.transaction():
        requests.request_upgrade(license_id, at=clock.now(), actor=holder)
    return license_id


def statuses(answers) -> Counter[int]:
    return Counter(one.status for some in answers for one in some)


def words(license_id) -> list[str]:
    rows = events(resource_type="license", resource_id=license_id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert license_of(license_id).version == len(rows)
    return [row.action for row in rows[2:]]


def test_of_ten_approvals_one_raises_the_level(fleet, holder, chief):
    license_id = asked_for(holder)
    call = Call(f"{API}/{license_id}/approve-upgrade", {"new_level": 2}, chief)
    assert statuses(fleet.send([[call]] * RIVALS)) == {200: 1, 409: RIVALS - 1}
    assert license_of(license_id).level == 2
    assert words(license_id) == ["LICENSE_APPROVED"]


def test_of_an_approval_and_a_rejection_one_wins(fleet, app, chief):
    make_type()
    for _ in range(ROUNDS):
        worker = factories.worker(user_id=factories.user(app).id)
        license_id = asked_for(worker)
        approve = Call(f"{API}/{license_id}/approve-upgrade", {"new_level": 2}, chief)
        reject = Call(f"{API}/{license_id}/reject-upgrade", {"reason": "no"}, chief)
        answers = fleet.send([[approve], [reject]] * (RIVALS // 2))
        assert set(statuses(answers)) <= {200, 409}
        approved = statuses(answers[::2])[200]
        [decision] = words(license_id)
        assert (decision, approved) in (("LICENSE_APPROVED", 1), ("LICENSE_REJECTED", 0))
        assert license_of(license_id).level == (2 if approved else 1)


def test_of_ten_issues_of_one_type_one_is_made(fleet, holder, chief):
    call = Call(API, {"worker_id": holder.id, "type": TYPE}, chief)
    assert statuses(fleet.send([[call]] * RIVALS)) == {200: 1, 409: RIVALS - 1}
    with database.transaction(write=False) as session:
        assert session.query(License).count() == 1
    assert len(events(action="LICENSE_ISSUED")) == 1


def test_every_change_that_is_answered_is_a_record(fleet, holder, chief):
    license_id = give(holder.id, ago=3)
    calls = [Call(f"{API}/{license_id}/rotate-qr", {}, chief)] * ROUNDS
    told = statuses(fleet.send([calls] * RIVALS))
    assert set(told) <= {200, 409}
    assert license_of(license_id).token_serial == 1 + told[200]
    assert len(events(action="LICENSE_ROTATED")) == told[200]


def test_a_license_that_is_revoked_meanwhile_is_raised_no_more(fleet, holder, chief):
    license_id = asked_for(holder)
    approve = Call(f"{API}/{license_id}/approve-upgrade", {"new_level": 2}, chief)
    revoke = Call(f"{API}/{license_id}", {}, chief, "DELETE")
    answers = fleet.send([[approve], [revoke]] * (RIVALS // 2))
    assert statuses(answers[::2])[200] <= 1
    found = license_of(license_id)
    assert (found.live, found.revoked_at is not None) == (None, True)
    assert words(license_id)[-1] == "LICENSE_REVOKED"
