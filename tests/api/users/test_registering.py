"""Everybody who has an account, as an admin finds and registers them, and by what they sign in."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.ledger import data_of, event, events, pii_of

USERS = "/api/v1/admin/users"
ADA = {"name": "Ada", "email": "ada@example.com"}
PHONE = "+4930901820"


def log_in(app: Application, login: str, password: str = PASSWORD) -> Any:
    body = {"email": login, "password": password}
    return app.test_client().post("/api/v1/auth/login", json=body)


# --- finding ------------------------------------------------------------------------------------


def test_accounts_of_every_role_are_listed_in_pages(app: Application, admin: FlaskClient) -> None:
    people = [factories.user(app, role=role) for role in ("customer", "owner", "admin")]
    first = admin.get(f"{USERS}?per_page=3")
    second = admin.get(f"{USERS}?per_page=3&page=2")
    assert first.headers["X-Total-Count"] == "4"
    assert 'rel="next"' in first.headers["Link"]
    ids = [one["id"] for one in first.json + second.json]
    assert ids[1:] == [one.id for one in people]


def test_an_account_is_shown_without_its_secrets(app: Application, admin: FlaskClient) -> None:
    shown = admin.get(f"{USERS}/{factories.user(app, 'ada@example.com').id}").json
    assert set(shown) == {
        *("id", "name", "username", "email", "phone", "role", "is_active"),
        *("must_change_password", "created_at", "updated_at"),
    }
    assert admin.get(f"{USERS}/999999").status_code == 404


def test_one_role_is_listed_alone(app: Application, admin: FlaskClient) -> None:
    owner = factories.user(app, role="owner")
    factories.user(app)
    listed = admin.get(f"{USERS}?role=owner")
    assert [one["id"] for one in listed.json] == [owner.id]
    assert listed.headers["X-Total-Count"] == "1"
    assert admin.get(f"{USERS}?role=king").json["details"]["role"]


@pytest.mark.parametrize(
    "words", ["grace", "Hopp", "grace@ex", "amazing", "+49 30 901820", "901820"]
)
def test_somebody_is_found_by_any_of_their_names(
    app: Application, admin: FlaskClient, words: str
) -> None:
    names = {"name": "Grace Hopper", "username": "amazing", "phone": PHONE}
    grace = factories.user(app, "grace@example.com", **names)
    factories.user(app, "bob@example.com", name="Bob", phone="+49 30 111111")
    found = admin.get(USERS, query_string={"query": words})
    assert [one["id"] for one in found.json] == [grace.id]
    assert found.headers["X-Total-Count"] == "1"
    assert admin.get(USERS, query_string={"query": words, "role": "admin"}).json == []
    assert admin.get(USERS, query_string={"query": words, "page": 2}).json == []


# --- registering --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login", ["ada@example.com", PHONE, "+49 (30) 901-820", "countess", "Countess"]
)
def test_somebody_signs_in_by_address_phone_and_user_name(
    app: Application, admin: FlaskClient, login: str
) -> None:
    body = ADA | {"phone": "+49 30 901820", "username": "Countess"}
    made = admin.post(USERS, json=body)
    assert made.status_code == 201
    assert (made.json["user"]["phone"], made.json["user"]["username"]) == (PHONE, "countess")
    signed_in = log_in(app, login, made.json["temporary_password"])
    assert signed_in.json["customer"]["id"] == made.json["user"]["id"]


def test_somebody_is_registered_by_a_phone_number_alone(
    app: Application, admin: FlaskClient
) -> None:
    made = admin.post(USERS, json={"name": "Ada", "phone": PHONE}).json
    assert log_in(app, PHONE, made["temporary_password"]).status_code == 200
    assert made["user"]["email"] is None


def test_an_admin_who_was_registered_signs_in_at_the_admins_door(
    app: Application, admin: FlaskClient
) -> None:
    made = admin.post(USERS, json={"name": "Boss", "phone": PHONE, "role": "admin"}).json
    body = {"username": "+49 30 901820", "password": made["temporary_password"]}
    assert app.test_client().post("/admin/login", json=body).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "no address"}, "email"),
        ({"phone": "030 901820"}, "phone"),
        ({"phone": 4930901820}, "phone"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"username": "a\tb"}, "username"),
        ({"username": "x" * 65}, "username"),
    ],
)
def test_what_cannot_be_registered_is_refused_by_name(
    admin: FlaskClient, wrong: dict[str, Any], field: str
) -> None:
    answer = admin.post(USERS, json=ADA | wrong)
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])
    assert [row.action for row in events(action="USER_CREATED")] == []


@pytest.mark.parametrize(
    ("taken", "status", "code"),
    [
        ({"email": "grace@example.com"}, 400, "EMAIL_ALREADY_EXISTS"),
        ({"phone": "+49 30 901820"}, 409, "CONFLICT"),
        ({"username": "GRACE"}, 409, "CONFLICT"),
    ],
)
def test_what_signs_somebody_else_in_is_taken(
    admin: FlaskClient, taken: dict[str, str], status: int, code: str
) -> None:
    grace = {"name": "Grace", "email": "grace@example.com", "phone": PHONE, "username": "grace"}
    assert admin.post(USERS, json=grace).status_code == 201
    answer = admin.post(USERS, json=ADA | taken)
    assert (answer.status_code, answer.json["error_code"]) == (status, code)
    assert list(answer.json["details"]) == list(taken)


def test_an_equal_phone_number_of_a_customer_signs_nobody_in(
    app: Application, admin: FlaskClient
) -> None:
    factories.user(app, "bob@example.com", phone=PHONE, password="the password of Bob")
    made = admin.post(USERS, json={"name": "Ada", "phone": PHONE})
    assert made.status_code == 201
    assert log_in(app, PHONE, "the password of Bob").status_code == 401


def test_an_address_comes_before_an_equal_user_name(app: Application) -> None:
    ada = factories.user(app, "ada@example.com")
    factories.user(app, username="ada@example.com", password="of somebody else")
    assert log_in(app, "ada@example.com").json["customer"]["id"] == ada.id
    assert log_in(app, "ada@example.com", "of somebody else").status_code == 401


def test_a_registration_is_recorded_without_contact_or_password(admin: FlaskClient) -> None:
    made = admin.post(USERS, json=ADA | {"phone": PHONE, "username": "countess"}).json
    row = event(action="USER_CREATED", resource_id=made["user"]["id"])
    said, pii = data_of(row), pii_of(row)
    assert said["changes"]["must_change_password"] == [None, True] or said["changes"][
        "must_change_password"
    ] == [False, True]
    assert {"email", "phone", "login_phone", "username", "password_hash"} <= set(said["changed"])
    assert pii["changes"]["login_phone"][1] == PHONE
    assert made["temporary_password"] not in row.data + row.pii


# --- a number that signs in ---------------------------------------------------------------------


def test_a_number_that_signs_in_goes_with_the_one_that_reaches_its_owner(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.user(app, "ada@example.com", phone=PHONE, login_phone=PHONE)
    bearer = {"Authorization": f"Bearer {log_in(app, PHONE).json['access_token']}"}
    me = "/api/v1/auth/me"
    assert (
        app.test_client().patch(me, json={"phone": "+49 30 222222"}, headers=bearer).status_code
        == 200
    )
    assert log_in(app, PHONE).status_code == 401
    assert log_in(app, "+4930222222").status_code == 200
    assert app.test_client().patch(me, json={"phone": "555"}, headers=bearer).status_code == 200
    assert stored(User, ada.id).login_phone is None
    assert log_in(app, "ada@example.com").status_code == 200


def test_a_number_without_which_nobody_could_sign_in_stays_one(app: Application) -> None:
    ada = factories.user(app, phone=PHONE, login_phone=PHONE)
    with factories.writing() as session:
        session.get_one(User, ada.id).email = None
    bearer = {"Authorization": f"Bearer {log_in(app, PHONE).json['access_token']}"}
    for phone in ("555", None):
        answer = app.test_client().patch("/api/v1/auth/me", json={"phone": phone}, headers=bearer)
        assert (answer.status_code, list(answer.json["details"])) == (400, ["phone"])
    assert log_in(app, PHONE).status_code == 200


def test_a_number_that_signs_somebody_else_in_is_not_taken_over(app: Application) -> None:
    factories.user(app, phone=PHONE, login_phone=PHONE)
    factories.user(app, "ada@example.com", phone="+4930222222", login_phone="+4930222222")
    bearer = {"Authorization": f"Bearer {log_in(app, 'ada@example.com').json['access_token']}"}
    answer = app.test_client().patch("/api/v1/auth/me", json={"phone": PHONE}, headers=bearer)
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("name", ["ada@example.com", "a@b", "+49 30 901820", "0301234567", "12345"])
def test_nobody_goes_by_what_is_somebodys_address_or_number(
    app: Application, admin: FlaskClient, name: str
) -> None:
    answer = admin.post(USERS, json={"name": "Eve", "phone": PHONE, "username": name})
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]) == ["username"]
