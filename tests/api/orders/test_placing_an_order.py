"""V11: an order is placed at the service's price, once for each key."""

from __future__ import annotations

import secrets
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.database import db
from app.models import IdempotencyKey, Order, OrderLine, Service
from app.support import label_codes
from tests import factories
from tests.statements import but_for_news, counted_statements

PATH = "/api/v1/orders"
KEYS = {
    "id",
    "order_number",
    "customer_id",
    "service_id",
    "service_name",
    "name",
    "email",
    "phone",
    "pickup_date",
    "instructions",
    "total_cost",
    "status",
    "qr_code_path",
    "created_at",
    "updated_at",
    "label_code",
    "tracking_url",
    "version",
}


def place(client, customer, key=None, **body):
    headers = dict(customer.headers)
    if key is not None:
        headers["Idempotency-Key"] = key
    return client.post(PATH, json=body, headers=headers)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("path", [PATH, PATH + "/"])
def test_a_customer_places_an_order(client, customer, path):
    service = factories.service("Wash & Fold", "12.50")
    answer = client.post(
        path,
        json={
            "service_id": service.id,
            "pickup_date": "2026-11-20",
            "instructions": "Doorbell is broken 🛎",
            "piece_count": 3,
        },
        headers=customer.headers,
    )
    assert answer.status_code == 201
    order = answer.json
    assert set(order) == KEYS
    assert order["customer_id"] == customer.id
    assert (order["name"], order["email"]) == ("Ada", "ada@example.com")
    assert order["service_id"] == service.id
    assert order["service_name"] == "Wash & Fold"
    assert order["total_cost"] == 12.5
    assert order["status"] == "created"
    assert order["pickup_date"] == "2026-11-20"
    assert order["instructions"] == "Doorbell is broken 🛎"
    assert order["qr_code_path"] == f"/qr/{order['order_number']}.png"
    assert order["tracking_url"] == f"http://handover.test/track/{order['label_code']}"
    assert label_codes.is_label_code(order["label_code"])
    assert answer.headers["Location"] == f"{PATH}/{order['order_number']}"
    assert answer.headers["ETag"] == '"1"'
    assert client.get(answer.headers["Location"], headers=customer.headers).json == order


def test_a_clients_total_and_status_and_owner_are_ignored(client, customer):
    service = factories.service(price="30.00")
    order = place(
        client,
        customer,
        service_id=service.id,
        total=1,
        total_cost=1,
        price=1,
        status="delivered",
        customer_id=customer.id + 1,
        email="else@example.com",
        order_number="MINE",
    ).json
    assert order["total_cost"] == 30.0
    assert order["status"] == "created"
    assert order["customer_id"] == customer.id
    assert order["email"] == customer.email
    assert order["order_number"] != "MINE"


def test_an_order_keeps_the_price_at_which_it_was_placed(client, customer, admin):
    service = factories.service("Wash", "10.00")
    number = place(client, customer, service_id=service.id).json["order_number"]
    admin.put(f"/api/v1/services/{service.id}", json={"price": 99, "name": "Deluxe"})
    order = client.get(f"{PATH}/{number}", headers=customer.headers).json
    assert (order["total_cost"], order["service_name"]) == (10.0, "Wash")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"service_id": None},
        {"service_id": "1"},
        {"service_id": True},
        {"service_id": 1.0},
        {"service_id": 2**63},
        {"pickup_date": "tomorrow"},
        {"pickup_date": "2026-02-30"},
        {"pickup_date": 20261120},
        {"instructions": 7},
        {"instructions": "x" * 5001},
        {"piece_count": 0},
        {"piece_count": 256},
    ],
)
def test_a_wrong_field_is_named_and_no_order_is_placed(client, customer, body):
    service = factories.service()
    wrong = next(iter(body), "service_id")
    if "service_id" not in body and body:
        body = body | {"service_id": service.id}
    answer = place(client, customer, **body)
    assert answer.status_code == 400
    assert answer.json["error_code"] == "VALIDATION_ERROR"
    assert wrong in answer.json["details"]
    assert count(Order) == 0


def test_an_inactive_or_unknown_service_cannot_be_ordered(client, customer):
    retired = factories.service(status="inactive")
    for service_id in (retired.id, 10**6):
        answer = place(client, customer, service_id=service_id)
        assert answer.status_code == 400
        assert answer.json["message"] == "Invalid service"
    assert count(Order) == 0


def test_only_a_customer_places_orders(client, admin, device):
    body = {"service_id": factories.service().id}
    assert client.post(PATH, json=body).status_code == 401
    assert admin.post(PATH, json=body).status_code == 401
    assert client.post(PATH, json=body, headers=device.headers).status_code == 403
    forged = {"Authorization": "Bearer forged"}
    assert client.post(PATH, json=body, headers=forged).status_code == 401


