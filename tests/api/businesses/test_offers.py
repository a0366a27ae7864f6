"""What a business offers, and the rooms and chairs that it needs."""

from __future__ import annotations

import pytest

from app.models import Service
from tests import booking, factories
from tests.api.businesses.desk import Desk
from tests.holes.world import stored
from tests.rows import writing

CUT = {"name": "Cut", "price": "30.00", "duration_minutes": 45}


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app)


def test_a_service_is_offered_in_the_currency_of_the_business(client, app):
    desk = Desk(app, currency="PLN")
    room = desk.send("POST", "/resources", {"kind": "room", "name": "Blue"}).json
    answer = desk.send("POST", "/services", {**CUT, "resources": [room["id"], room["id"]]})
    assert answer.status_code == 201, answer.text
    assert (answer.json["currency"], answer.json["price"]) == ("PLN", 30.0)
    assert answer.json["resources"] == [room["id"]]
    assert client.get(f"{desk.path}/services").json[-1] == answer.json


def test_a_name_is_offered_once_in_a_business_and_again_in_another(app, desk):
    other = Desk(app, "otto@example.com")
    assert desk.send("POST", "/services", CUT).status_code == 201
    assert desk.send("POST", "/services", CUT).status_code == 409
    assert other.send("POST", "/services", CUT).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("price", -1),
        ("price", None),
        ("duration_minutes", 7),
        ("duration_minutes", 0),
        ("buffer_before_minutes", 3),
        ("buffer_after_minutes", -5),
        ("status", "gone"),
        ("resources", [4242]),
        ("resources", "all"),
    ],
)
def test_a_service_is_made_of_steps_of_five_minutes(desk, field, value):
    answer = desk.send("POST", "/services", {**CUT, field: value})
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])


def test_a_room_of_another_business_or_a_worker_is_none_of_it(desk):
    other = booking.shop(1)
    theirs = booking.add_room(other)
    for resource_id in (theirs.id, other.resource()):
        assert (
            desk.send("POST", "/services", {**CUT, "resources": [resource_id]}).status_code == 400
        )


def test_what_is_absent_stays_also_the_rooms(desk):
    room = booking.add_room(desk.shop, name="Blue")
    path = f"/services/{desk.shop.service.id}"
    changed = desk.send("PUT", path, {"price": 99})
    assert (changed.json["price"], changed.json["resources"]) == (99.0, [room.id])
    assert desk.send("PUT", path, {"resources": []}).json["resources"] == []
    assert stored(Service, desk.shop.service.id).version == 3


def test_a_service_of_another_business_is_404(desk):
    other = booking.shop(0)
    house = factories.service()
    for service_id in (other.service.id, house.id, 10**9):
        for method in ("PUT", "DELETE"):
            answer = desk.send(method, f"/services/{service_id}", {"price": 1})
            assert (answer.status_code, answer.json["error_code"]) == (404, "SERVICE_NOT_FOUND")


def test_what_was_booked_is_deactivated_and_what_was_not_is_deleted(client, desk):
    booking.add_room(desk.shop, name="Blue")
    worker = booking.add_worker(desk.shop)
    booking.add_skill(desk.shop, worker)
    factories.visit(desk.shop, desk.owner.id)
    path = f"/services/{desk.shop.service.id}"
    assert desk.send("DELETE", path).json["deactivated"] is True
    assert client.get(f"{desk.path}/services").json == []
    [kept] = desk.send("GET", "/services?all=true").json
    assert (kept["status"], len(kept["resources"])) == ("inactive", 1)
    spare = desk.send("POST", "/services", CUT).json
    assert desk.send("DELETE", f"/services/{spare['id']}").json["deactivated"] is False
    assert stored(Service, spare["id"]) is None


def test_what_is_inactive_is_for_those_who_run_the_business(client, app, desk):
    other = Desk(app, "otto@example.com")
    path = f"{desk.path}/services?all=true"
    assert client.get(path).status_code == 404
    assert desk.send_as(other.owner, "GET", path).status_code == 404
    assert desk.send_as(desk.manager(), "GET", path).status_code == 200


def test_a_room_is_renamed_multiplied_and_put_out_of_use(desk):
    room = desk.send("POST", "/resources", {"kind": "chair", "name": "Window"}).json
    assert (room["units"], room["is_active"]) == (1, True)
    changes = {"name": "Door", "units": 3, "is_active": False}
    assert desk.send("PATCH", f"/resources/{room['id']}", changes).json == room | changes
    assert desk.send("GET", "/resources").json == [room | changes]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "worker", "name": "X"},
        {"kind": "room", "name": ""},
        {"kind": "room", "name": "X", "units": 0},
        {"kind": "room", "name": "X", "units": 1001},
    ],
)
def test_a_room_that_is_none_is_refused(desk, body):
    assert desk.send("POST", "/resources", body).status_code == 400


def test_a_calendar_of_a_person_is_no_room(desk):
    worker = booking.add_worker(desk.shop)
    path = f"/resources/{desk.shop.resources[worker.id]}"
    assert desk.send("PATCH", path, {"units": 2}).status_code == 404


def test_the_houses_services_stay_apart(client, admin, desk):
    house = admin.post("/api/v1/services", json={"name": "Cut", "price": 1}).json
    mine = desk.send("POST", "/services", CUT).json
    assert [one["id"] for one in client.get("/api/v1/services").json] == [house["id"]]
    assert [one["id"] for one in client.get("/api/services").json] == [house["id"]]
    assert client.get(f"/api/v1/services/{mine['id']}").status_code == 404
    listed = client.get("/api/v1/businesses/house/services").json
    assert [one["id"] for one in listed] == [house["id"]]


def test_a_rename_is_found_under_its_new_name(client, desk):
    desk.send("PUT", f"/services/{desk.shop.service.id}", {"name": "Größe"})
    with writing() as session:
        assert session.get(Service, desk.shop.service.id).name_key == "grosse"
    found = client.get("/api/v1/businesses?search=grosse").json
    assert [one["slug"] for one in found] == [desk.shop.slug]
