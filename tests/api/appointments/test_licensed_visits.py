"""A service that requires a license is offered, booked and moved with who holds it, and no other."""

from __future__ import annotations

import pytest

from app.errors import SlotUnavailable
from app.support.wall_time import instant_of
from tests import factories
from tests.appointments import salon, visit
from tests.booking_world import in_days
from tests.licensing import API, TYPE, give, make_type
from tests.rows import writing
from tests.statements import counted_statements

WORDS = "This worker does not hold the license that this service requires."


@pytest.fixture
def stage(app):
    make_type()
    made = salon(app, 3)
    with writing() as session:
        row = session.get(type(made.shop.service), made.shop.service.id)
        row.required_license, row.required_level = TYPE, 2
    return made


def offered(client, stage, **more):
    query = {"service_id": stage.shop.service.id, "date": free_day()} | more
    path = f"/api/v1/businesses/{stage.shop.slug}/availability"
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer, {one for slot in answer.json["detail"] for one in slot["worker_ids"]}


def free_day():
    return instant_of(in_days()).date().isoformat()


def test_only_who_is_licensed_is_offered(client, admin, stage):
    first, second, _ = stage.shop.workers
    answer, found = offered(client, stage)
    assert found == set()
    tag = answer.headers["ETag"]
    license_id = give(first.id, level=2, ago=3)
    give(second.id, level=1, ago=3)
    answer, found = offered(client, stage)
    assert found == {first.id}
    assert answer.headers["ETag"] != tag
    admin.delete(f"{API}/{license_id}")
    assert offered(client, stage)[1] == set()


def test_an_expired_license_is_not_enough(client, stage):
    give(stage.shop.workers[0].id, level=2, ago=800)
    assert offered(client, stage)[1] == set()


def test_a_type_that_covers_it_is(client, admin, stage):
    make_type("everything")
    admin.patch(f"{API}/types/everything", json={"covers": [TYPE]})
    third = stage.shop.workers[2]
    give(third.id, "everything", level=2, ago=3)
    assert offered(client, stage)[1] == {third.id}


def test_any_worker_means_one_who_is_licensed(stage):
    third = stage.shop.workers[2]
    give(third.id, level=2, ago=3)
    assert stage.book().worker_id == third.id
    with pytest.raises(SlotUnavailable):
        stage.book()


def test_by_hand_nobody_else_is_booked(stage):
    first, second, _ = stage.shop.workers
    give(first.id, level=2, ago=3)
    with pytest.raises(SlotUnavailable) as refused:
        stage.book(worker_id=second.id)
    assert refused.value.details["start"] == [WORDS]
    with pytest.raises(SlotUnavailable) as refused:
        stage.book(worker_id=second.id, squeeze="a regular")
    assert refused.value.details["start"] == [WORDS]
    assert stage.book(worker_id=first.id).worker_id == first.id


def test_why_not_says_it(client, stage):
    second = stage.shop.workers[1]
    query = {"service_id": stage.shop.service.id, "worker_id": second.id}
    query["start"] = f"{free_day()}T10:00:00Z"
    answer = client.get(f"/api/v1/businesses/{stage.shop.slug}/why-not", query_string=query)
    assert [one["reason"] for one in answer.json["obstacles"]] == ["unlicensed"]


def test_a_visit_is_not_moved_to_who_is_not_licensed(admin, stage):
    first, second, _ = stage.shop.workers
    license_id = give(first.id, level=2, ago=3)
    order = stage.book(worker_id=first.id)
    start = {"start": f"{free_day()}T15:00:00Z"}
    answer = stage.post(
        order.order_number, "reschedule", stage.ada, start | {"worker_id": second.id}
    )
    assert (answer.status_code, answer.json["details"]["start"]) == (409, [WORDS])
    admin.delete(f"{API}/{license_id}")
    answer = stage.post(order.order_number, "reschedule", stage.ada, start)
    assert answer.status_code == 409


def test_it_asks_no_statement_more(client, app, stage):
    give(stage.shop.workers[0].id, level=2, ago=3)
    free = salon(app, 3)
    with counted_statements() as before:
        offered(client, free)
    with counted_statements() as now:
        offered(client, stage)
    assert len(now) == len(before)


def test_a_service_names_a_license_that_exists(admin):
    make_type()
    body = {"name": "Silk", "price": 12}
    path = "/api/v1/services"
    for more, field in (
        ({"required_license": "flying"}, "required_license"),
        ({"required_level": 2}, "required_level"),
        ({"required_license": TYPE, "required_level": 4}, "required_level"),
    ):
        answer = admin.post(path, json=body | more)
        assert answer.status_code == 400
        assert field in answer.json["details"]
    made = admin.post(path, json=body | {"required_license": " Dry Cleaning"}).json
    assert (made["required_license"], made["required_level"]) == (TYPE, 1)
    one = f"{path}/{made['id']}"
    assert admin.put(one, json={"required_level": 3}).json["required_level"] == 3
    assert admin.put(one, json={"price": 13}).json["required_level"] == 3
    found = admin.put(one, json={"required_license": None}).json
    assert (found["required_license"], found["required_level"]) == (None, None)


def test_old_clients_see_a_service_as_they_did(admin, client):
    make_type()
    made = factories.service("Silk", required_license=TYPE, required_level=2)
    [told] = client.get("/api/services").json
    assert not {"required_license", "required_level"} & told.keys()
    path = f"/admin/api/services/{made.id}"
    told = admin.put(path, json={"name": "Silks", "required_license": None}).json
    assert not {"required_license", "required_level"} & told.keys()
    assert admin.get(f"/api/v1/services/{made.id}").json["required_license"] == TYPE


def test_a_visit_is_made_as_before_where_nothing_is_required(app):
    made = salon(app, 1)
    assert visit(made.shop, made.ada.id, in_days()).worker_id == made.shop.workers[0].id
