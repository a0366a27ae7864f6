"""Services, and placing an order at the old URLs in both spellings (contract.md L1, L2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.contract.shapes import OLD_ORDER, OLD_SERVICE, ORDER_CREATED, answered, refused
from tests.rows import writing

CONTACT = {"name": "Ada", "email": "Ada@Example.com", "phone": "+44 1"}
WISHES = {"pickup_date": "2026-12-24", "instructions": "No starch 🧺"}
CAMEL = {
    "name": "customerName",
    "email": "customerEmail",
    "phone": "customerPhone",
    "pickup_date": "pickupDate",
    "instructions": "specialInstructions",
}


def spelled(body: dict[str, Any], spelling: str) -> dict[str, Any]:
    if spelling == "snake_case":
        return body
    return {CAMEL.get(key, key): value for key, value in body.items()}


def place(client, *, headers=None, **changes: Any) -> dict[str, Any]:
    body = {**CONTACT, "service_name": "Wash", **changes}
    return answered(client.post("/api/orders", json=body, headers=headers), 201, ORDER_CREATED)


@pytest.fixture(autouse=True)
def wash(app):
    return factories.service("Wash", "12.50", duration_minutes=1440, category="Laundry")


def test_L1_only_active_services_are_listed_with_the_old_keys(client, wash):
    factories.service("Gone", status="inactive")
    factories.service("Quick", "3.00", duration_minutes=90)
    place(client)
    listed = answered(client.get("/api/services"), 200, [OLD_SERVICE])
    assert listed[0] == {
        "id": wash.id,
        "name": "Wash",
        "price": 12.5,
        "duration_minutes": 1440,
        "status": "active",
        "duration": "24h",
        "usage_count": 1,
        "category": "Laundry",
    }
    assert [(one["name"], one["duration"]) for one in listed] == [("Wash", "24h"), ("Quick", "90m")]


def test_L1_without_services_the_list_is_empty(client, wash):
    with writing() as session:
        session.delete(session.merge(wash))
    assert answered(client.get("/api/services"), 200, [OLD_SERVICE]) == []


@pytest.mark.parametrize("spelling", ["snake_case", "camelCase"])
def test_L2_an_order_in_either_spelling_answers_every_key_in_both(client, wash, spelling):
    body = spelled({**CONTACT, **WISHES, "service_name": "Wash", "unknown": 1}, spelling)
    made = answered(client.post("/api/orders", json=body), 201, ORDER_CREATED)
    assert made["order"]["id"] == made["order_number"] == made["order"]["order_number"]
    assert {**made["order"], "id": made["id"]} == {key: made[key] for key in OLD_ORDER}
    assert made["customer"] == {"name": "Ada", "email": "Ada@Example.com", "phone": "+44 1"}
    assert made["barcodes"] == {"items": []}
    assert made["customer_id"] is None
    assert (made["status"], made["total_cost"], made["total"]) == ("created", 12.5, 12.5)
    assert (made["service_id"], made["serviceId"]) == (wash.id, [str(wash.id)])
    assert (made["service_name"], made["service"]) == ("Wash", ["Wash"])
    assert made["qr_code_path"] == f"/qr/{made['order_number']}.png"
    for snake, camel in CAMEL.items():
        assert made[snake] == made[camel] == {**CONTACT, **WISHES}[snake]
    assert made["created_at"] == made["createdAt"]


def test_L2_of_two_spellings_the_declared_one_counts_unless_it_is_empty(client):
    made = place(client, customerName="Eve", phone="", customerPhone="+44 2")
    assert (made["name"], made["phone"]) == ("Ada", "+44 2")


@pytest.mark.parametrize(
    "services",
    [
        lambda one, two: {"serviceIds": [one, two]},
        lambda one, two: {"serviceIds": [str(one), str(two)]},
        lambda one, two: {"serviceIds": ["Wash", "iron"]},
        lambda one, two: {"serviceId": f"{one},{two}"},
        lambda one, two: {"serviceId": f" {one} , Iron"},
        lambda one, two: {"service_name": "Wash, Iron"},
        lambda one, two: {"service_name": ["Wash", "IRON"]},
    ],
    ids=["ids", "ids as texts", "names", "a,b", "mixed", "joined", "list of names"],
)
def test_L2_several_services_are_summed_and_joined(client, wash, services):
    iron = factories.service("Iron", "6.25")
    wanted = services(wash.id, iron.id)
    made = place(client, **{"service_name": "", **wanted}, total=0.01)
    assert made["total"] == 18.75
    assert made["service_name"] == "Wash, Iron"
    assert made["service"] == ["Wash", "Iron"]
    assert made["serviceId"] == [str(wash.id), str(iron.id)]
    assert made["service_id"] is None


def test_L2_one_service_by_its_id(client, wash):
    assert place(client, service_name="", service_id=wash.id)["service_name"] == "Wash"


def test_L2_a_client_never_sets_the_price(client):
    made = place(client, total=0.01, total_cost=0.01, price=0.01)
    assert made["total_cost"] == 12.5


def test_L2_an_undotted_domain_is_accepted(client):
    assert place(client, email="b@gmail")["email"] == "b@gmail"


def test_L2_a_token_alone_makes_the_order_its_customers(client, customer):
    with_token = place(client, headers=customer.headers)
    without = place(client, email=customer.email)
    assert with_token["customer_id"] == customer.id
    assert without["customer_id"] is None
    own = client.get("/api/orders", headers=customer.headers).json
    assert [one["order_number"] for one in own] == [with_token["order_number"]]


def test_L2_a_bad_token_is_refused_and_places_nothing(client):
    body = {**CONTACT, "service_name": "Wash"}
    answer = client.post("/api/orders", json=body, headers={"Authorization": "Bearer x.y.z"})
    refused(answer, 401, "INVALID_TOKEN")
    assert client.get("/api/orders?email=ada@example.com").json == []


@pytest.mark.parametrize("spelling", ["snake_case", "camelCase"])
@pytest.mark.parametrize("missing", ["name", "email", "service_name"])
@pytest.mark.parametrize("how", ["absent", "empty", "null"])
def test_L2_without_a_name_an_email_or_a_service_fields_are_missing(client, spelling, missing, how):
    body: dict[str, Any] = {**CONTACT, "service_name": "Wash"}
    del body[missing]
    if how != "absent":
        body[missing] = "" if how == "empty" else None
    answer = client.post("/api/orders", json=spelled(body, spelling))
    refused(answer, 400, "VALIDATION_ERROR", "Missing fields", field=missing)


def test_L2_an_empty_body_misses_everything(client):
    answer = client.post("/api/orders", headers={"Content-Type": "application/json"})
    body = refused(answer, 400, "VALIDATION_ERROR", "Missing fields")
    assert set(body["details"]) == {"name", "email", "service_name"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"service_name": "Nothing"},
        {"service_name": "Retired"},
        {"service_name": "", "serviceIds": [10**9]},
        {"service_name": "", "serviceIds": [True]},
        {"service_name": "", "serviceId": "Wash,Nothing"},
        {"service_name": "", "service_id": 10**30},
        {"service_name": 7},
        {"service_name": {"id": 1}},
    ],
    ids=str,
)
def test_L2_a_service_that_is_not_on_offer_is_invalid(client, wanted):
    factories.service("Retired", status="inactive")
    answer = client.post("/api/orders", json={**CONTACT, **wanted})
    refused(answer, 400, "VALIDATION_ERROR", "Invalid service")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "1" * 33),
        ("phone", 44),
        ("name", "x" * 129),
        ("name", ["Ada"]),
        ("email", "nobody"),
        ("email", "a@b@c"),
        ("email", "a b@c"),
        ("email", "x" * 250 + "@b.com"),
        ("pickup_date", "2026-02-30"),
        ("pickup_date", "tomorrow"),
        ("pickup_date", 20261224),
        ("instructions", "x" * 5001),
        ("instructions", "a\x00b"),
    ],
    ids=repr,
)
def test_L2_a_bad_field_is_named(client, field, value):
    body = {**CONTACT, "service_name": "Wash", field: value}
    refused(client.post("/api/orders", json=body), 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ('"x"', "application/json"),
        ('{"name": NaN}', "application/json"),
        ("name=Ada", "application/x-www-form-urlencoded"),
        ('{"name": "Ada"}', "text/plain"),
        ("", None),
    ],
)
def test_L2_what_is_no_json_object_is_told_so(client, data, content_type):
    answer = client.post("/api/orders", data=data, content_type=content_type)
    refused(answer, 400, "INVALID_INPUT", "Expected JSON")


def delete(client, made: dict[str, Any], email: str = "ADA@example.com"):
    path = f"/api/orders/{made['order_number']}?email={email}"
    return client.delete(path, headers={"Content-Type": "application/json"})
