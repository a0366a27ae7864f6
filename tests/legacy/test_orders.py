"""L2 to L5: old clients place, find, change and delete orders."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.database import db
from app.models import Order, Track
from tests import factories
from tests.legacy.shapes import ORDER
from tests.statements import but_for_news, counted_statements

PATH = "/api/orders"
CONTACT = {"name": "Bea", "email": "Bea@Example.com"}


def count_orders() -> int:
    return db.session.scalar(select(func.count()).select_from(Order))


def stored(order_id: int) -> Order:
    db.session.expire_all()
    return db.session.get(Order, order_id)


@pytest.fixture
def wash():
    return factories.service("Wash & Fold", "12.50")


@pytest.fixture
def iron():
    return factories.service("Ironing", "6.00")


@pytest.mark.parametrize("path", [PATH, PATH + "/"])
def test_an_order_in_snake_case(client, wash, path):
    answer = client.post(
        path,
        json=CONTACT
        | {
            "phone": "+49 (30) 12 34",
            "service_name": "Wash & Fold",
            "pickup_date": "2026-11-20",
            "instructions": "Handle with care 🧺",
        },
    )
    assert answer.status_code == 201
    body = answer.json
    assert set(body) == ORDER | {"order", "customer", "barcodes"}
    assert (body["name"], body["email"]) == ("Bea", "Bea@Example.com")
    assert (body["service_id"], body["service_name"]) == (wash.id, "Wash & Fold")
    assert (body["serviceId"], body["service"]) == ([str(wash.id)], ["Wash & Fold"])
    assert (body["total"], body["total_cost"]) == (12.5, 12.5)
    assert body["pickup_date"] == body["pickupDate"] == "2026-11-20"
    assert body["specialInstructions"] == "Handle with care 🧺"
    assert (body["status"], body["customer_id"]) == ("created", None)
    assert body["qr_code_path"] == f"/qr/{body['order_number']}.png"
    assert isinstance(body["id"], int)
    assert body["order"] == {key: body[key] for key in ORDER} | {"id": body["order_number"]}
    assert body["customer"] == {
        "name": "Bea",
        "email": "Bea@Example.com",
        "phone": "+49 (30) 12 34",
    }
    assert body["barcodes"] == {"items": []}
    assert client.get(f"/qr/{body['order']['id']}.png").status_code == 200


def test_an_order_of_the_old_camel_case_client(client, wash, iron):
    answer = client.post(
        PATH,
        json={
            "customerName": "Bea",
            "customerEmail": "b@gmail",
            "customerPhone": None,
            "serviceIds": [str(wash.id), iron.id],
            "pickupDate": "2026-11-20T09:00:00.000Z",
            "specialInstructions": "",
            "total": 0.01,
            "paymentStatus": "paid",
        },
    )
    assert answer.status_code == 201
    assert answer.json["total_cost"] == 18.5
    assert answer.json["service_name"] == "Wash & Fold, Ironing"
    assert answer.json["serviceId"] == [str(wash.id), str(iron.id)]
    assert answer.json["service"] == ["Wash & Fold", "Ironing"]
    assert answer.json["service_id"] is None
    assert answer.json["pickupDate"] == "2026-11-20T09:00:00Z"
    assert answer.json["customer"] == {"name": "Bea", "email": "b@gmail", "phone": None}


def test_services_are_named_in_every_old_way(client, wash, iron):
    for given, names in (
        ({"service_name": "Wash & Fold"}, "Wash & Fold"),
        ({"service_name": "wash & fold"}, "Wash & Fold"),
        ({"service_name": "Wash & Fold, ironing"}, "Wash & Fold, Ironing"),
        ({"serviceName": "ironing"}, "Ironing"),
        ({"serviceId": f"{wash.id},{iron.id}"}, "Wash & Fold, Ironing"),
        ({"serviceId": "ironing"}, "Ironing"),
        ({"serviceId": iron.id}, "Ironing"),
        ({"service_id": iron.id}, "Ironing"),
        ({"service_id": str(iron.id)}, "Ironing"),
        ({"serviceIds": ["IRONING", wash.id]}, "Ironing, Wash & Fold"),
        ({"serviceIds": f"{iron.id}"}, "Ironing"),
        ({"service_name": ["ironing", "Wash & Fold"]}, "Ironing, Wash & Fold"),
        ({"service_name": None, "serviceIds": [], "service_id": iron.id}, "Ironing"),
    ):
        answer = client.post(PATH, json=CONTACT | given)
        assert answer.status_code == 201, (given, answer.text)
        assert answer.json["service_name"] == names


def test_a_name_is_matched_exactly_before_its_letter_case_is_ignored(client):
    small = factories.service("wash", "1.00").id
    factories.service("Wash", "2.00")
    comma = factories.service("Wash, dry", "3.00").id
    assert client.post(PATH, json=CONTACT | {"service_name": "wash"}).json["service_id"] == small
    assert (
        client.post(PATH, json=CONTACT | {"service_name": "Wash, dry"}).json["service_id"] == comma
    )
    ambiguous = client.post(PATH, json=CONTACT | {"service_name": "WASH"})
    assert (ambiguous.status_code, ambiguous.json["error"]) == (400, "Invalid service")


@pytest.mark.parametrize(
    "missing",
    [
        {"name": None},
        {"name": ""},
        {"name": "  "},
        {"email": None},
        {"email": ""},
        {"service_name": None},
        {"service_name": " "},
        {"service_name": None, "serviceIds": []},
        {"service_name": None, "serviceId": " , "},
    ],
)
def test_name_email_and_service_are_needed(client, wash, missing):
    answer = client.post(PATH, json=CONTACT | {"service_name": "Wash & Fold"} | missing)
    assert answer.status_code == 400
    assert answer.json["error"] == answer.json["message"] == "Missing fields"
    assert next(iter(missing)) in answer.json["details"]
    assert client.post(PATH, json={}).json["error"] == "Missing fields"
    assert count_orders() == 0


@pytest.mark.parametrize(
    "service",
    [
        "Unknown",
        "Retired",
        [["Wash & Fold"]],
        7,
        {"id": 1},
        "Wash & Fold,",
        "Wash & Fold, Retired",
        "x" * 5000,
    ],
)
def test_an_unknown_or_inactive_service_is_invalid(client, wash, service):
    factories.service("Retired", status="inactive")
    answer = client.post(PATH, json=CONTACT | {"service_name": service})
    assert answer.status_code == 400
    assert answer.json["error"] == "Invalid service"
    assert count_orders() == 0


@pytest.mark.parametrize(
    "ids",
    [[None], [True], [1.5], [2**63], [10**6], "999999", [[1]], [""], list(range(21)), {"a": 1}],
)
def test_service_ids_that_name_nothing_on_offer_are_invalid(client, ids):
    answer = client.post(PATH, json=CONTACT | {"serviceIds": ids})
    assert (answer.status_code, answer.json["error"]) == (400, "Invalid service")


def test_more_services_than_an_order_can_show_are_refused(client):
    long = [factories.service(f"{number}" * 128).id for number in range(5)]
    answer = client.post(PATH, json=CONTACT | {"serviceIds": long})
    assert answer.status_code == 400
    assert count_orders() == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", 7),
        ("name", "x" * 129),
        ("name", "a\x00b"),
        ("email", "nobody"),
        ("email", "a@b@c"),
        ("email", "a b@example.com"),
        ("email", ["a@example.com"]),
        ("email", "x" * 250 + "@b.example"),
        ("phone", "1" * 33),
        ("phone", 12),
        ("pickup_date", "next week"),
        ("pickup_date", 1763596800),
        ("instructions", "x" * 5001),
    ],
)
def test_a_wrong_field_is_told_in_its_own_words(client, wash, field, wrong):
    answer = client.post(PATH, json=CONTACT | {"service_name": "Wash & Fold", field: wrong})
    assert answer.status_code == 400
    assert answer.json["error"].startswith(field)
    assert count_orders() == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=Bea", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"", None),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'"x"', "application/json"),
        (b'{"name": NaN}', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 10000, "application/json"),
    ],
)
def test_anything_but_a_json_object_is_refused(client, body, content_type):
    answer = client.post(PATH, data=body, content_type=content_type)
    assert answer.status_code == 400
    assert answer.json["error"] == "Expected JSON"


def test_a_token_alone_makes_an_order_ones_own(client, customer, wash):
    body = {"name": "Else", "email": customer.email, "service_name": "Wash & Fold"}
    anonymous = client.post(PATH, json=body | {"customer_id": customer.id}).json
    own = client.post(
        PATH, json=body | {"email": "other@example.com"}, headers=customer.headers
    ).json
    assert anonymous["customer_id"] is None
    assert own["customer_id"] == customer.id
    assert own["customer"] == {"name": "Else", "email": "other@example.com", "phone": None}
    listed = client.get("/api/v1/orders", headers=customer.headers).json
    assert [one["id"] for one in listed] == [own["id"]]
    for token in ("junk", ""):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.post(PATH, json=body, headers=headers).status_code == 401


def test_a_stranger_may_place_twenty_orders_an_hour(make_app, wash):
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    body = CONTACT | {"service_name": "Wash & Fold"}
    statuses = [client.post(PATH, json=body).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]
    refused = client.post(PATH, json=body)
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["error_code"] == "RATE_LIMITED"
    assert "Deprecation" in refused.headers


def test_placing_without_an_account_takes_four_statements(client, wash):
    with counted_statements() as statements:
        client.post(PATH, json=CONTACT | {"serviceIds": [wash.id]})
    assert len(but_for_news(statements, told=True)) == 4, statements


def test_orders_are_found_by_the_email_given(client, customer, wash):
    body = CONTACT | {"service_name": "Wash & Fold"}
    ids = [client.post(PATH, json=body).json["id"] for _ in range(2)]
    factories.order(wash, email="bea@example.com", channel="v1")
    factories.order(wash, email="bea@example.com", channel="import")
    for path in (PATH, PATH + "/"):
        answer = client.get(path, query_string={"email": " BEA@example.COM "})
        assert answer.status_code == 200
        assert [one["id"] for one in answer.json] == ids[::-1]
        assert all(set(one) == ORDER for one in answer.json)
    for unknown in ("nobody@example.com", "no address", "%"):
        assert client.get(PATH, query_string={"email": unknown}).json == []


def test_a_list_of_any_length_takes_two_statements(client, wash):
    for _ in range(5):
        factories.order(wash, channel="legacy")
    db.session.expunge_all()
    with counted_statements() as statements:
        assert len(client.get(PATH, query_string={"email": "ada@example.com"}).json) == 5
    assert len(statements) == 2, statements


@pytest.mark.parametrize("query", ["", "?email=", "?email=%20"])
def test_an_email_is_needed_without_a_token(client, query):
    answer = client.get(PATH + query)
    assert answer.status_code == 400
    assert answer.json["error"] == "Email query param is required"


def test_with_a_token_ones_own_orders_are_listed_whatever_the_email(client, customer, wash):
    own = factories.order(wash, customer_id=customer.id).id
    factories.order(wash, email="bea@example.com", channel="legacy")
    factories.order(wash, email=customer.email, channel="legacy")
    for query in ({}, {"email": "bea@example.com"}):
        answer = client.get(PATH, query_string=query, headers=customer.headers)
        assert [one["id"] for one in answer.json] == [own]


def test_a_long_list_links_to_its_rest(client, customer, wash):
    ids = [factories.order(wash, customer_id=customer.id).id for _ in range(3)]
    first = client.get(PATH, query_string={"limit": 2}, headers=customer.headers)
    links = first.headers.getlist("Link")
    (following,) = [link for link in links if 'rel="next"' in link]
    rest = client.get(following.split(">")[0].strip("<"), headers=customer.headers)
    assert [one["id"] for one in first.json + rest.json] == ids[::-1]


def test_its_customer_changes_an_order_in_both_spellings(client, customer, wash, iron):
    order = factories.order(wash, customer_id=customer.id)
    for path, body in (
        (f"{PATH}/{order.order_number}", {"pickup_date": "2026-11-20", "instructions": "a"}),
        (f"{PATH}/{order.id}/", {"pickupDate": "2026-11-21", "specialInstructions": "b"}),
    ):
        answer = client.put(path, json=body, headers=customer.headers)
        assert answer.status_code == 200
        assert answer.json["message"] == "Updated"
        assert set(answer.json["order"]) == ORDER
        pickup, wish = body.values()
        assert answer.json["order"]["pickupDate"] == pickup
        assert answer.json["order"]["instructions"] == wish


def test_another_service_prices_the_order_anew_and_never_a_price(client, customer, wash, iron):
    order = factories.order(wash, customer_id=customer.id)
    path = f"{PATH}/{order.order_number}"
    order_id = order.id
    body = {"service_name": "ironing", "total": 0, "total_cost": 0}
    answer = client.put(path, json=body, headers=customer.headers)
    assert answer.json["order"]["total_cost"] == 6.0
    assert answer.json["order"]["service"] == ["Ironing"]
    client.put(path, json={"total": 0, "total_cost": 0, "price": 0}, headers=customer.headers)
    assert str(stored(order_id).total_cost) == "6.00"
    assert [line.name for line in stored(order_id).lines] == ["Ironing"]
    camel = client.put(path, json={"serviceName": "wash & fold"}, headers=customer.headers)
    assert (camel.json["order"]["service_name"], camel.json["order"]["total"]) == (
        "Wash & Fold",
        12.5,
    )
    answer = client.put(path, json=body, headers=customer.headers)
    whole = client.put(path, json=answer.json["order"], headers=customer.headers)
    assert whole.json == answer.json
    both = client.put(path, json={"service_name": "Ironing, Wash & Fold"}, headers=customer.headers)
    assert (both.json["order"]["total"], both.json["order"]["service_id"]) == (18.5, None)
    assert client.put(path, json=both.json["order"], headers=customer.headers).json == both.json


def test_services_are_fixed_once_the_order_is_in_hand(client, customer, wash, iron):
    order_id = factories.order(wash, customer_id=customer.id, status="picked_up").id
    path = f"{PATH}/{order_id}"
    refused = client.put(path, json={"service_name": "Ironing"}, headers=customer.headers)
    assert refused.status_code == 409
    assert refused.json["error_code"] == "INVALID_TRANSITION"
    assert client.put(path, json={"service_name": "Wash & Fold"}, headers=customer.headers).json[
        "message"
    ]
    assert stored(order_id).service_name == "Wash & Fold"


def test_a_customer_changes_no_status(client, customer, wash):
    order_id = factories.order(wash, customer_id=customer.id, status="cancelled").id
    for body in ({"status": "created"}, {"status": "delivered"}, {"orderStatus": "Ready"}):
        answer = client.put(f"{PATH}/{order_id}", json=body, headers=customer.headers)
        assert answer.json["order"]["status"] == "cancelled"
    assert stored(order_id).status == "cancelled"


def test_who_changes_an_order_is_its_customer(app, client, customer, admin, wash):
    order = factories.order(wash, customer_id=customer.id)
    path = f"{PATH}/{order.order_number}"
    body = {"pickup_date": "2026-11-20"}
    unsigned = client.put(path, json=body)
    assert (unsigned.status_code, unsigned.json["error"]) == (401, "Unauthorized")
    eve = factories.sign_up(app, "eve@example.com")
    foreign = client.put(path, json=body, headers=eve.headers)
    assert (foreign.status_code, foreign.json["error"]) == (403, "Unauthorized")
    unknown = client.put(f"{PATH}/NOTHING", json=body, headers=eve.headers)
    assert (unknown.status_code, unknown.json["error"]) == (404, "Order not found")
    assert admin.put(path, json=body).status_code == 401
    anonymous = factories.order(wash, email="eve@example.com", channel="legacy").id
    assert client.put(f"{PATH}/{anonymous}", json=body, headers=eve.headers).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"pickupDate": "soon"},
        {"specialInstructions": 1},
        {"service_name": None},
        {"service_name": ""},
    ],
)
def test_a_wrong_change_is_refused(client, customer, wash, body):
    order_id = factories.order(wash, customer_id=customer.id).id
    answer = client.put(f"{PATH}/{order_id}", json=body, headers=customer.headers)
    assert answer.status_code == 400
    assert answer.json["error"]
    unknown = client.put(
        f"{PATH}/{order_id}", json={"service_name": "Else"}, headers=customer.headers
    )
    assert (unknown.status_code, unknown.json["error"]) == (400, "Invalid service")


@pytest.mark.parametrize("end", ["", "/"])
def test_an_order_is_deleted_by_its_email(client, wash, end):
    made = client.post(PATH, json=CONTACT | {"service_name": "Wash & Fold"}).json
    path = f"{PATH}/{made['order_number']}{end}"
    headers = {"Content-Type": "application/json"}
    answer = client.delete(path, query_string={"email": "bea@EXAMPLE.com"}, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"message": "Deleted"})
    assert client.get(PATH, query_string={"email": CONTACT["email"]}).json == []
    again = client.delete(path, query_string={"email": CONTACT["email"]})
    assert (again.status_code, again.json["error"]) == (404, "Order not found")
    order = stored(made["id"])
    assert (order.status, order.deleted_at is None) == ("cancelled", False)
    (track,) = db.session.scalars(select(Track).where(Track.order_id == order.id))
    assert (track.kind, track.action, track.user_id) == ("command", "cancelled", None)


def test_deleting_needs_the_right_email(client, wash):
    made = client.post(PATH, json=CONTACT | {"service_name": "Wash & Fold"}).json
    path = f"{PATH}/{made['order_number']}"
    for query in ("", "?email=", "?email=%20"):
        answer = client.delete(path + query)
        assert (answer.status_code, answer.json["error"]) == (400, "Email query param is required")
    for email in ("eve@example.com", "no address", "bea@example.co", "%"):
        answer = client.delete(path, query_string={"email": email})
        assert (answer.status_code, answer.json["error"]) == (401, "Unauthorized (email mismatch)")
    assert stored(made["id"]).deleted_at is None


@pytest.mark.parametrize("channel", ["v1", "admin", "import"])
def test_an_email_deletes_only_orders_that_were_placed_by_it(client, customer, wash, channel):
    order = factories.order(wash, channel=channel, customer_id=customer.id)
    answer = client.delete(f"{PATH}/{order.order_number}", query_string={"email": order.email})
    assert (answer.status_code, answer.json["error"]) == (404, "Order not found")


@pytest.mark.parametrize(
    "status", ["picked_up", "processing", "completed", "delivered", "cancelled"]
)
def test_an_order_in_hand_is_not_deleted(client, wash, status):
    order = factories.order(wash, channel="legacy", status=status)
    order_id, path = order.id, f"{PATH}/{order.order_number}"
    answer = client.delete(path, query_string={"email": order.email})
    assert answer.status_code == 409
    assert stored(order_id).deleted_at is None


def test_old_answers_name_their_successor_on_refusals_too(client):
    for method, path, successor in (
        ("POST", PATH, "/api/v1/orders"),
        ("GET", PATH, "/api/v1/orders"),
        ("PUT", f"{PATH}/K7 WQ", "/api/v1/orders/K7%20WQ"),
        ("DELETE", f"{PATH}/K7WQ", "/api/v1/orders/K7WQ"),
    ):
        answer = client.open(path, method=method)
        assert answer.status_code in (400, 401)
        assert answer.headers["Deprecation"].startswith("@")
        assert f'<{successor}>; rel="successor-version"' in answer.headers.getlist("Link")


@pytest.mark.parametrize("path", [PATH, PATH + "/", f"{PATH}/K7WQ2RNT", f"{PATH}/K7WQ2RNT/"])
def test_a_preflight_is_answered_without_a_redirect(client, path):
    answer = client.options(
        path,
        headers={
            "Origin": "null",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "null"
