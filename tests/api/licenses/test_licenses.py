"""Licenses over HTTP: issued, asked for, decided, renewed, revoked (licenses.md 3)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.support import clock
from tests import factories
from tests.booking import shop
from tests.ledger import data_of, events
from tests.licensing import API, TYPE, give, license_of, make_type, tamper
from tests.rows import writing
from tests.statements import counted_statements

OWN = f"{API}/my-licenses"


@pytest.fixture
def holder(app, customer):
    """A worker whose account is the customer's."""
    make_type()
    return factories.worker("Wanda", user_id=customer.id)


@pytest.fixture
def issued(admin, holder):
    answer = admin.post(API, json={"worker_id": holder.id, "type": TYPE})
    assert answer.status_code == 200, answer.text
    return answer.json


def refusal(answer, status, field=None):
    assert answer.status_code == status, answer.text
    if field is not None:
        assert field in answer.json["details"]
    return answer.json["message"]


def test_an_admin_issues_a_license(admin, customer, holder):
    body = {"user_id": customer.id, "specialization": " Dry Cleaning ", "level": 1}
    told = admin.post(API, json=body)
    assert told.status_code == 200
    found = told.json
    assert (found["user_id"], found["worker_id"]) == (customer.id, holder.id)
    assert (found["type"], found["specialization_type"]) == (TYPE, TYPE)
    assert (found["specialization"], found["holder"]) == (f"The {TYPE}", "Wanda")
    assert (found["level"], found["status"], found["is_active"]) == (1, "valid", True)
    assert re.fullmatch(r"LIC-[0-9A-HJKMNP-TV-Z]{10}", found["code"])
    assert re.fullmatch(r"[0-9a-f]{64}", found["record_hash"])
    assert found["blockchain_hash"] == found["record_hash"]
    [row] = events(resource_type="license")
    assert (row.mac.hex(), row.action, row.seq) == (found["record_hash"], "LICENSE_ISSUED", 1)
    assert row.status_code == 200
    assert admin.get(f"{API}/{found['id']}").json == found
    assert admin.get(API).json == [found]


def test_a_license_ends_on_the_same_day_of_its_last_month(admin, issued):
    begun, ends = (
        clock.parse_instant(issued["issued_at"]),
        clock.parse_instant(issued["expires_at"]),
    )
    day = min(begun.day, 28) if begun.month == 2 else begun.day
    assert (ends.year, ends.month, ends.day, ends.time()) == (
        begun.year + 1,
        begun.month,
        day,
        begun.time(),
    )
    told = admin.post(f"{API}/{issued['id']}/renew").json
    renewed = clock.parse_instant(told["expires_at"])
    assert (renewed.year, renewed.date().replace(year=ends.year)) == (ends.year + 1, ends.date())
    assert told["record_hash"] != issued["record_hash"]


def test_an_expired_license_is_renewed_from_now(admin, holder):
    license_id = give(holder.id, ago=800)
    assert admin.get(f"{API}/{license_id}").json["status"] == "expired"
    told = admin.post(f"{API}/{license_id}/renew").json
    assert told["status"] == "valid"
    assert clock.parse_instant(told["expires_at"]) > clock.now() + timedelta(days=360)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": TYPE}, "worker_id"),
        ({"worker_id": 1, "user_id": 1, "type": TYPE}, "worker_id"),
        ({"worker_id": 999_999, "type": TYPE}, "worker_id"),
        ({"user_id": 999_999, "type": TYPE}, "user_id"),
        ({"user_id": "{customer}"}, "type"),
        ({"user_id": "{customer}", "type": "flying"}, "type"),
        ({"user_id": "{customer}", "type": TYPE, "specialization": "flying"}, "type"),
        ({"user_id": "{customer}", "type": TYPE, "level": 4}, "level"),
        ({"user_id": "{customer}", "type": TYPE, "level": 0}, "level"),
        ({"user_id": "{customer}", "type": TYPE, "level": "1"}, "level"),
    ],
)
def test_what_cannot_be_issued_is_said_by_its_field(admin, customer, holder, body, field):
    body = {key: customer.id if one == "{customer}" else one for key, one in body.items()}
    refusal(admin.post(API, json=body), 400, field)
    assert events(resource_type="license") == []


def test_an_account_that_works_in_two_places_is_not_guessed(admin, app, customer, holder):
    factories.worker("Elsewhere", user_id=customer.id, business_id=shop().business.id)
    message = refusal(admin.post(API, json={"user_id": customer.id, "type": TYPE}), 400, "user_id")
    assert "worker_id" in message


