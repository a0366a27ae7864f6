"""Opening hours over HTTP: replaced as a whole, and never by what somebody did not see."""

from __future__ import annotations

import pytest

from app.models import Business, Resource, Worker
from tests import booking, ledger
from tests.api.businesses.desk import Desk
from tests.booking_world import a_day
from tests.holes.world import stored
from tests.rows import writing

MONDAY = {"weekday": 0, "opens": 540, "closes": 1020}
BREAK = {"weekday": 0, "opens": 720, "closes": 780, "kind": "off"}
HOLIDAY = {"date": "2027-01-01", "opens": 0, "closes": 1440, "kind": "off"}


def next_monday() -> str:
    """One that is a week away at least."""
    return a_day(14 - a_day(0).weekday()).isoformat()


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app, hours=[])


def versions(desk: Desk) -> dict[int | None, int]:
    """The versions of the calendars of the business, by their workers."""
    with writing() as session:
        of_shop = Resource.business_id == desk.shop.business.id
        rows = session.query(Resource).filter(of_shop).populate_existing().all()
        return {row.worker_id: row.calendar_version for row in rows}


def test_hours_are_replaced_as_a_whole(client, desk):
    assert desk.send("PUT", "/hours", {"hours": [MONDAY, BREAK, HOLIDAY]}).status_code == 200
    shown = client.get(f"{desk.path}/hours")
    assert [one["kind"] for one in shown.json["hours"]] == ["open", "off", "off"]
    assert shown.json["hours"][2]["date"] == "2027-01-01"
    night = {"weekday": 4, "opens": 1200, "closes": 1560}
    answer = desk.send("PUT", "/hours", {"hours": [night]})
    assert answer.json["hours"] == [night | {"date": None, "kind": "open"}]
    assert client.get(f"{desk.path}/hours").json == answer.json
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'


@pytest.mark.parametrize(
    "rows",
    [
        [{"opens": 540, "closes": 1020}],
        [{**MONDAY, "date": "2027-01-01"}],
        [{**MONDAY, "opens": 1020}],
        [{**MONDAY, "closes": 500}],
        [{**MONDAY, "closes": 2885}],
        [{**MONDAY, "opens": 1440, "closes": 1500}],
        [{**MONDAY, "opens": 541}],
        [{**MONDAY, "opens": -5}],
        [{**MONDAY, "weekday": 7}],
        [{**MONDAY, "kind": "maybe"}],
        [{**HOLIDAY, "date": "2027-02-29"}],
        [MONDAY, {**MONDAY, "opens": 1000, "closes": 1100}],
        [BREAK, {**BREAK, "opens": 775, "closes": 800}],
        [HOLIDAY, HOLIDAY],
        "always",
        None,
    ],
)
def test_hours_that_contradict_themselves_change_nothing(client, desk, rows):
    desk.send("PUT", "/hours", {"hours": [MONDAY]})
    before = client.get(f"{desk.path}/hours").json
    answer = desk.send("PUT", "/hours", {"hours": rows})
    assert answer.status_code == 400
    assert next(iter(answer.json["details"])).startswith("hours")
    assert client.get(f"{desk.path}/hours").json == before


def test_two_shifts_that_touch_are_no_contradiction(desk):
    rows = [MONDAY, {**MONDAY, "opens": 1020, "closes": 1200}, BREAK]
    assert desk.send("PUT", "/hours", {"hours": rows}).status_code == 200


def test_a_stale_client_replaces_nothing(desk):
    seen = desk.send("GET", "/hours").headers["ETag"]
    assert desk.send("PUT", "/hours", {"hours": [MONDAY]}, If_Match=seen).status_code == 200
    answer = desk.send("PUT", "/hours", {"hours": []}, If_Match=seen)
    assert (answer.status_code, answer.json["error_code"]) == (412, "PRECONDITION_FAILED")


def test_a_worker_has_hours_of_their_own(client, desk):
    worker = booking.add_worker(desk.shop)
    desk.send("PUT", "/hours", {"hours": [MONDAY]})
    short = {**MONDAY, "closes": 720}
    whose = f"/hours?worker_id={worker.id}"
    assert desk.send("PUT", whose, {"hours": [short]}).status_code == 200
    assert client.get(desk.path + whose).json["hours"][0]["closes"] == 720
    assert client.get(f"{desk.path}/hours").json["hours"][0]["closes"] == 1020
    assert desk.send("PUT", whose, {"hours": []}).json["hours"] == []


def test_a_worker_of_another_business_is_404(client, desk):
    other = booking.shop(1)
    whose = f"/hours?worker_id={other.workers[0].id}"
    assert desk.send("PUT", whose, {"hours": [MONDAY]}).status_code == 404
    assert client.get(desk.path + whose).status_code == 404


def test_a_change_raises_the_calendars_concerned_and_leaves_one_record(desk):
    one, two = booking.add_worker(desk.shop), booking.add_worker(desk.shop)
    desk.send("PUT", "/hours", {"hours": [MONDAY]})
    before = versions(desk)
    desk.send("PUT", "/hours", {"hours": []})
    assert versions(desk) == {key: value + 1 for key, value in before.items()}
    desk.send("PUT", f"/hours?worker_id={one.id}", {"hours": [MONDAY]})
    after = versions(desk)
    assert (after[one.id], after[two.id]) == (before[one.id] + 2, before[two.id] + 1)
    newest = ledger.events(action="HOURS_CHANGED")[-1]
    assert ledger.data_of(newest) == {"worker_id": one.id, "rows": 1}
    assert newest.seq == stored(Business, desk.shop.business.id).version


def test_with_its_hours_a_business_without_staff_gets_somebody_to_book(client, desk):
    monday = {"service_id": desk.shop.service.id, "date": next_monday()}
    desk.send("PATCH", body={"settings": {"horizon_days": 730}})
    desk.send("PUT", "/hours", {"hours": [{**MONDAY, "closes": 660}]})
    desk.send("PUT", "/hours", {"hours": [{**MONDAY, "closes": 660}]})
    with writing() as session:
        [nobody] = session.query(Worker).filter_by(business_id=desk.shop.business.id)
        assert nobody.is_implicit
    found = client.get(f"{desk.path}/availability", query_string=monday)
    assert found.json["slots"][0] == "09:00"
    assert client.get(f"{desk.path}/workers").json == []


def test_the_house_is_booked_once_it_has_hours(client, admin):
    worker = admin.post("/api/v1/workers", json={"name": "Will"}).json
    made = {"name": "Fitting", "price": 1, "duration_minutes": 60}
    service = admin.post("/api/v1/services", json=made).json
    path = "/api/v1/businesses/house"
    admin.patch(path, json={"settings": {"horizon_days": 730}})
    assert admin.put(f"{path}/hours", json={"hours": [MONDAY]}).status_code == 200
    query = {"service_id": service["id"], "date": next_monday()}
    first = client.get(f"{path}/availability", query_string=query).json["detail"][0]
    assert first["worker_ids"] == [worker["id"]]
