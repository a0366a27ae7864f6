"""A business that is deleted has no workers any more; one that is suspended keeps those it has."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.api.businesses.desk import REASON, Desk
from tests.appointments import APPOINTMENTS, assert_claims_fit, salon
from tests.scanning import SCAN, long_form

WILL = {"name": "Will", "email": "will@example.com", "pin": "482913"}
LOGIN = "/api/v1/workers/login"
ME = "/api/v1/devices/me"


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app)


@pytest.fixture
def will(desk) -> Any:
    return desk.send("POST", "/workers", WILL).json


def sign_in(client) -> Any:
    return client.post(LOGIN, json={"email": WILL["email"], "password": WILL["pin"]})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_deleted_businesss_worker_signs_in_no_more(client, desk, will):
    assert sign_in(client).status_code == 200
    assert desk.send("DELETE").status_code == 200
    for who in ({"email": WILL["email"]}, {"worker_id": will["id"]}):
        refused = client.post(LOGIN, json={**who, "password": WILL["pin"]})
        assert (refused.status_code, refused.json["error_code"]) == (401, "INVALID_CREDENTIALS")


def test_a_deleted_businesss_worker_scans_no_more(client, desk, will):
    headers = bearer(will["worker_token"])
    assert client.get(ME, headers=headers).status_code == 200
    order = factories.visit(desk.shop, desk.owner.id, status="confirmed")
    assert desk.send("DELETE").status_code == 200
    body = long_form(order.label_code, "processing")
    for answer in (client.post(SCAN, json=body, headers=headers), client.get(ME, headers=headers)):
        assert (answer.status_code, answer.json["error_code"]) == (401, "INVALID_TOKEN")


def test_a_shared_device_names_no_worker_of_a_deleted_business(client, device, desk, will):
    order = factories.visit(desk.shop, desk.owner.id, status="confirmed")
    body = long_form(order.label_code, "processing", worker_id=will["id"])
    assert (
        "wrong_business" not in client.post(SCAN, json=body, headers=device.headers).json["reasons"]
    )
    assert desk.send("DELETE").status_code == 200
    body = long_form(order.label_code, "completed", worker_id=will["id"])
    told = client.post(SCAN, json=body, headers=device.headers).json
    assert (told["result"], told["reason"]) == ("rejected", "worker_unknown")


def test_no_device_is_prepared_for_a_worker_of_a_deleted_business(admin, desk, will):
    body = {"name": "Counter", "worker_id": will["id"]}
    assert admin.post("/api/v1/devices", json=body).status_code == 201
    assert desk.send("DELETE").status_code == 200
    refused = admin.post("/api/v1/devices", json=body)
    assert (refused.status_code, list(refused.json["details"])) == (400, ["worker_id"])


def test_an_account_that_worked_there_sees_its_appointments_no_more(app, client):
    stage = salon(app, 0)
    will = factories.sign_up(app, "will@example.com")
    worker = factories.worker(business_id=stage.shop.business.id, user_id=will.id)
    order = factories.visit(stage.shop, stage.ada.id, worker_id=worker.id)
    assert stage.show(order.order_number, will).status_code == 200
    listed = client.get(APPOINTMENTS, headers=will.headers).json
    assert [one["order_number"] for one in listed] == [order.order_number]
    path = f"/api/v1/businesses/{stage.shop.slug}"
    assert client.delete(path, headers=stage.owner.headers).status_code == 200
    assert stage.show(order.order_number, will).status_code == 404
    assert client.get(APPOINTMENTS, headers=will.headers).json == []
    assert stage.show(order.order_number, stage.ada).status_code == 200


def test_a_suspended_businesss_workers_go_on_with_what_is_booked(client, admin, app):
    stage = salon(app)
    order = stage.book_begun()
    hands = factories.device(worker_id=stage.shop.workers[0].id, origin="login")
    path = f"/api/v1/admin/businesses/{stage.shop.business.id}/suspend"
    assert admin.post(path, json=REASON).status_code == 200
    body = long_form(order.label_code, "processing")
    told = client.post(SCAN, json=body, headers=hands.headers).json
    assert (told["result"], told["order"]["status"]) == ("accepted", "processing")
    assert_claims_fit(order.id)
