"""The pages of everybody who has an account."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from tests import factories
from tests.holes.world import stored
from tests.ledger import event
from tests.web.admin.forms import alert_of, error_at, news_after, secret_of, value_of

LIST = "/admin/people"
ADA = {"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+49 30 901820"}


def test_somebody_is_registered_and_the_password_shown_once(
    app: Application, admin: FlaskClient
) -> None:
    page = admin.post(LIST, data=ADA | {"username": "", "role": "owner"})
    assert page.status_code == 201
    assert page.headers["Cache-Control"] == "no-store"
    password = secret_of(page)
    made = event(action="USER_CREATED", status_code=201)
    shown = admin.get(f"{LIST}/{made.resource_id}").text
    assert password not in shown
    assert "Temporary, until" in shown
    login = {"email": "+4930901820", "password": password}
    answer = app.test_client().post("/login", data=login)
    assert answer.headers["Location"] == "/business"


def test_a_refused_form_marks_what_is_wrong_and_keeps_the_rest(admin: FlaskClient) -> None:
    page = admin.post(LIST, data=ADA | {"phone": "030 901820", "role": "admin"})
    assert page.status_code == 400
    assert "with its country" in error_at(page, "phone")
    assert value_of(page, "name") == "Ada Lovelace"
    assert '<option value="admin" selected>' in page.text
    page = admin.post(LIST, data={"name": "Ada", "email": "", "phone": ""})
    assert error_at(page, "email") == "Give an e-mail address or a phone number."


def test_a_taken_name_is_marked(app: Application, admin: FlaskClient) -> None:
    factories.user(app, username="countess")
    page = admin.post(LIST, data=ADA | {"username": "Countess"})
    assert (page.status_code, error_at(page, "username")) == (409, "This user name is taken.")


def test_people_are_listed_by_role_and_found_by_words(app: Application, admin: FlaskClient) -> None:
    factories.user(app, "grace@example.com", name="Grace Hopper", role="owner")
    factories.user(app, "bob@example.com", name="Bob")
    everybody = admin.get(LIST).text
    assert "Grace Hopper" in everybody
    assert "bob@example.com" in everybody
    for query in ("?role=owner", "?q=hopper", "?q=grace@"):
        page = admin.get(LIST + query).text
        assert ("Grace Hopper" in page, "bob@example.com" in page) == (True, False), query
    assert "Nobody was found" in admin.get(f"{LIST}?q=nobody").text
    assert admin.get(f"{LIST}?role=king").status_code == 400


def test_a_long_list_has_pages(app: Application, admin: FlaskClient) -> None:
    names = [factories.user(app, name=f"Person {number}").name for number in range(3)]
    first = admin.get(f"{LIST}?limit=2").text
    assert names[2] in first
    assert names[0] not in first
    (following,) = re.findall(r'href="(/admin/people[?][^"]*cursor=[^"]*)"', first)
    assert names[0] in admin.get(html.unescape(following)).text


def test_a_role_is_changed(app: Application, admin: FlaskClient) -> None:
    ada = factories.user(app)
    answer = admin.post(f"{LIST}/{ada.id}/role", data={"role": "owner"})
    assert news_after(admin, answer) == "The role was changed."
    assert stored(User, ada.id).role == "owner"


def test_the_last_admin_is_told_so(app: Application, admin: FlaskClient) -> None:
    own = event(action="LOGIN").resource_id
    page = admin.post(f"{LIST}/{own}/role", data={"role": "customer"})
    assert (page.status_code, "last active administrator" in alert_of(page)) == (409, True)
    assert "This is your own account" in page.text
    assert stored(User, own).role == "admin"


def test_a_temporary_password_is_shown_once_to_the_admin_alone(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.user(app, "ada@example.com")
    page = admin.post(f"{LIST}/{ada.id}/reset-password")
    login = {"email": "ada@example.com", "password": secret_of(page)}
    assert app.test_client().post("/login", data=login).status_code == 303
    assert secret_of(page) not in admin.get(f"{LIST}/{ada.id}").text


def test_somebody_is_deactivated_and_activated(app: Application, admin: FlaskClient) -> None:
    ada = factories.user(app, "ada@example.com")
    answer = admin.post(f"{LIST}/{ada.id}/deactivate")
    assert news_after(admin, answer) == "The account can no longer sign in."
    assert "Deactivated" in admin.get(f"{LIST}/{ada.id}").text
    answer = admin.post(f"{LIST}/{ada.id}/activate")
    assert news_after(admin, answer) == "The account can sign in again."
    assert stored(User, ada.id).is_active


def test_somebody_is_signed_out_everywhere(app: Application, admin: FlaskClient) -> None:
    ada = factories.sign_up(app, "ada@example.com")
    answer = admin.post(f"{LIST}/{ada.id}/end-sessions")
    assert news_after(admin, answer) == "Browsers and apps that were signed out: 1."
    assert app.test_client().get("/api/v1/auth/me", headers=ada.headers).status_code == 401


@pytest.mark.parametrize("path", ["", "/role", "/deactivate", "/activate", "/end-sessions"])
def test_who_is_not_there_is_404(admin: FlaskClient, path: str) -> None:
    address = f"{LIST}/999999{path}"
    answer = admin.post(address, data={"role": "owner"}) if path else admin.get(address)
    assert answer.status_code == 404


def test_a_name_is_no_markup(app: Application, admin: FlaskClient) -> None:
    name = "<script>alert(1)</script>"
    ada = factories.user(app, name=name)
    for page in (LIST, f"{LIST}/{ada.id}"):
        assert name not in admin.get(page).text
