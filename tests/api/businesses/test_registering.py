"""A customer registers a business, changes it, and gives it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models import Business, Order, User
from app.support import clock
from tests import booking, factories, ledger
from tests.api.businesses.desk import BUSINESSES, Desk, register
from tests.holes.world import stored
from tests.rows import writing

SOON = timedelta(days=3)


@pytest.fixture
def desk(app) -> Desk:
    return Desk(app)


def visit_ahead(desk: Desk, **more: Any) -> Order:
    starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + SOON
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    return factories.visit(desk.shop, desk.owner.id, **{"status": "confirmed", **times, **more})


# --- registering --------------------------------------------------------------------------------


def test_a_customer_registers_a_business_that_waits_and_becomes_its_owner(app, customer):
    answer = register(app, customer, city="Łódź", latitude=51.7592, longitude=19.456)
    assert answer.status_code == 201, answer.text
    assert (answer.json["slug"], answer.json["status"]) == ("fine-cuts", "pending")
    assert (answer.json["latitude"], answer.json["currency"]) == (51.7592, "EUR")
    assert answer.headers["Location"] == f"{BUSINESSES}/fine-cuts"
    assert stored(User, customer.id).role == "owner"
    made = ledger.event(action="BUSINESS_CREATED")
    role = ledger.event(action="USER_ROLE_CHANGED")
    assert made.request_id == role.request_id
    assert ledger.data_of(role)["changes"]["role"] == ["customer", "owner"]
    assert app.test_client().get(f"{BUSINESSES}/fine-cuts").status_code == 404


def test_a_second_business_of_an_owner_changes_no_role(app, customer):
    register(app, customer)
    assert register(app, customer, name="Other").status_code == 201
    assert len(ledger.events(action="USER_ROLE_CHANGED")) == 1


def test_a_slug_is_made_of_the_name_and_made_anew_when_it_is_taken(app, customer):
    first, second = register(app, customer), register(app, customer)
    assert first.json["slug"] == "fine-cuts"
    assert second.status_code == 201
    assert second.json["slug"].startswith("fine-cuts-")
    other = register(app, customer, name="Парикмахерская")
    assert other.status_code == 201, other.text
    assert other.json["slug"].isascii()


def test_a_slug_that_was_chosen_and_is_taken_is_refused(app, customer):
    assert register(app, customer, slug="cuts").status_code == 201
    answer = register(app, customer, slug="cuts")
    assert (answer.status_code, list(answer.json["details"])) == (409, ["slug"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("category", "butcher"),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "../etc/passwd"),
        ("timezone", "localtime"),
        ("timezone", None),
        ("currency", "EURO"),
        ("currency", "eur"),
        ("currency", "XXX"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://cuts.example"),
        ("website", "https://user:secret@cuts.example"),
        ("website", "https://"),
        ("website", "https://cuts.example/a b"),
        ("country", "Poland"),
        ("email", "nobody"),
        ("slug", "Fine Cuts"),
        ("slug", "mine"),
        ("slug", "-cuts"),
        ("slug", "a" * 65),
        ("description", "x" * 5001),
    ],
)
def test_a_field_that_is_not_valid_is_named(app, customer, field, value):
    answer = register(app, customer, **{field: value})
    assert answer.status_code == 400
    assert list(answer.json["details"]) == [field]


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"latitude": 91, "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": -180.1}, "longitude"),
        ({"latitude": "52", "longitude": 0}, "latitude"),
        ({"latitude": True, "longitude": 0}, "latitude"),
        ({"latitude": 52}, "longitude"),
        ({"latitude": 52, "longitude": None}, "longitude"),
    ],
)
def test_a_place_is_two_numbers_on_the_globe(app, customer, place, field):
    answer = register(app, customer, **place)
    assert answer.status_code == 400
    assert list(answer.json["details"]) == [field]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slot_step", 7),
        ("slot_step", 0),
        ("slot_step", 1445),
        ("lead_minutes", 3),
        ("lead_minutes", -5),
        ("horizon_days", 0),
        ("cancel_cutoff_minutes", 1),
        ("auto_confirm", 1),
    ],
)
def test_rules_of_booking_are_whole_steps_of_five_minutes(app, customer, name, value):
    answer = register(app, customer, settings={name: value})
    assert answer.status_code == 400
    assert list(answer.json["details"]) == [f"settings.{name}"]


# --- changing -----------------------------------------------------------------------------------


def test_what_is_absent_stays(desk):
    rules = {"slot_step": 30, "auto_confirm": True}
    answer = desk.send("PATCH", body={"phone": "555", "settings": rules})
    assert answer.status_code == 200, answer.text
    assert answer.json["name"] == desk.shop.business.name
    assert answer.json["settings"] == rules | {
        "lead_minutes": 0,
        "horizon_days": 90,
        "cancel_cutoff_minutes": 0,
    }


@pytest.mark.parametrize("field", ["name", "address", "city"])
def test_what_matters_marks_an_approved_business_which_stays_approved(desk, admin, field):
    answer = desk.send("PATCH", body={field: "Elsewhere"})
    assert answer.json["status"] == "approved"
    assert answer.json["changed_at"] is not None
    waiting = admin.get("/api/v1/admin/businesses?changed=true").json
    assert [one["slug"] for one in waiting] == [desk.shop.slug]


def test_what_does_not_matter_marks_nothing(desk):
    assert desk.send("PATCH", body={"phone": "555"}).json["changed_at"] is None


def test_a_business_sent_back_as_it_is_changes_nothing(desk):
    before = stored(Business, desk.shop.business.id).version
    assert desk.send("PATCH", body={"name": desk.shop.business.name}).status_code == 200
    assert stored(Business, desk.shop.business.id).version == before


def test_a_rejected_business_that_is_mended_waits_again(app):
    desk = Desk(app, status="rejected", reason="No address is given.")
    answer = desk.send("PATCH", body={"address": "Long Street 1"})
    assert (answer.json["status"], answer.json["reason"]) == ("pending", None)


def test_a_change_of_what_the_client_did_not_see_is_refused(desk):
    seen = desk.send("GET").headers["ETag"]
    assert desk.send("PATCH", body={"city": "Warsaw"}, If_Match=seen).status_code == 200
    assert desk.send("PATCH", body={"city": "Berlin"}, If_Match=seen).status_code == 412


# --- one's own ----------------------------------------------------------------------------------


def test_mine_are_those_i_own_and_manage_with_their_state(app, desk):
    person = desk.manager()
    register(app, person, name="Own")
    mine = desk.send_as(person, "GET", f"{BUSINESSES}/mine").json
    told = [(one["name"], one["status"], one["is_owner"]) for one in mine]
    assert told == [("Own", "pending", True), (desk.shop.business.name, "approved", False)]


def test_another_owner_finds_no_business_in_any_way(app, desk):
    other = Desk(app, "otto@example.com")
    for method, below, body in [
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("GET", "/stats", None),
        ("GET", "/staff", None),
        ("PUT", "/hours", {"hours": []}),
        ("POST", "/services", {"name": "Cut", "price": 1}),
    ]:
        answer = desk.send_as(other.owner, method, desk.path + below, body)
        assert answer.status_code == 404, (method, below)
        assert answer.json["error_code"] == "BUSINESS_NOT_FOUND"


def test_a_manager_changes_a_business_and_may_not_delete_it(desk):
    person = desk.manager()
    assert desk.send_as(person, "PATCH", desk.path, {"phone": "555"}).status_code == 200
    answer = desk.send_as(person, "DELETE", desk.path)
    assert (answer.status_code, answer.json["error_code"]) == (403, "PERMISSION_DENIED")


def test_a_dismissed_manager_manages_nothing(app, desk):
    person = factories.sign_up(app, "mia@example.com")
    values = {"user_id": person.id, "is_manager": True, "is_active": False}
    factories.worker(business_id=desk.shop.business.id, **values)
    assert desk.send_as(person, "PATCH", desk.path, {"phone": "5"}).status_code == 404


# --- giving up ----------------------------------------------------------------------------------


def test_a_deleted_business_is_gone_and_its_rows_stay(app, desk):
    assert desk.send("DELETE").status_code == 200
    assert app.test_client().get(desk.path).status_code == 404
    assert desk.send("PATCH", body={"name": "Again"}).status_code == 404
    assert desk.send_as(desk.owner, "GET", f"{BUSINESSES}/mine").json == []
    assert stored(Business, desk.shop.business.id).deleted_at is not None


@pytest.mark.parametrize("status", ["held", "created", "confirmed", "processing"])
def test_a_business_with_appointments_to_come_is_not_deleted(desk, status):
    order = visit_ahead(desk, status=status)
    answer = desk.send("DELETE")
    assert answer.status_code == 409
    assert answer.json["details"] == {"appointments": [order.order_number]}


def test_what_is_over_or_cancelled_keeps_no_business(desk):
    visit_ahead(desk, status="cancelled")
    factories.visit(desk.shop, desk.owner.id, status="confirmed")
    assert desk.send("DELETE").status_code == 200


def test_the_house_is_changed_by_an_admin_and_deleted_by_nobody(admin):
    answer = admin.patch(f"{BUSINESSES}/house", json={"timezone": "Asia/Tashkent"})
    assert (answer.status_code, answer.json["timezone"]) == (200, "Asia/Tashkent")
    assert admin.delete(f"{BUSINESSES}/house").status_code == 409


def test_a_business_is_shown_with_all_that_it_offers(app, desk):
    booking.add_worker(desk.shop, name="Will", bio="Since 1999")
    with writing() as session:
        session.get(Business, desk.shop.business.id).description = "Cuts"
    shown = app.test_client().get(desk.path).json
    assert [one["name"] for one in shown["services"]] == [desk.shop.service.name]
    assert [(one["name"], one["bio"]) for one in shown["workers"]] == [("Will", "Since 1999")]
    assert "email" not in shown["workers"][0]
    assert len(shown["hours"]) == 7
    assert (shown["rating"], shown["is_favorite"]) == (None, False)
    assert "reason" not in shown


def test_times_are_told_with_their_zone(desk):
    told = desk.send("PATCH", body={"city": "X"}).json["changed_at"]
    assert datetime.fromisoformat(told).tzinfo == UTC
