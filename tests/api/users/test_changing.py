"""What an admin changes of anybody's account: role, standing, what it is signed in to."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from tests import factories, mails
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.ledger import data_of, event

USERS = "/api/v1/admin/users"


def log_in(app: Application, login: str, password: str = PASSWORD) -> Any:
    body = {"email": login, "password": password}
    return app.test_client().post("/api/v1/auth/login", json=body)


def role_of(user: User) -> str:
    return str(stored(User, user.id).role)


# --- roles --------------------------------------------------------------------------------------


def test_a_role_is_changed_and_recorded(app: Application, admin: FlaskClient) -> None:
    ada = factories.user(app)
    for _ in range(2):
        changed = admin.patch(f"{USERS}/{ada.id}/role", json={"role": "owner"})
        assert (changed.status_code, changed.json["role"]) == (200, "owner")
    row = event(action="USER_ROLE_CHANGED")
    assert data_of(row)["changes"]["role"] == ["customer", "owner"]
    assert row.resource_id == ada.id


def test_who_is_an_admin_no_more_is_signed_out_at_once(
    app: Application, admin: FlaskClient
) -> None:
    other = factories.user(app, "other@example.com", role="admin")
    cookie = factories.session_cookie(other.id)
    theirs = app.test_client()
    theirs.set_cookie("session", cookie)
    assert theirs.get(USERS).status_code == 200
    admin.patch(f"{USERS}/{other.id}/role", json={"role": "customer"})
    assert theirs.get(USERS).status_code == 401
    admin.patch(f"{USERS}/{other.id}/role", json={"role": "admin"})
    assert theirs.get(USERS).status_code == 401, "the session of before is not alive again"


def test_no_link_of_before_sets_the_password_of_an_admin(
    app: Application, client: FlaskClient, admin: FlaskClient
) -> None:
    ada = factories.user(app, "ada@example.com")
    client.post("/api/v1/auth/forgot-password", json={"email": "ada@example.com"})
    token = mails.link(ada.id).token
    admin.patch(f"{USERS}/{ada.id}/role", json={"role": "admin"})
    body = {"token": token, "password": "a new and long one"}
    assert client.post("/api/v1/auth/reset-password", json=body).status_code == 401
    assert log_in(app, "ada@example.com").status_code == 200, "the password is what it was"


@pytest.mark.parametrize("body", [{}, {"role": None}, {"role": "king"}, {"role": ["admin"]}])
def test_a_role_that_does_not_exist_is_refused(
    app: Application, admin: FlaskClient, body: dict[str, Any]
) -> None:
    ada = factories.user(app)
    answer = admin.patch(f"{USERS}/{ada.id}/role", json=body)
    assert (answer.status_code, list(answer.json["details"])) == (400, ["role"])
    assert role_of(ada) == "customer"


# --- standing and sessions ----------------------------------------------------------------------


def test_the_deactivated_are_refused_until_they_are_activated(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.sign_up(app, "ada@example.com")
    for path, action in (("deactivate", "USER_DEACTIVATED"), ("activate", "USER_UPDATED")):
        for _ in range(2):
            answer = admin.post(f"{USERS}/{ada.id}/{path}")
            assert answer.json["is_active"] is (path == "activate")
        assert event(action=action).resource_id == ada.id
        is_active = path == "activate"
        assert log_in(app, "ada@example.com").status_code == (200 if is_active else 401)
    me = app.test_client().get("/api/v1/auth/me", headers=ada.headers)
    assert me.status_code == 401, "what was signed in before has ended"


def test_deleting_an_account_deactivates_it(app: Application, admin: FlaskClient) -> None:
    ada = factories.user(app)
    assert admin.delete(f"{USERS}/{ada.id}").json["is_active"] is False
    assert event(action="USER_DEACTIVATED").resource_id == ada.id


def test_all_browsers_and_apps_of_somebody_are_signed_out(
    app: Application, admin: FlaskClient
) -> None:
    ada = factories.sign_up(app, "ada@example.com")
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(ada.id))
    assert browser.get("/my").status_code == 200
    assert admin.post(f"{USERS}/{ada.id}/end-sessions").json == {"ended": 2}
    assert browser.get("/my").status_code == 302
    refresh = {"refresh_token": ada.refresh_token}
    assert app.test_client().post("/api/v1/auth/refresh", json=refresh).status_code == 401
    assert app.test_client().get("/api/v1/auth/me", headers=ada.headers).status_code == 401
    assert data_of(event(action="SESSION_REVOKED")) == {"count": 2}
    assert admin.post(f"{USERS}/{ada.id}/end-sessions").json == {"ended": 0}


@pytest.mark.parametrize("path", ["activate", "deactivate", "reset-password"])
def test_nobody_does_that_to_their_own_account(
    app: Application, admin: FlaskClient, path: str
) -> None:
    factories.user(app, role="admin")
    own = event(action="LOGIN").resource_id
    answer = admin.post(f"{USERS}/{own}/{path}")
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    assert admin.get(USERS).status_code == 200


@pytest.mark.parametrize("path", ["activate", "deactivate", "reset-password", "end-sessions"])
def test_nobody_is_not_there(admin: FlaskClient, path: str) -> None:
    assert admin.post(f"{USERS}/999999/{path}").status_code == 404


@pytest.mark.parametrize("path", ["activate", "reset-password"])
def test_what_its_person_has_closed_stays_closed(
    app: Application, admin: FlaskClient, path: str
) -> None:
    ada = factories.user(app, phone="+4930222222", login_phone="+4930222222")
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(ada.id))
    assert browser.post("/my/account/close", data={"password": PASSWORD}).status_code == 303
    assert stored(User, ada.id).login_phone is None
    answer = admin.post(f"{USERS}/{ada.id}/{path}")
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    assert stored(User, ada.id).is_active is False