def test_one_license_of_a_type_counts_until_it_is_revoked(admin, issued, holder):
    body = {"worker_id": holder.id, "type": TYPE}
    refusal(admin.post(API, json=body), 409)
    assert admin.delete(f"{API}/{issued['id']}").status_code == 200
    again = admin.post(API, json=body)
    assert again.status_code == 200
    assert again.json["code"] != issued["code"]


def test_a_level_is_changed_and_with_it_the_hash(admin, issued):
    path = f"{API}/{issued['id']}"
    told = admin.patch(path, json={"level": 2, "reason": "passed"}).json
    assert told["level"] == 2
    assert told["record_hash"] != issued["record_hash"]
    assert admin.get(path).json == told
    assert admin.patch(path, json={"level": 2}).json["version"] == told["version"]
    last = events(resource_type="license")[-1]
    assert (last.action, last.seq, data_of(last)["reason"]) == ("LICENSE_CHANGED", 2, "passed")
    assert data_of(last)["claims"]["level"] == 2
    refusal(admin.patch(path, json={"level": 4}), 400, "level")
    refusal(admin.patch(path, json={"expires_at": "2020-01-01T00:00:00Z"}), 400, "expires_at")
    assert admin.patch(path, json={"expires_at": None}).json["expires_at"] is None
    refusal(admin.post(f"{path}/renew"), 409)


def test_a_revoked_license_stays_revoked(admin, client, customer, issued):
    path = f"{API}/{issued['id']}"
    told = admin.delete(path, json={"reason": "sold it"})
    assert told.status_code == 200
    assert (told.json["status"], told.json["is_active"]) == ("revoked", False)
    assert told.json["revoke_reason"] == "sold it"
    assert admin.delete(path).json == told.json
    assert len(events(resource_type="license")) == 2
    for method, more, body in (
        ("patch", "", {"level": 2}),
        ("post", "/renew", {}),
        ("post", "/rotate-qr", {}),
        ("post", "/approve-upgrade", {"new_level": 2}),
    ):
        refusal(getattr(admin, method)(path + more, json=body), 409)
    asked = f"{OWN}/{issued['id']}/request-upgrade"
    refusal(client.post(asked, json={}, headers=customer.headers), 409)


def test_an_upgrade_is_asked_for_and_approved(admin, client, customer, issued):
    path = f"{API}/{issued['id']}"
    refusal(admin.post(f"{path}/approve-upgrade", json={"new_level": 2}), 409)
    asked = client.post(
        f"{OWN}/{issued['id']}/request-upgrade",
        json={"reason": "two years of silk"},
        headers=customer.headers,
    )
    assert (asked.status_code, asked.json) == (200, {"success": True})
    again = client.post(f"{OWN}/{issued['id']}/request-upgrade", headers=customer.headers)
    assert again.json == {"success": True}
    waiting = admin.get(f"{API}?status=requested").json
    assert [(one["requested_level"], one["request_reason"]) for one in waiting] == [
        (2, "two years of silk")
    ]
    refusal(admin.post(f"{path}/approve-upgrade", json={"new_level": 3}), 409)
    told = admin.post(f"{path}/approve-upgrade", json={"new_level": 2})
    assert told.status_code == 200
    assert (told.json["level"], told.json["requested_level"], told.json["success"]) == (
        2,
        None,
        True,
    )
    refusal(admin.post(f"{path}/approve-upgrade", json={"new_level": 3}), 409)
    assert [row.action for row in events(resource_type="license")] == [
        "LICENSE_ISSUED",
        "LICENSE_REQUESTED",
        "LICENSE_APPROVED",
    ]


def test_an_upgrade_is_rejected_once_and_that_may_be_said_again(admin, client, customer, issued):
    client.post(f"{OWN}/{issued['id']}/request-upgrade", headers=customer.headers)
    path = f"{API}/{issued['id']}/reject-upgrade"
    told = admin.post(path, json={"reason": "not yet"})
    assert (told.status_code, told.json["level"], told.json["requested_level"]) == (200, 1, None)
    assert admin.post(path, json={"reason": "not yet"}).json == told.json
    assert len(events(action="LICENSE_REJECTED")) == 1
    refusal(admin.post(f"{API}/{issued['id']}/approve-upgrade", json={"new_level": 2}), 409)


def test_beyond_the_highest_level_nothing_is_asked_for(admin, client, customer, issued):
    admin.patch(f"{API}/{issued['id']}", json={"level": 3})
    asked = client.post(f"{OWN}/{issued['id']}/request-upgrade", headers=customer.headers)
    assert "highest" in refusal(asked, 409)


