"""An admin changes the own password: by the old one, and every other browser is signed out."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import events
from tests.web.admin.forms import error_at, news_after
from tests.web.looking import look_at, sign_in, walk

LOGIN, PAGE = "/admin/login", "/admin/account/password"
NEW = "another good one"


@pytest.fixture
def boss(app: Application) -> User:
    return factories.user(app, "boss@example.com", role="admin", username="boss")


def log_in(app: Application, password: str = PASSWORD) -> tuple[FlaskClient, int]:
    client = app.test_client()
    answer = client.post(LOGIN, json={"username": "boss", "password": password})
    return client, answer.status_code


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def test_the_new_password_counts_and_other_browsers_are_signed_out(
    app: Application, boss: User
) -> None:
    here, elsewhere = log_in(app)[0], log_in(app)[0]
    answer = here.post(PAGE, data={"password": PASSWORD, "new_password": NEW})
    assert "Your password is changed." in news_after(here, answer)
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert [log_in(app, password)[1] for password in (PASSWORD, NEW)] == [401, 200]
    (recorded,) = events(action="PASSWORD_CHANGE")
    assert (recorded.resource_id, recorded.user_id) == (boss.id, boss.id)


@pytest.mark.parametrize(
    ("password", "new", "field"),
    [("not mine at all", NEW, "password"), (PASSWORD, "short", "new_password")],
)
def test_a_wrong_or_a_weak_password_changes_nothing(
    app: Application, boss: User, password: str, new: str, field: str
) -> None:
    here, elsewhere = log_in(app)[0], log_in(app)[0]
    answer = here.post(PAGE, data={"password": password, "new_password": new})
    assert answer.status_code == 400
    assert error_at(answer, field)
    assert (is_signed_in(elsewhere), log_in(app)[1]) == (True, 200)
    assert events(action="PASSWORD_CHANGE") == []


@pytest.mark.browser
def test_it_is_good_to_look_at_and_to_walk_through(page: Page, app: Application) -> None:
    sign_in(page, app)
    page.goto("/admin/account")
    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_label("Password that you have now")).to_be_focused()
    look_at(page, "password")
    stops = ["Password that you have now", "New password", "Change password", "Back"]
    assert walk(page)[-4:] == stops
