"""Who works in a business: hired, changed, invited, dismissed; nobody is reached by strangers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.models import Worker
from app.support import clock
from tests import booking, factories, ledger
from tests.api.businesses.desk import BUSINESSES, Desk
from tests.holes.world import stored
from tests.licensing import API, give, make_type

WILL = {"name": "Will", "email": "will@example.com", "pin": "482913", "bio": "Since 1999"}
LOGIN = "/api/v1/workers/login"


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app)


def hire(desk: Desk, **more: Any) -> Any:
    answer = desk.send("POST", "/workers", {**WILL, **more})
    assert answer.status_code == 201, answer.text
    return answer.json


def invite(desk: Desk, worker_id: int) -> str:
    answer = desk.send("POST", f"/workers/{worker_id}/invitation")
    assert answer.status_code == 201, answer.text
    return answer.json["code"]


def join(desk: Desk, who: factories.Customer, code: str) -> Any:
    return desk.send_as(who, "POST", f"{BUSINESSES}/join", {"code": code})


# --- hiring -------------------------------------------------------------------------------------


def test_a_worker_is_hired_and_seen_without_contact_data(client, desk):
    made = hire(desk, specialization="Beards")
    assert (made["email"], made["is_manager"], made["has_password"]) == (WILL["email"], False, True)
    [seen] = client.get(f"{desk.path}/workers").json
    assert seen == {
        "id": made["id"],
        "name": "Will",
        "specialization": "Beards",
        "bio": "Since 1999",
        "service_ids": [],
    }
    assert "will@example.com" not in client.get(desk.path).text


def test_who_runs_a_business_hands_no_license_to_another_name(admin, desk):
    made = hire(desk)
    path, other = f"/workers/{made['id']}", {"name": "Mallory"}
    assert desk.send("PATCH", path, {"name": "William"}).status_code == 200
    make_type()
    license_id = give(made["id"])
    answer = desk.send("PATCH", path, other)
    assert (answer.status_code, "admin" in answer.json["message"]) == (403, True)
    assert desk.send("PATCH", path, {"name": "William", "bio": "New"}).status_code == 200
    tell = admin.patch(f"{BUSINESSES}/{desk.path.rpartition('/')[2]}{path}", json=other)
    assert tell.status_code == 200, tell.text
    admin.delete(f"{API}/{license_id}")
    assert desk.send("PATCH", path, {"name": "Max"}).status_code == 200


def test_a_worker_of_a_business_signs_in_and_scans_as_any_worker(client, desk):
    made = hire(desk)
    answer = client.post(LOGIN, json={"email": WILL["email"], "password": "482913"})
    assert answer.status_code == 200, answer.text
    for token in (answer.json["worker_token"], made["worker_token"]):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/devices/me", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("more", "field"),
    [({"pin": "123"}, "password"), ({"name": ""}, "name"), ({"email": "will"}, "email")],
)
def test_a_worker_is_hired_with_what_is_valid(desk, more, field):
    answer = desk.send("POST", "/workers", {**WILL, **more})
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])


def test_an_address_is_one_workers(desk):
    hire(desk)
    assert desk.send("POST", "/workers", WILL).json["error_code"] == "EMAIL_ALREADY_EXISTS"


def test_the_houses_workers_stay_apart(client, admin, desk):
    made = hire(desk)
    assert admin.get("/api/v1/workers").json == []
    assert admin.get(f"/api/v1/workers/{made['id']}").status_code == 404
    house = admin.post("/api/v1/workers", json={"name": "Wanda"}).json
    assert desk.send("PATCH", f"/workers/{house['id']}", {"name": "X"}).status_code == 404
    assert [one["id"] for one in client.get(f"{desk.path}/workers").json] == [made["id"]]


# --- changing and dismissing --------------------------------------------------------------------


def test_a_new_pin_ends_what_was_signed_in_with_the_old_one(client, desk):
    made = hire(desk)
    answer = desk.send("PATCH", f"/workers/{made['id']}", {"pin": "739146", "bio": None})
    assert (answer.status_code, answer.json["bio"]) == (200, None)
    headers = {"Authorization": f"Bearer {made['worker_token']}"}
    assert client.get("/api/v1/devices/me", headers=headers).status_code != 200
    login = {"email": WILL["email"], "password": "739146"}
    assert client.post(LOGIN, json=login).status_code == 200


def test_a_dismissed_worker_is_refused_and_comes_back(client, desk):
    made = hire(desk)
    path = f"/workers/{made['id']}"
    assert desk.send("DELETE", path).status_code == 200
    assert client.get(f"{desk.path}/workers").json == []
    headers = {"Authorization": f"Bearer {made['worker_token']}"}
    assert client.get("/api/v1/devices/me", headers=headers).status_code == 401
    [gone] = desk.send("GET", "/staff").json
    assert gone["is_active"] is False
    assert desk.send("PATCH", path, {"is_active": True}).json["is_active"] is True
    assert len(client.get(f"{desk.path}/workers").json) == 1


@pytest.mark.parametrize("how", ["DELETE", "PATCH"])
def test_a_worker_with_appointments_to_come_is_not_dismissed(desk, how):
    worker = booking.add_worker(desk.shop)
    starts_at = clock.now() + timedelta(days=2)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    order = factories.visit(
        desk.shop, desk.owner.id, status="confirmed", worker_id=worker.id, **times
    )
    body = {"is_active": False} if how == "PATCH" else None
    answer = desk.send(how, f"/workers/{worker.id}", body)
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    assert answer.json["details"] == {"appointments": [order.order_number]}
    assert stored(Worker, worker.id).is_active


def test_services_name_who_can_do_them(client, desk):
    made = hire(desk)
    path = f"/workers/{made['id']}/services"
    answer = desk.send("PUT", path, {"service_ids": [desk.shop.service.id]})
    assert answer.json["service_ids"] == [desk.shop.service.id]
    assert client.get(f"{desk.path}/workers").json[0]["service_ids"] == [desk.shop.service.id]
    other = booking.shop(0)
    assert desk.send("PUT", path, {"service_ids": [other.service.id]}).status_code == 400
    assert desk.send("PUT", path, {"service_ids": []}).json["service_ids"] == []
    changed = ledger.events(action="ABILITIES_CHANGED")
    assert [ledger.data_of(one)["services"] for one in changed] == [[desk.shop.service.id], []]


# --- managers, and accounts ---------------------------------------------------------------------


def test_a_code_makes_an_account_a_workers_own_once(app, desk, customer):
    made = hire(desk, is_manager=True)
    code = invite(desk, made["id"])
    assert desk.send_as(customer, "GET", f"{desk.path}/staff").status_code == 404
    answer = join(desk, customer, code.lower())
    assert (answer.status_code, answer.json["slug"]) == (200, desk.shop.slug)
    assert answer.json["is_manager"] is True
    assert desk.send_as(customer, "GET", f"{desk.path}/staff").status_code == 200
    other = factories.sign_up(app, "other@example.com")
    again = join(desk, other, code)
    assert (again.status_code, again.json["error_code"]) == (400, "INVALID_VERIFICATION_CODE")
    assert desk.send_as(other, "GET", f"{desk.path}/staff").status_code == 404
    assert ledger.event(action="WORKER_JOINED").user_id == customer.id


def test_a_worker_who_is_no_manager_manages_nothing(desk, customer):
    made = hire(desk)
    assert join(desk, customer, invite(desk, made["id"])).json["is_manager"] is False
    assert desk.send_as(customer, "GET", f"{desk.path}/staff").status_code == 404
    assert desk.send_as(customer, "GET", f"{BUSINESSES}/mine").json == []


def test_a_code_that_is_old_replaced_or_made_up_opens_nothing(desk, customer):
    made = hire(desk)
    first = invite(desk, made["id"])
    second = invite(desk, made["id"])
    with time_machine.travel(clock.now() + timedelta(days=3, minutes=1), tick=False):
        late = factories.sign_up(desk.app, "late@example.com")
        assert join(desk, late, second).status_code == 400
    for code in (first, "AAAA-AAAA-AAAA", "nonsense"):
        assert join(desk, customer, code).status_code == 400
    assert join(desk, customer, second).status_code == 200


def test_an_account_is_one_workers_of_a_business(desk, customer):
    one, two = hire(desk), hire(desk, name="Wanda", email="wanda@example.com")
    assert join(desk, customer, invite(desk, one["id"])).status_code == 200
    assert join(desk, customer, invite(desk, two["id"])).status_code == 409


def test_a_code_of_somebody_dismissed_opens_nothing(desk, customer):
    made = hire(desk)
    code = invite(desk, made["id"])
    desk.send("DELETE", f"/workers/{made['id']}")
    assert join(desk, customer, code).status_code == 400
    assert desk.send("POST", f"/workers/{made['id']}/invitation").status_code == 409


def test_only_the_owner_says_who_manages(desk):
    manager, made = desk.manager(), hire(desk)
    path = f"{desk.path}/workers"
    body = {**WILL, "email": "x@example.com", "is_manager": True}
    assert desk.send_as(manager, "POST", path, body).status_code == 403
    own = f"{path}/{made['id']}"
    assert desk.send_as(manager, "PATCH", own, {"is_manager": True}).status_code == 403
    assert desk.send_as(manager, "PATCH", own, {"bio": "New"}).status_code == 200
    assert desk.send("PATCH", f"/workers/{made['id']}", {"is_manager": True}).status_code == 200


def test_a_manager_has_no_way_to_another_managers_place(desk):
    manager = desk.manager()
    other = hire(desk, is_manager=True)
    path = f"{desk.path}/workers/{other['id']}"
    for method, below, body in [
        ("PATCH", "", {"pin": "739146"}),
        ("DELETE", "", None),
        ("POST", "/invitation", None),
    ]:
        assert desk.send_as(manager, method, path + below, body).status_code == 403
    staff = desk.send("GET", "/staff").json
    own = next(one["id"] for one in staff if one["name"] == "Mia")
    invitation = f"{desk.path}/workers/{own}/invitation"
    assert desk.send_as(manager, "POST", invitation).status_code == 403


def test_a_code_from_before_somebody_manages_opens_nothing_afterwards(desk, customer):
    """Whoever saw it, a manager perhaps, was trusted with a worker's place and not with this one."""
    manager, made = desk.manager(), hire(desk)
    path = f"{desk.path}/workers/{made['id']}"
    code = desk.send_as(manager, "POST", f"{path}/invitation").json["code"]
    assert desk.send("PATCH", f"/workers/{made['id']}", {"is_manager": True}).status_code == 200
    assert join(desk, customer, code).status_code == 400
    assert desk.send_as(customer, "GET", f"{desk.path}/staff").status_code == 404
    assert join(desk, customer, invite(desk, made["id"])).json["is_manager"] is True


def test_codes_and_pins_are_not_told_in_the_ledger(desk):
    made = hire(desk)
    code = invite(desk, made["id"])
    told = "".join(one.data + (one.pii or "") for one in ledger.events())
    assert code not in told
    assert WILL["pin"] not in told