def test_nobody_decides_about_their_own(admin, app):
    make_type()
    me = events(action="LOGIN")[-1].user_id
    own = give(factories.worker("Boss", user_id=me).id)
    for word, body in (("approve", {"new_level": 2}), ("reject", {"reason": "no"})):
        answer = admin.post(f"{API}/{own}/{word}-upgrade", json=body)
        assert "own" in refusal(answer, 403)
    assert "own" in refusal(admin.patch(f"{API}/{own}", json={"level": 3}), 403)
    assert "own" in refusal(admin.post(f"{API}/{own}/renew"), 403)
    assert license_of(own).version == 1


def test_nobody_gets_a_higher_level_of_their_own_by_revoking_and_issuing(admin, app):
    make_type()
    me = events(action="LOGIN")[-1].user_id
    boss = factories.worker("Boss", user_id=me)
    admin.delete(f"{API}/{give(boss.id)}")
    for who in ({"worker_id": boss.id}, {"user_id": me}):
        assert "own" in refusal(admin.post(API, json={**who, "type": TYPE, "level": 2}), 403)
    assert admin.post(API, json={"worker_id": boss.id, "type": TYPE}).status_code == 200


def test_a_license_ends_while_every_zone_has_a_word_for_it(admin, issued):
    path = f"{API}/{issued['id']}"
    for late in ("9999-12-31T23:59:59Z", "9999-01-01T00:00:00Z"):
        refusal(admin.patch(path, json={"expires_at": late}), 400, "expires_at")
    assert admin.patch(path, json={"expires_at": "9998-12-31T23:59:59Z"}).status_code == 200
    assert "dates" in refusal(admin.post(f"{path}/renew"), 409)
    assert license_of(issued["id"]).version == 2


def test_a_holder_sees_their_own_and_nobody_elses(admin, app, client, customer, issued):
    told = client.get(OWN, headers=customer.headers)
    assert (told.status_code, told.json) == (200, [issued])
    assert client.get(f"{OWN}/{issued['id']}", headers=customer.headers).json == issued
    other = factories.sign_up(app, "eve@example.com")
    assert client.get(OWN, headers=other.headers).json == []
    for method, path in (
        ("get", f"{OWN}/{issued['id']}"),
        ("post", f"{OWN}/{issued['id']}/request-upgrade"),
        ("post", f"{API}/{issued['id']}/rotate-qr"),
    ):
        refusal(getattr(client, method)(path, headers=other.headers), 404)
    for method, path in (("get", API), ("post", API), ("get", f"{API}/{issued['id']}")):
        answer = getattr(client, method)(path, json={}, headers=customer.headers)
        assert answer.status_code == 403


def test_a_worker_without_an_account_sees_theirs_by_their_device(admin, client, device):
    make_type()
    worker = factories.worker("Bo")
    license_id = give(worker.id)
    bound = factories.device(worker_id=worker.id)
    assert [one["id"] for one in client.get(OWN, headers=bound.headers).json] == [license_id]
    asked = client.post(f"{OWN}/{license_id}/request-upgrade", headers=bound.headers)
    assert asked.status_code == 409  # of 400 days ago, and good for a year
    assert admin.post(f"{API}/{license_id}/renew").status_code == 200
    asked = client.post(f"{OWN}/{license_id}/request-upgrade", headers=bound.headers)
    assert asked.json == {"success": True}
    assert client.get(OWN, headers=device.headers).json == []


def test_another_card_makes_another_hash(admin, client, customer, issued):
    told = client.post(f"{API}/{issued['id']}/rotate-qr", headers=customer.headers)
    assert (told.status_code, told.json["token_serial"]) == (200, 2)
    assert told.json["record_hash"] != issued["record_hash"]
    assert admin.post(f"{API}/{issued['id']}/rotate-qr").json["token_serial"] == 3


def test_the_hash_is_verified_against_the_row_and_the_ledger(admin, issued):
    path = f"{API}/{issued['id']}/verify-hash"

    def verdict(given):
        return admin.post(path, json={"hash": given}).json

    assert verdict(issued["record_hash"]) == {"is_valid": True, "status": "valid"}
    assert verdict(issued["record_hash"].upper())["is_valid"]
    assert not verdict("0" * 64)["is_valid"]
    assert not verdict("é")["is_valid"]
    admin.patch(f"{API}/{issued['id']}", json={"level": 2})
    assert not verdict(issued["record_hash"])["is_valid"]
    refusal(admin.post(path, json={}), 400, "hash")


