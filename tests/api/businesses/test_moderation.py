"""Admins approve, reject and suspend; who is not approved is seen by nobody."""

from __future__ import annotations

import pytest

from app.models import Business, OutboxMessage
from tests import booking, ledger
from tests.api.businesses.desk import BUSINESSES, REASON, Desk
from tests.holes.world import stored
from tests.rows import writing

ADMIN = "/api/v1/admin/businesses"


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app, status="pending")


def decide(admin, desk: Desk, word: str, body=None):
    return admin.post(f"{ADMIN}/{desk.shop.business.id}/{word}", json=body or {})


def announced() -> list[tuple[str, int]]:
    with writing() as session:
        rows = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
        return [(row.event, row.subject_id) for row in rows]


def test_an_approved_business_is_seen_by_everybody(client, admin, desk):
    assert client.get(desk.path).status_code == 404
    assert desk.send("GET").status_code == 200
    answer = decide(admin, desk, "approve")
    assert (answer.status_code, answer.json["status"]) == (200, "approved")
    assert client.get(desk.path).status_code == 200
    assert ledger.event(action="BUSINESS_APPROVED").resource_id == desk.shop.business.id
    assert announced() == [("business.approved", desk.shop.business.id)]


def test_a_business_is_approved_once(admin, desk):
    decide(admin, desk, "approve")
    answer = decide(admin, desk, "approve")
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("reason", [None, "", "too short", "x" * 501])
def test_a_rejection_says_why(admin, desk, reason):
    answer = decide(admin, desk, "reject", {"reason": reason})
    assert (answer.status_code, list(answer.json["details"])) == (400, ["reason"])
    assert stored(Business, desk.shop.business.id).status == "pending"


def test_the_owner_of_a_rejected_business_reads_why(admin, desk):
    assert decide(admin, desk, "reject", REASON).json["status"] == "rejected"
    [mine] = desk.send_as(desk.owner, "GET", f"{BUSINESSES}/mine").json
    assert (mine["status"], mine["reason"]) == ("rejected", REASON["reason"])
    assert announced() == [("business.rejected", desk.shop.business.id)]


def test_an_approved_business_is_not_rejected(admin, desk):
    decide(admin, desk, "approve")
    assert decide(admin, desk, "reject", REASON).status_code == 400
    assert stored(Business, desk.shop.business.id).status == "approved"


def test_a_rejected_business_is_rejected_once_and_can_be_approved(admin, desk):
    decide(admin, desk, "reject", REASON)
    assert decide(admin, desk, "reject", REASON).status_code == 409
    answer = decide(admin, desk, "approve")
    assert (answer.status_code, answer.json["reason"]) == (200, None)


def test_a_suspended_business_is_out_of_sight_until_it_is_approved_again(client, admin, desk):
    assert decide(admin, desk, "suspend", REASON).status_code == 409
    decide(admin, desk, "approve")
    assert decide(admin, desk, "suspend", REASON).json["status"] == "suspended"
    assert client.get(desk.path).status_code == 404
    assert client.get(f"{desk.path}/services").status_code == 404
    assert client.get(f"{desk.path}/reviews").status_code == 404
    query = {"service_id": desk.shop.service.id, "date": "2027-01-04"}
    assert client.get(f"{desk.path}/availability", query_string=query).status_code == 404
    assert [one["slug"] for one in client.get(BUSINESSES).json] == ["house"]
    assert desk.send("PATCH", body={"phone": "555"}).status_code == 200
    assert decide(admin, desk, "approve").status_code == 200
    assert client.get(desk.path).status_code == 200


def test_the_house_is_not_suspended(admin):
    assert admin.post(f"{ADMIN}/1/suspend", json=REASON).status_code == 409


def test_a_reviewer_sees_what_was_changed_since_the_approval(admin, desk):
    desk.send("PATCH", body={"name": "Before"})
    decide(admin, desk, "approve")
    desk.send("PATCH", body={"city": "Warsaw", "phone": "555"})
    desk.send("PATCH", body={"address": "Long Street 1"})
    shown = admin.get(f"{ADMIN}/{desk.shop.business.id}").json
    assert shown["changed"] == ["address", "city"]
    assert shown["owner"]["email"] == desk.owner.email
    assert decide(admin, desk, "approve").json["changed_at"] is None
    assert admin.get(f"{ADMIN}/{desk.shop.business.id}").json["changed"] == []
    assert decide(admin, desk, "approve").status_code == 409


def test_what_was_changed_behind_a_reviewers_back_is_not_approved(admin, desk):
    path = f"{ADMIN}/{desk.shop.business.id}"
    seen = admin.get(path).headers["ETag"]
    desk.send("PATCH", body={"name": "Your Bank"})
    refused = admin.post(f"{path}/approve", headers={"If-Match": seen})
    assert (refused.status_code, refused.json["error_code"]) == (412, "PRECONDITION_FAILED")
    assert stored(Business, desk.shop.business.id).status == "pending"
    seen = admin.get(path).headers["ETag"]
    assert admin.post(f"{path}/approve", headers={"If-Match": seen}).status_code == 200


def test_businesses_are_listed_by_their_state(admin, desk):
    other = booking.shop(0, status="rejected")
    for status, slugs in {
        "pending": [desk.shop.slug],
        "rejected": [other.slug],
        "suspended": [],
        "approved": ["house"],
    }.items():
        answer = admin.get(f"{ADMIN}?status={status}")
        assert [one["slug"] for one in answer.json] == slugs
        assert answer.headers["X-Total-Count"] == str(len(slugs))
    assert len(admin.get(f"{ADMIN}?per_page=2").json) == 2
    assert admin.get(f"{ADMIN}?status=lost").status_code == 400


@pytest.mark.parametrize("word", ["approve", "reject", "suspend"])
def test_a_business_that_is_not_there_is_404(admin, word):
    answer = admin.post(f"{ADMIN}/4242/{word}", json=REASON)
    assert (answer.status_code, answer.json["error_code"]) == (404, "BUSINESS_NOT_FOUND")