def test_the_same_key_and_body_give_the_first_answer_again(client, customer):
    service = factories.service()
    first = place(client, customer, "k-1", service_id=service.id, piece_count=2)
    client.patch(
        f"{PATH}/{first.json['id']}", json={"status": "cancelled"}, headers=customer.headers
    )
    again = place(client, customer, "k-1", piece_count=2, service_id=service.id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert count(Order) == 1


def test_the_same_key_with_another_body_is_a_conflict(client, customer):
    service = factories.service()
    place(client, customer, "k-1", service_id=service.id)
    answer = place(client, customer, "k-1", service_id=service.id, piece_count=2)
    assert answer.status_code == 409
    assert answer.json["error_code"] == "IDEMPOTENCY_CONFLICT"
    assert count(Order) == 1


def test_a_key_belongs_to_its_account(app, client, customer):
    service = factories.service()
    other = factories.sign_up(app, "eve@example.com")
    mine = place(client, customer, "k-1", service_id=service.id)
    theirs = place(client, other, "k-1", service_id=service.id)
    assert theirs.status_code == 201
    assert theirs.json["id"] != mine.json["id"]


def test_a_refused_order_leaves_its_key_free(client, customer):
    service_id = factories.service().id
    assert place(client, customer, "k-1", service_id=10**6).status_code == 400
    assert count(IdempotencyKey) == 0
    assert place(client, customer, "k-1", service_id=service_id).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "a\x7fb"])
def test_a_key_has_1_to_255_printable_characters(client, customer, key):
    answer = place(client, customer, key, service_id=factories.service().id)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["details"]
    assert count(Order) == 0


def test_a_number_that_is_taken_is_drawn_anew(client, customer, monkeypatch):
    service = factories.service()
    taken = factories.order(service, order_number="22222222"[:-1] + "X").order_number
    drawn = iter(taken)
    draw = secrets.choice
    monkeypatch.setattr(secrets, "choice", lambda letters: next(drawn, None) or draw(letters))
    answer = place(client, customer, "k-1", service_id=service.id)
    assert answer.status_code == 201
    assert answer.json["order_number"] != taken
    assert count(Order) == 2
    assert count(OrderLine) == 2
    assert count(IdempotencyKey) == 1


def test_a_label_code_that_is_taken_is_drawn_anew(client, customer, monkeypatch):
    service = factories.service()
    body = "0123456789abcdef0123"
    code = body.translate(str.maketrans("0123456789abcdef", label_codes.LETTERS))
    code += label_codes.check_letters(code)
    factories.order(service, label_code=code)
    drawn = iter([body])
    draw = secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda count: next(drawn, None) or draw(count))
    answer = place(client, customer, service_id=service.id)
    assert answer.status_code == 201
    assert answer.json["label_code"] != code


def test_placing_an_order_takes_seven_statements_with_a_key_and_six_without(client, customer):
    service_id = factories.service().id
    with counted_statements() as statements:
        assert place(client, customer, "k-1", service_id=service_id).status_code == 201
    assert len(but_for_news(statements, told=True)) == 7, statements
    with counted_statements() as statements:
        assert place(client, customer, service_id=service_id).status_code == 201
    assert len(but_for_news(statements, told=True)) == 6, statements


def test_an_order_has_a_line_with_the_price_of_the_moment(client, customer):
    service = factories.service("Wash", "19.99")
    order_id = place(client, customer, service_id=service.id).json["id"]
    db.session.expire_all()
    (line,) = db.session.get(Order, order_id).lines
    assert (line.name, line.price, line.service_id) == ("Wash", Decimal("19.99"), service.id)
    assert db.session.get(Service, service.id).status == "active"


def test_microseconds_and_dates_survive(client, customer):
    service_id = factories.service().id
    for given, kept in {
        "2026-11-20": "2026-11-20",
        "2026-11-20T09:00": "2026-11-20T09:00:00",
        "2026-11-20 23:59:59": "2026-11-20T23:59:59",
        "2026-11-20T23:30:00-05:00": "2026-11-21T04:30:00Z",
        "": None,
    }.items():
        number = place(client, customer, service_id=service_id, pickup_date=given).json["id"]
        assert client.get(f"{PATH}/{number}", headers=customer.headers).json["pickup_date"] == kept
    db.session.expire_all()
    stored = db.session.scalars(select(Order.created_at)).all()
    assert any(moment.microsecond for moment in stored)
