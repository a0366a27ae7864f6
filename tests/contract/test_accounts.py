"""The codes of contract.md 8 that accounts answer with, and their neutral ones (issue 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from app.support import clock
from tests import factories, mails
from tests.contract.shapes import ACCOUNT, answered, refused

AUTH = "/api/v1/auth"
MESSAGE = {"message": str}


def verify(client, customer, code):
    return client.post(f"{AUTH}/verify-email", json={"code": code}, headers=customer.headers)


def test_a_code_verifies_once(client, customer):
    mail = mails.code(customer.id)
    wrong = mails.another(mail.code)
    refused(verify(client, customer, wrong), 400, "INVALID_VERIFICATION_CODE")
    assert answered(verify(client, customer, mail.code), 200, ACCOUNT)["email_verified"]
    refused(verify(client, customer, mail.code), 400, "VERIFICATION_CODE_USED")
    link = client.post(f"{AUTH}/verify-email/link", json={"token": mail.token})
    refused(link, 400, "VERIFICATION_CODE_USED")


def test_an_old_code_says_so(client, customer):
    mail = mails.code(customer.id)
    with time_machine.travel(clock.now() + timedelta(minutes=15), tick=False):
        login = {"email": customer.email, "password": factories.PASSWORD}
        token = client.post(f"{AUTH}/login", json=login).json["token"]
        body, headers = {"code": mail.code}, {"Authorization": f"Bearer {token}"}
        late = client.post(f"{AUTH}/verify-email", json=body, headers=headers)
        refused(late, 400, "VERIFICATION_CODE_EXPIRED")


def test_an_unverified_account_is_told_so_where_that_matters(make_app):
    app = make_app(REQUIRE_VERIFIED_EMAIL="true")
    ada = factories.sign_up(app, "ada@example.com")
    client = app.test_client()
    refused(client.get("/api/v1/orders", headers=ada.headers), 403, "EMAIL_NOT_VERIFIED")
    refused(client.get("/api/orders", headers=ada.headers), 403, "EMAIL_NOT_VERIFIED")
    answered(client.get(f"{AUTH}/me", headers=ada.headers), 200, ACCOUNT)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_wrong_old_password_is_400(client, customer, method):
    body = {"password": "not mine at all", "new_password": "another good one"}
    path = f"{AUTH}/change-password"
    answer = client.open(path, method=method, json=body, headers=customer.headers)
    refused(answer, 400, "WRONG_PASSWORD")
    body |= {"password": factories.PASSWORD}
    done = client.open(path, method=method, json=body, headers=customer.headers)
    answered(done, 200, MESSAGE)


def test_a_forgotten_password_is_answered_alike_for_everybody(client, customer):
    told = {
        answered(client.post(f"{AUTH}/forgot-password", json={"email": email}), 200, MESSAGE)[
            "message"
        ]
        for email in (customer.email, "nobody@example.com", "no address at all")
    }
    assert len(told) == 1


def test_a_link_that_was_used_is_no_token(client, customer):
    client.post(f"{AUTH}/forgot-password", json={"email": customer.email})
    chosen = {"token": mails.link(customer.id).token, "password": "another good one"}
    answered(client.post(f"{AUTH}/reset-password", json=chosen), 200, MESSAGE)
    refused(client.post(f"{AUTH}/reset-password", json=chosen), 401, "INVALID_TOKEN")


def test_an_account_that_is_needed_is_not_closed(client, customer):
    factories.order(customer_id=customer.id)
    body = {"password": factories.PASSWORD}
    answer = client.post("/api/v1/customers/close", json=body, headers=customer.headers)
    refused(answer, 409, "CONFLICT")
