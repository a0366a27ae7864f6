"""V16 and V18: one's own profile, and customers as an admin sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from app.support import clock
from tests import factories
from tests.factories import PASSWORD, Customer, DeviceHandle
from tests.rows import writing

CUSTOMERS = "/api/v1/customers"


@pytest.mark.parametrize("path", [CUSTOMERS, CUSTOMERS + "/"])
def test_a_customer_reads_and_changes_their_own_profile(
    client: FlaskClient, customer: Customer, path: str
) -> None:
    shown = client.get(path, headers=customer.headers)
    assert set(shown.json) == {"id", "name", "email", "phone", "is_active", "created_at"}
    assert (shown.status_code, shown.json["email"]) == (200, "ada@example.com")
    changed = client.put(path, headers=customer.headers, json={"phone": "555"})
    assert (changed.json["name"], changed.json["phone"]) == ("Ada", "555")


def test_a_changed_address_signs_in_and_the_old_one_no_more(
    client: FlaskClient, customer: Customer
) -> None:
    client.put(CUSTOMERS, headers=customer.headers, json={"email": "Countess@Example.com"})
    statuses = {
        email: client.post(
            "/api/v1/auth/login", json={"email": email, "password": PASSWORD}
        ).status_code
        for email in ("ada@example.com", "countess@example.com")
    }
    assert statuses == {"ada@example.com": 401, "countess@example.com": 200}


def test_an_address_of_someone_else_is_not_taken_over(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    factories.sign_up(app, "bob@example.com")
    answer = client.put(CUSTOMERS, headers=customer.headers, json={"email": "BOB@example.com"})
    assert (answer.status_code, answer.json["error_code"]) == (400, "EMAIL_ALREADY_EXISTS")
    shown = client.get(CUSTOMERS, headers=customer.headers)
    assert shown.json["email"] == "ada@example.com"


@pytest.mark.parametrize("path", ["/{id}", "/profile/{id}"])
def test_a_customer_is_seen_by_themselves_and_by_an_admin_alone(
    app: Application, client: FlaskClient, admin: FlaskClient, customer: Customer, path: str
) -> None:
    own = CUSTOMERS + path.format(id=customer.id)
    other = CUSTOMERS + path.format(id=factories.sign_up(app, "bob@example.com").id)
    assert client.get(own, headers=customer.headers).json["id"] == customer.id
    assert client.get(other, headers=customer.headers).status_code == 404
    assert admin.get(own).json["email"] == "ada@example.com"
    assert admin.get(other).status_code == 200
    assert admin.get(CUSTOMERS + path.format(id=999999)).status_code == 404
    assert app.test_client().get(own).status_code == 401


@pytest.mark.parametrize("customer_id", [0, 2**63, 10**30])
def test_an_impossible_id_is_404(admin: FlaskClient, customer_id: int) -> None:
    assert admin.get(f"{CUSTOMERS}/{customer_id}").status_code == 404


def test_an_admin_lists_customers_in_pages(app: Application, admin: FlaskClient) -> None:
    emails = [factories.sign_up(app, f"user{n:02}@shop.example").email for n in range(5)]
    first = admin.get(CUSTOMERS, query_string={"per_page": 2})
    last = admin.get(CUSTOMERS, query_string={"per_page": 2, "page": 3})
    assert [one["email"] for one in first.json] == emails[:2]
    assert [one["email"] for one in last.json] == emails[4:]
    assert first.headers["X-Total-Count"] == "5"
    assert 'rel="next"' in first.headers["Link"]
    assert 'rel="next"' not in last.headers["Link"]
    assert admin.get(CUSTOMERS, query_string={"page": 9}).json == []


@pytest.mark.parametrize("query", [{"page": 0}, {"per_page": 101}, {"page": "x"}])
def test_an_impossible_page_is_refused(admin: FlaskClient, query: dict[str, object]) -> None:
    assert admin.get(CUSTOMERS, query_string=query).status_code == 400


def test_admins_are_not_among_the_customers(app: Application, admin: FlaskClient) -> None:
    path = f"{CUSTOMERS}/{factories.user(app, 'boss@example.com', role='admin').id}"
    assert admin.get(CUSTOMERS).json == []
    assert admin.get(path).status_code == 404
    assert admin.delete(path).status_code == 404


def test_a_deleted_customer_is_deactivated_and_signed_out(
    client: FlaskClient, admin: FlaskClient, customer: Customer
) -> None:
    assert admin.delete(f"{CUSTOMERS}/{customer.id}").status_code == 200
    assert admin.get(f"{CUSTOMERS}/{customer.id}").json["is_active"] is False
    assert client.get(CUSTOMERS, headers=customer.headers).status_code == 401
    login = {"email": customer.email, "password": PASSWORD}
    assert client.post("/api/v1/auth/login", json=login).status_code == 401


def test_only_an_admin_deletes_customers(
    client: FlaskClient, customer: Customer, device: DeviceHandle
) -> None:
    path = f"{CUSTOMERS}/{customer.id}"
    assert client.delete(path).status_code == 401
    assert client.delete(path, headers=customer.headers).status_code == 403
    assert client.delete(path, headers=device.headers).status_code == 403
    assert client.get(path, headers=customer.headers).json["is_active"] is True


def proved(user_id: int, **more: Any) -> None:
    with writing() as session:
        user = session.get_one(User, user_id)
        for name, value in ({"verified_at": clock.now()} | more).items():
            setattr(user, name, value)


def test_an_address_that_was_verified_is_changed_with_the_password_alone(
    client: FlaskClient, customer: Customer
) -> None:
    proved(customer.id)
    moved = {"email": "eve@example.com"}
    answer = client.put(CUSTOMERS, headers=customer.headers, json=moved)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == ["password"]
    wrong = moved | {"password": "wrong password"}
    answer = client.put(CUSTOMERS, headers=customer.headers, json=wrong)
    assert (answer.status_code, answer.json["error_code"]) == (400, "WRONG_PASSWORD")
    same = {"email": "ADA@example.com", "name": "Ada L."}
    shown = client.put(CUSTOMERS, headers=customer.headers, json=same).json
    assert (shown["email"], shown["name"]) == ("ada@example.com", "Ada L.")
    right = moved | {"password": PASSWORD}
    assert client.put(CUSTOMERS, headers=customer.headers, json=right).json["email"] == (
        "eve@example.com"
    )


def test_who_signs_in_by_a_number_gives_a_first_address_with_the_password(
    client: FlaskClient, customer: Customer
) -> None:
    proved(customer.id, email=None, verified_at=None, login_phone="+4930901820")
    moved = {"email": "eve@example.com"}
    answer = client.put(CUSTOMERS, headers=customer.headers, json=moved)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["password"])
    right = moved | {"password": PASSWORD}
    assert client.put(CUSTOMERS, headers=customer.headers, json=right).status_code == 200


def test_a_stolen_token_guesses_the_password_no_faster_here(
    make_app: Callable[..., Application], customer: Customer
) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    proved(customer.id)
    guess = {"email": "eve@example.com", "password": "wrong password"}
    statuses = [
        client.put(CUSTOMERS, headers=customer.headers, json=guess).status_code for _ in range(7)
    ]
    assert statuses == [400] * 6 + [429]


@pytest.mark.parametrize("sent", ["", None, 7, "wrong password"])
def test_a_password_that_is_not_asked_for_is_let_be(
    client: FlaskClient, customer: Customer, sent: Any
) -> None:
    body = {"name": "Ada L.", "email": "ada.l@example.com", "password": sent}
    answer = client.put(CUSTOMERS, headers=customer.headers, json=body)
    assert (answer.status_code, answer.json["email"]) == (200, "ada.l@example.com")
