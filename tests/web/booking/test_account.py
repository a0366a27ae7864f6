"""One's own account at the pages: how one is reached, and the password."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import User
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.ledger import event, events
from tests.rows import writing
from tests.web.admin.forms import error_at, news_after
from tests.web.business import stage

PAGE = "/my/account"
NEW = "another good one"


@pytest.fixture
def person(app: Application) -> tuple[FlaskClient, int]:
    return stage.sign_in(app, "ada@example.com", role="customer")


def test_contact_data_is_changed_and_recorded(person: tuple[FlaskClient, int]) -> None:
    client, user_id = person
    sent = {"name": "Ada Lovelace", "email": "Ada@Lovelace.example", "phone": ""}
    assert news_after(client, client.post(PAGE, data=sent)) == "Your account was saved."
    row = stored(User, user_id)
    assert (row.name, row.email, row.phone) == ("Ada Lovelace", "ada@lovelace.example", None)
    assert event(action="USER_UPDATED").subject_user_id == user_id


def test_anothers_address_is_refused(app: Application, person: tuple[FlaskClient, int]) -> None:
    factories.user(app, "bob@example.com")
    answer = person[0].post(PAGE, data={"name": "Ada", "email": "bob@example.com"})
    assert answer.status_code == 400
    assert error_at(answer, "email")
    assert stored(User, person[1]).email == "ada@example.com"


def test_a_new_password_ends_every_other_sign_in(
    app: Application, person: tuple[FlaskClient, int]
) -> None:
    client, user_id = person
    elsewhere = stage.browser_of(app, user_id)
    login = {"email": "ada@example.com", "password": PASSWORD}
    token = app.test_client().post("/api/v1/auth/login", json=login).json["access_token"]
    sent = {"password": PASSWORD, "new_password": NEW}
    assert "is changed" in news_after(client, client.post(f"{PAGE}/password", data=sent))
    assert client.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/auth/me", headers=bearer).status_code == 401
    assert event(action="PASSWORD_CHANGE").user_id == user_id
    for password, status in ((PASSWORD, 401), (NEW, 303)):
        answer = app.test_client().post("/login", data=login | {"password": password})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("password", "new", "field"),
    [("not mine at all", NEW, "password"), (PASSWORD, "short", "new_password")],
)
def test_a_wrong_or_a_weak_password_changes_nothing(
    app: Application, person: tuple[FlaskClient, int], password: str, new: str, field: str
) -> None:
    client, user_id = person
    elsewhere = stage.browser_of(app, user_id)
    answer = client.post(f"{PAGE}/password", data={"password": password, "new_password": new})
    assert answer.status_code == 400
    assert error_at(answer, field)
    assert elsewhere.get(PAGE).status_code == 200
    assert events(action="PASSWORD_CHANGE") == []


def test_a_verified_address_is_changed_with_the_password(person: tuple[FlaskClient, int]) -> None:
    client, user_id = person
    assert 'id="profile-password"' not in client.get(PAGE).text
    with writing() as session:
        session.get_one(User, user_id).verified_at = clock.now()
    assert 'id="profile-password"' in client.get(PAGE).text
    sent = {"name": "Ada", "email": "eve@example.com", "phone": "", "password": ""}
    for password in ("", "not mine at all"):
        answer = client.post(PAGE, data=sent | {"password": password})
        assert answer.status_code == 400
        assert error_at(answer, "profile-password")
        assert stored(User, user_id).email == "ada@example.com"
    saved = client.post(PAGE, data=sent | {"password": PASSWORD})
    assert news_after(client, saved) == "Your account was saved."
    assert stored(User, user_id).email == "eve@example.com"
    kept = {"name": "Ada L.", "email": "eve@example.com", "phone": "", "password": ""}
    assert client.post(PAGE, data=kept).status_code == 303
