"""People as admins look after them: the codes of contract.md 8 that this part of the product has."""

from __future__ import annotations

from tests import factories
from tests.contract.shapes import refused
from tests.factories import PASSWORD
from tests.ledger import event

USERS = "/api/v1/admin/users"


def test_the_last_active_admin_stays_one(app, admin):
    own = event(action="LOGIN").resource_id
    refused(admin.patch(f"{USERS}/{own}/role", json={"role": "customer"}), 409, "LAST_ADMIN")
    refused(admin.post(f"{USERS}/{own}/deactivate"), 409, "LAST_ADMIN")
    refused(admin.delete(f"{USERS}/{own}"), 409, "LAST_ADMIN")


def test_a_temporary_password_opens_nothing_else(app, admin):
    made = admin.post(USERS, json={"name": "Ada", "email": "ada@example.com"}).json
    body = {"email": "ada@example.com", "password": made["temporary_password"]}
    tokens = app.test_client().post("/api/v1/auth/login", json=body).json
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = app.test_client().get("/api/v1/orders", headers=bearer)
    refused(answer, 403, "PASSWORD_CHANGE_REQUIRED")


def test_a_second_factor_is_asked_for_by_every_sign_in(app, client):
    owner = factories.user(app, "owner@example.com", role="owner")
    factories.second_factor(owner.id)
    body = {"email": "owner@example.com", "password": PASSWORD}
    refused(client.post("/api/v1/auth/login", json=body), 401, "TWO_FACTOR_REQUIRED")
    refused(client.post("/auth/login", json=body), 401, "TWO_FACTOR_REQUIRED")


def test_people_are_an_admins_alone(app, client, customer):
    refused(client.get(USERS), 401, "UNAUTHORIZED")
    refused(client.get(USERS, headers=customer.headers), 403, "PERMISSION_DENIED")
