"""The page behind a one-time link."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

PAGE = "/set-password"
NEW = "a new and long one"
OWN = {"Origin": "http://handover.test"}


@pytest.fixture
def link(admin: FlaskClient) -> str:
    body = {"name": "Bob", "email": "bob@example.com"}
    made = admin.post("/admin/api/customers", json=body).json
    return str(made["set_password_url"]).partition("#")[2]


def form(client: FlaskClient, **fields: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    assert found is not None
    return {"csrf_token": found[1], **fields}


def log_in(client: FlaskClient) -> int:
    body = {"email": "bob@example.com", "password": NEW}
    return client.post("/api/v1/auth/login", json=body).status_code


def test_a_person_sets_a_password(client: FlaskClient, link: str) -> None:
    done = client.post(PAGE, data=form(client, token=link, password=NEW), headers=OWN)
    assert (done.status_code, done.mimetype) == (200, "text/html")
    assert "Your password is set" in done.text
    assert log_in(client) == 200


def test_a_weak_password_gets_the_form_again_with_the_token(client: FlaskClient, link: str) -> None:
    again = client.post(PAGE, data=form(client, token=link, password="short"), headers=OWN)
    assert again.status_code == 400
    assert link in again.text
    assert "at least 8 characters" in again.text


def test_a_used_link_says_so(client: FlaskClient, link: str) -> None:
    fields = form(client, token=link, password=NEW)
    client.post(PAGE, data=fields, headers=OWN)
    assert client.post(PAGE, data=fields, headers=OWN).status_code == 401


def test_another_site_sets_no_password(client: FlaskClient, link: str) -> None:
    fields = form(client, token=link, password=NEW)
    evil = {"Origin": "https://evil.example"}
    assert client.post(PAGE, data=fields, headers=evil).status_code == 403
    forged = fields | {"csrf_token": "forged"}
    assert client.post(PAGE, data=forged, headers=OWN).status_code == 403
    assert log_in(client) == 401


def test_what_was_sent_is_shown_as_text(client: FlaskClient) -> None:
    fields = form(client, token='"><script>', password="short")
    assert "<script>" not in client.post(PAGE, data=fields, headers=OWN).text