@pytest.mark.parametrize(
    "change",
    [
        "level = 3",
        "expires_at = '2099-01-01 00:00:00.000000'",
        "expires_at = NULL",
        "issued_at = '2020-01-01 00:00:00.000000'",
        "worker_id = {other}",
        "type_code = 'flying'",
        "code = 'LIC-0000000000'",
        "token_serial = 9",
        "requested_level = 2",
        "version = 7",
        "live = NULL",
        "revoked_at = '2026-01-01 00:00:00.000000'",
    ],
)
def test_what_is_changed_in_the_database_alone_is_seen(admin, issued, change):
    make_type("flying")
    tamper(issued["id"], change.format(other=factories.worker().id))
    path = f"{API}/{issued['id']}"
    found = admin.get(path).json
    assert (found["status"], found["is_active"]) == ("tampered", False)
    told = admin.post(f"{path}/verify-hash", json={"hash": issued["record_hash"]}).json
    assert told == {"is_valid": False, "status": "tampered"}


def test_a_revocation_that_is_undone_in_the_database_is_seen(admin, issued):
    before = license_of(issued["id"])
    admin.delete(f"{API}/{issued['id']}")
    tamper(issued["id"], "revoked_at = NULL, live = 1, version = :version", version=before.version)
    assert admin.get(f"{API}/{issued['id']}").json["status"] == "tampered"


def test_no_change_heals_what_was_tampered_with(admin, client, customer, issued):
    tamper(issued["id"], "level = 3")
    path = f"{API}/{issued['id']}"
    for method, more, body in (
        ("patch", "", {"level": 2}),
        ("post", "/renew", {}),
        ("post", "/rotate-qr", {}),
        ("post", "/approve-upgrade", {"new_level": 2}),
    ):
        assert "record" in refusal(getattr(admin, method)(path + more, json=body), 409)
    refusal(client.post(f"{OWN}/{issued['id']}/request-upgrade", headers=customer.headers), 409)
    assert license_of(issued["id"]).version == 1
    assert admin.delete(path).json["status"] == "revoked"


def test_lists_are_filtered(admin, holder):
    make_type("flying", validity_months=None)
    other = factories.worker("Otto")
    old = give(holder.id, ago=800)
    soon = give(other.id, ago=350)
    for_good = give(holder.id, "flying")
    ended = give(other.id, "flying")
    admin.delete(f"{API}/{ended}")

    def ids(query):
        answer = admin.get(f"{API}?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["X-Total-Count"] == str(len(answer.json))
        return [one["id"] for one in answer.json]

    assert ids("") == [ended, for_good, soon, old]
    assert ids(f"worker_id={holder.id}") == [for_good, old]
    assert ids("type=flying") == [ended, for_good]
    assert ids("status=valid") == ids("status=active") == [for_good, soon]
    assert ids("status=expired") == [old]
    assert ids("status=revoked") == [ended]
    assert ids("expiring_within=30") == [soon]
    assert ids("expiring_within=5") == []
    refusal(admin.get(f"{API}?status=lost"), 400, "status")
    refusal(admin.get(f"{API}?expiring_within=-1"), 400, "expiring_within")


def test_a_list_asks_two_statements_and_who_asks(admin, holder):
    give(holder.id)
    with counted_statements() as one:
        admin.get(API)
    for _ in range(5):
        give(factories.worker().id)
    with counted_statements() as several:
        admin.get(API)
    assert len(one) == len(several) == 3
    beyond = admin.get(f"{API}?page=9")
    assert (beyond.json, beyond.headers["X-Total-Count"]) == ([], "6")


def test_what_is_lawfully_forgotten_leaves_it_proved(admin, issued):
    with writing() as session:
        erased = "pii = NULL, salt = NULL, ip_address = NULL, user_agent = NULL"
        session.execute(text(f"UPDATE audit_events SET {erased} WHERE resource_type = 'license'"))
    assert admin.get(f"{API}/{issued['id']}").json == issued


@pytest.mark.parametrize("change", ["data = '{}'", "actor_label = 'eve'", "action = 'LOGIN'"])
def test_a_record_that_was_changed_proves_nothing(admin, issued, change):
    with writing() as session:
        session.execute(text(f"UPDATE audit_events SET {change} WHERE resource_type = 'license'"))
    assert admin.get(f"{API}/{issued['id']}").json["status"] == "tampered"


def test_a_record_that_was_deleted_proves_nothing(admin, issued):
    with writing() as session:
        session.execute(text("DELETE FROM audit_events WHERE resource_type = 'license'"))
    found = admin.get(f"{API}/{issued['id']}").json
    assert (found["status"], found["record_hash"]) == ("tampered", None)
