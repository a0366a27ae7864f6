"""Accounts, profiles and tokens (contract.md V1 to V5, V16, V18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.support import clock
from tests import factories
from tests.contract.shapes import ACCOUNT, AUTH, CUSTOMER, answered, refused

AUTH_PATH = "/api/v1/auth"
CUSTOMERS = "/api/v1/customers"
ADA = {"name": "Ada", "email": "Ada@Example.com", "password": factories.PASSWORD}
MESSAGE = {"message": str}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_V1_registering_answers_tokens_and_the_customer(client):
    answer = client.post(f"{AUTH_PATH}/register", json={**ADA, "phone": "+44 1"})
    told = answered(answer, 201, AUTH)
    assert told["token"] == told["access_token"]
    assert told["customer"]["email"] == "ada@example.com"
    assert told["customer"]["phone"] == "+44 1"
    assert client.get(f"{AUTH_PATH}/me", headers=bearer(told["token"])).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", "x" * 129),
        ("email", None),
        ("email", "ada"),
        ("password", None),
        ("password", "seven77"),
        ("password", "x" * 257),
        ("phone", "1" * 33),
        ("phone", 5),
    ],
    ids=repr,
)
def test_V1_a_bad_field_is_named(client, field, value):
    answer = client.post(f"{AUTH_PATH}/register", json={**ADA, field: value})
    refused(answer, 400, "VALIDATION_ERROR", field=field)


def test_V1_every_missing_field_is_named(client):
    body = refused(client.post(f"{AUTH_PATH}/register", json={}), 400, "VALIDATION_ERROR")
    assert set(body["details"]) == {"name", "email", "password"}


def test_V1_an_email_is_taken_once_in_any_case(client):
    client.post(f"{AUTH_PATH}/register", json=ADA)
    answer = client.post(f"{AUTH_PATH}/register", json={**ADA, "email": "ADA@example.COM"})
    refused(answer, 400, "EMAIL_ALREADY_EXISTS", field="email")


def test_V2_signing_in_answers_tokens_and_the_customer(client, customer):
    body = {"email": " ADA@example.com ", "password": factories.PASSWORD}
    told = answered(client.post(f"{AUTH_PATH}/login", json=body), 200, AUTH)
    assert told["customer"]["id"] == customer.id


def test_V2_unknown_wrong_and_inactive_are_told_the_same(app, client, customer):
    factories.user(app, "gone@example.com", is_active=False)
    told = []
    for email, password in (
        ("nobody@example.com", factories.PASSWORD),
        (customer.email, "wrong password"),
        ("gone@example.com", factories.PASSWORD),
    ):
        answer = client.post(f"{AUTH_PATH}/login", json={"email": email, "password": password})
        body = refused(answer, 401, "INVALID_CREDENTIALS")
        told.append({**body, "request_id": ""})
    assert told == [told[0]] * 3


@pytest.mark.parametrize("how", ["bearer", "body"])
def test_V3_a_refresh_token_is_rotated(client, customer, how):
    old = customer.refresh_token
    given: dict[str, Any] = (
        {"headers": bearer(old)} if how == "bearer" else {"json": {"refresh_token": old}}
    )
    told = answered(client.post(f"{AUTH_PATH}/refresh", **given), 200, AUTH)
    assert told["refresh_token"] != old
    assert told["customer"]["id"] == customer.id
    assert client.get(f"{AUTH_PATH}/me", headers=bearer(told["access_token"])).status_code == 200


def test_V3_a_used_token_revokes_its_whole_family(client, customer):
    path = f"{AUTH_PATH}/refresh"
    fresh = client.post(path, json={"refresh_token": customer.refresh_token}).json
    refused(client.post(path, json={"refresh_token": customer.refresh_token}), 401, "INVALID_TOKEN")
    answer = client.post(path, json={"refresh_token": fresh["refresh_token"]})
    refused(answer, 401, "INVALID_TOKEN")
    headers = bearer(fresh["access_token"])
    refused(client.get(f"{AUTH_PATH}/me", headers=headers), 401, "INVALID_TOKEN")


def test_V3_an_old_token_is_told_that_it_expired(client, customer):
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        answer = client.post(f"{AUTH_PATH}/refresh", json={"refresh_token": customer.refresh_token})
    refused(answer, 401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "é" * 10])
def test_V3_what_is_no_refresh_token_is_401(client, customer, token):
    answer = client.post(f"{AUTH_PATH}/refresh", json={"refresh_token": token})
    refused(answer, 401, "INVALID_TOKEN")
    answer = client.post(f"{AUTH_PATH}/refresh", json={"refresh_token": customer.token})
    refused(answer, 401, "INVALID_TOKEN")


def test_V4_logging_out_ends_both_tokens(client, customer):
    headers = {**customer.headers, "Content-Type": "application/json"}
    answered(client.post(f"{AUTH_PATH}/logout", headers=headers), 200, MESSAGE)
    refused(client.get(f"{AUTH_PATH}/me", headers=customer.headers), 401, "INVALID_TOKEN")
    answer = client.post(f"{AUTH_PATH}/refresh", json={"refresh_token": customer.refresh_token})
    refused(answer, 401, "INVALID_TOKEN")
    refused(client.post(f"{AUTH_PATH}/logout", headers=headers), 401, "INVALID_TOKEN")


def test_V4_logging_out_here_leaves_other_sign_ins_alone(client, customer):
    body = {"email": customer.email, "password": factories.PASSWORD}
    other = client.post(f"{AUTH_PATH}/login", json=body).json
    client.post(f"{AUTH_PATH}/logout", headers=customer.headers)
    assert client.get(f"{AUTH_PATH}/me", headers=bearer(other["token"])).status_code == 200


def test_V5_ones_own_account(client, customer):
    told = answered(client.get(f"{AUTH_PATH}/me", headers=customer.headers), 200, ACCOUNT)
    assert (told["id"], told["name"], told["email"]) == (customer.id, "Ada", "ada@example.com")
    assert (told["is_active"], told["role"]) == (True, "customer")


@pytest.mark.parametrize("body", [{"name": "Ada L."}, {"phone": "+44 1"}, {"phone": None}, {}])
def test_V5_name_and_phone_are_changed_and_what_is_absent_stays(client, customer, body):
    path, headers = f"{AUTH_PATH}/me", customer.headers
    before = client.get(path, headers=headers).json
    told = answered(client.patch(path, json=body, headers=headers), 200, ACCOUNT)
    assert {**told, "updated_at": 0} == {**before, **body, "updated_at": 0}


def test_V5_nobody_makes_themselves_an_admin(client, customer):
    body = {"role": "admin", "is_active": False, "id": 1}
    told = client.patch(f"{AUTH_PATH}/me", json=body, headers=customer.headers).json
    assert (told["role"], told["is_active"], told["id"]) == ("customer", True, customer.id)


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", None), ("phone", "1" * 33)])
def test_V5_a_bad_field_is_named(client, customer, field, value):
    answer = client.patch(f"{AUTH_PATH}/me", json={field: value}, headers=customer.headers)
    refused(answer, 400, "VALIDATION_ERROR", field=field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{AUTH_PATH}/logout"),
        ("GET", f"{AUTH_PATH}/me"),
        ("PATCH", f"{AUTH_PATH}/me"),
        ("GET", CUSTOMERS),
        ("PUT", CUSTOMERS),
        ("GET", f"{CUSTOMERS}/1"),
        ("DELETE", f"{CUSTOMERS}/1"),
    ],
)
def test_V4_V5_V16_V18_without_a_good_token_it_is_401(client, customer, method, path):
    refused(client.open(path, method=method, json={}), 401, "UNAUTHORIZED")
    for token in ("nonsense", "a.b.c", customer.token[:-3], customer.refresh_token, "hd_x"):
        answer = client.open(path, method=method, json={}, headers=bearer(token))
        refused(answer, 401, "INVALID_TOKEN")
    for scheme in ("Basic YTpi", "Bearer", "", customer.token):
        answer = client.open(path, method=method, json={}, headers={"Authorization": scheme})
        refused(answer, 401, "INVALID_TOKEN")
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        answer = client.open(path, method=method, json={}, headers=customer.headers)
    refused(answer, 401, "TOKEN_EXPIRED")


def test_V16_ones_own_profile_is_read_and_changed(client, customer):
    profile = answered(client.get(CUSTOMERS, headers=customer.headers), 200, CUSTOMER)
    assert (profile["id"], profile["email"]) == (customer.id, customer.email)
    for body in (
        {"name": "Ada L."},
        {"email": "new@example.com"},
        {"phone": "+44 1"},
        {"phone": None},
        {},
    ):
        told = answered(client.put(CUSTOMERS, json=body, headers=customer.headers), 200, CUSTOMER)
        profile = {**profile, **body}
        assert told == profile


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"email": "nobody"}, "VALIDATION_ERROR"),
        ({"email": None}, "VALIDATION_ERROR"),
        ({"name": ""}, "VALIDATION_ERROR"),
        ({"email": "MALLORY@example.com"}, "EMAIL_ALREADY_EXISTS"),
    ],
)
def test_V16_a_bad_field_is_400(client, customer, stranger, body, code):
    refused(client.put(CUSTOMERS, json=body, headers=customer.headers), 400, code)


@pytest.mark.parametrize("path", [CUSTOMERS, f"{CUSTOMERS}/profile"])
def test_V18_a_profile_is_for_oneself_and_admins(client, admin, customer, stranger, path):
    own = client.get(f"{path}/{customer.id}", headers=customer.headers)
    told = answered(own, 200, CUSTOMER)
    assert told["id"] == customer.id
    assert admin.get(f"{path}/{customer.id}").json == told
    refused(client.get(f"{path}/{customer.id}", headers=stranger.headers), 404, "NOT_FOUND")
    refused(admin.get(f"{path}/424242"), 404, "NOT_FOUND")


def test_V18_a_device_sees_no_profiles(client, device, customer):
    answer = client.get(f"{CUSTOMERS}/{customer.id}", headers=device.headers)
    refused(answer, 403, "PERMISSION_DENIED")


def test_V18_an_admin_lists_customers_in_pages(admin, customer, stranger):
    answer = admin.get(f"{CUSTOMERS}?per_page=1")
    assert [one["id"] for one in answered(answer, 200, [CUSTOMER])] == [customer.id]
    assert answer.headers["X-Total-Count"] == "2"
    assert f'<{CUSTOMERS}?per_page=1&page=2>; rel="next"' in answer.headers["Link"]
    assert [one["id"] for one in admin.get(f"{CUSTOMERS}?per_page=1&page=2").json] == [stranger.id]
    for query in ("page=0", "per_page=101", "page=x"):
        refused(admin.get(f"{CUSTOMERS}?{query}"), 400, "VALIDATION_ERROR")


def test_V18_a_deleted_customer_is_out_at_once(client, admin, customer):
    answered(admin.delete(f"{CUSTOMERS}/{customer.id}"), 200, MESSAGE)
    assert admin.get(f"{CUSTOMERS}/{customer.id}").json["is_active"] is False
    refused(client.get(CUSTOMERS, headers=customer.headers), 401, "INVALID_TOKEN")


def test_V18_only_an_admin_deletes(client, customer):
    answer = client.delete(f"{CUSTOMERS}/{customer.id}", headers=customer.headers)
    refused(answer, 403, "PERMISSION_DENIED")
    assert client.get(CUSTOMERS, headers=customer.headers).status_code == 200
