"""V3 to V5: refresh, logout, one's own account, and tokens that are not ours."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from app.support import clock
from app.support.tokens import JwtSigner
from tests import factories
from tests.conftest import SECRETS
from tests.factories import PASSWORD, Customer
from tests.rows import writing

ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/refresh"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("place", ["body", "header"])
def test_a_refresh_token_is_exchanged(client: FlaskClient, customer: Customer, place: str) -> None:
    if place == "body":
        answer = client.post(REFRESH, json={"refresh_token": customer.refresh_token})
    else:
        answer = client.post(
            REFRESH, headers=bearer(customer.refresh_token), content_type="application/json"
        )
    assert answer.status_code == 200
    assert answer.json["refresh_token"] != customer.refresh_token
    assert client.get(ME, headers=bearer(answer.json["access_token"])).status_code == 200


def test_a_used_refresh_token_revokes_its_family_for_good(
    client: FlaskClient, customer: Customer
) -> None:
    renewed = client.post(REFRESH, json={"refresh_token": customer.refresh_token}).json
    reused = client.post(REFRESH, json={"refresh_token": customer.refresh_token})
    assert (reused.status_code, reused.json["error_code"]) == (401, "INVALID_TOKEN")
    after = client.post(REFRESH, json={"refresh_token": renewed["refresh_token"]})
    assert (after.status_code, after.json["error_code"]) == (401, "INVALID_TOKEN")
    assert client.get(ME, headers=bearer(renewed["access_token"])).status_code == 401


def test_a_reused_token_ends_no_other_sign_in(client: FlaskClient, customer: Customer) -> None:
    login = {"email": customer.email, "password": PASSWORD}
    other = client.post("/api/v1/auth/login", json=login).json
    for _ in range(2):
        client.post(REFRESH, json={"refresh_token": customer.refresh_token})
    assert client.get(ME, headers=bearer(other["token"])).status_code == 200


def test_of_refreshes_at_once_one_wins(app: Application, customer: Customer) -> None:
    def refresh(_: int) -> int:
        body = {"refresh_token": customer.refresh_token}
        return app.test_client().post(REFRESH, json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(refresh, range(4)))
    assert statuses == [200, 401, 401, 401]


def test_an_expired_refresh_token_says_so(client: FlaskClient, customer: Customer) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        answer = client.post(REFRESH, json={"refresh_token": customer.refresh_token})
    assert (answer.status_code, answer.json["error_code"]) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("body", [{}, {"refresh_token": None}, {"refresh_token": ""}])
def test_a_refresh_without_a_token_is_refused(client: FlaskClient, body: object) -> None:
    answer = client.post(REFRESH, json=body)
    assert (answer.status_code, answer.json["error_code"]) == (401, "INVALID_TOKEN")


def test_an_access_token_does_not_refresh_and_a_refresh_token_opens_nothing(
    client: FlaskClient, customer: Customer
) -> None:
    assert client.post(REFRESH, json={"refresh_token": customer.token}).status_code == 401
    assert client.get(ME, headers=bearer(customer.refresh_token)).status_code == 401


def test_a_deactivated_account_is_refused_at_once(client: FlaskClient, customer: Customer) -> None:
    with writing() as session:
        user = session.get(User, customer.id)
        assert user is not None
        user.is_active = False
    assert client.get(ME, headers=customer.headers).status_code == 401
    refreshed = client.post(REFRESH, json={"refresh_token": customer.refresh_token})
    assert refreshed.status_code == 401


def test_logout_revokes_access_and_refresh(client: FlaskClient, customer: Customer) -> None:
    assert client.post("/api/v1/auth/logout", headers=customer.headers).status_code == 200
    for _ in range(2):
        assert client.get(ME, headers=customer.headers).status_code == 401
        refreshed = client.post(REFRESH, json={"refresh_token": customer.refresh_token})
        assert refreshed.status_code == 401


def test_logout_needs_a_token(client: FlaskClient) -> None:
    answer = client.post("/api/v1/auth/logout", content_type="application/json")
    assert (answer.status_code, answer.json["error_code"]) == (401, "UNAUTHORIZED")


def test_an_expired_access_token_says_so(client: FlaskClient, customer: Customer) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        answer = client.get(ME, headers=customer.headers)
    assert (answer.status_code, answer.json["error_code"]) == (401, "TOKEN_EXPIRED")


def unsigned(customer: Customer) -> str:
    """The customer's claims under the algorithm `none`."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    return f"{head.decode().rstrip('=')}.{customer.token.split('.')[1]}."


def test_a_token_that_is_not_ours_is_always_401(client: FlaskClient, customer: Customer) -> None:
    claims = jwt.decode(customer.token, options={"verify_signature": False})
    key = SECRETS["JWT_SECRET_KEY"]
    stranger = JwtSigner("another-secret-of-thirty-two-characters", 15, 30)
    tokens = [
        "nonsense",
        "a.b.c",
        "é" * 20,
        customer.token[:-2],
        unsigned(customer),
        stranger.issue("access", customer.id, claims["fam"], "x", clock.now()),
        jwt.encode(claims | {"sub": customer.id + 1, "iss": "handover"}, key, "HS256"),
        jwt.encode(claims | {"sub": str(customer.id + 1)}, key, "HS256"),
        jwt.encode(claims | {"sub": "9" * 30}, key, "HS256"),
        jwt.encode(claims | {"fam": 2**70}, key, "HS256"),
        jwt.encode({"sub": str(customer.id)}, key, "HS256"),
    ]
    for token in tokens:
        answer = client.get(
            ME, headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")}
        )
        assert answer.status_code == 401, token
        assert answer.json["error_code"] == "INVALID_TOKEN", token


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "", "Token x"])
def test_an_authorization_that_is_no_bearer_token_is_401(client: FlaskClient, given: str) -> None:
    assert client.get(ME, headers={"Authorization": given}).status_code == 401


def test_ones_own_account_is_shown_and_changed(client: FlaskClient, customer: Customer) -> None:
    shown = client.get(ME, headers=customer.headers).json
    assert shown["id"] == customer.id
    assert (shown["name"], shown["is_active"], shown["phone"]) == ("Ada", True, None)
    assert "password_hash" not in shown
    changed = client.patch(ME, headers=customer.headers, json={"phone": "555"})
    assert (changed.json["name"], changed.json["phone"]) == ("Ada", "555")
    changed = client.patch(ME, headers=customer.headers, json={"name": "Ada L.", "phone": None})
    assert (changed.json["name"], changed.json["phone"]) == ("Ada L.", None)


def test_ones_own_account_takes_no_rights(client: FlaskClient, customer: Customer) -> None:
    body = {"role": "admin", "is_active": False, "id": 1, "password_hash": "x"}
    changed = client.patch(ME, headers=customer.headers, json=body)
    assert (changed.status_code, changed.json["role"]) == (200, "customer")
    assert changed.json["is_active"] is True


@pytest.mark.parametrize("body", [{"name": None}, {"name": " "}, {"name": 3}, {"phone": 5}])
def test_an_impossible_profile_is_refused(
    client: FlaskClient, customer: Customer, body: object
) -> None:
    assert client.patch(ME, headers=customer.headers, json=body).status_code == 400


def test_a_device_and_an_admin_session_have_no_account_here(
    client: FlaskClient, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    assert client.get(ME, headers=device.headers).status_code == 403
    assert admin.get(ME).status_code == 401
