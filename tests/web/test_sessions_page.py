"""The list of one's sessions, and what ends them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import BrowserSession
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.holes.world import stored
from tests.ledger import data_of, event, events
from tests.statements import counted_statements
from tests.web.admin.forms import news_after

LOGIN, PAGE = "/admin/login", "/admin/account/sessions"
BOSS = {"username": "boss", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture
def boss(app: Application) -> int:
    return factories.user(app, "boss@example.com", role="admin", username="boss").id


@pytest.fixture
def here(app: Application, boss: int) -> FlaskClient:
    client = app.test_client()
    assert client.post(LOGIN, json=BOSS).status_code == 200
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def names(page: str) -> list[str]:
    return re.findall(r'<td data-label="Browser"><span>([^<]*)', page)


def test_each_browser_is_named_and_the_present_one_is_marked(
    app: Application, here: FlaskClient
) -> None:
    app.test_client().post(LOGIN, json=BOSS, headers={"User-Agent": FIREFOX})
    page = here.get(PAGE).text
    assert [name.strip() for name in names(page)] == ["Firefox on Windows", "Another program"]
    assert page.count("This browser") == 1


def test_a_user_agent_is_not_stored(app: Application, boss: int) -> None:
    secretive = {"User-Agent": f"{FIREFOX} boss@example.com 192.0.2.9"}
    app.test_client().post(LOGIN, json=BOSS, headers=secretive)
    row = stored(BrowserSession, data_of(event(action="LOGIN"))["session_id"])
    assert row.browser == "Firefox on Windows"


def test_what_is_over_and_what_is_somebody_elses_is_not_listed(
    app: Application, here: FlaskClient, boss: int
) -> None:
    now = clock.now()
    factories.admin_session(boss, browser="Ended", revoked_at=now)
    factories.admin_session(boss, browser="Too old", expires_at=now - timedelta(seconds=1))
    factories.admin_session(factories.user(app, role="admin").id, browser="Somebody's")
    assert len(names(here.get(PAGE).text)) == 1


def test_one_browser_is_signed_out(app: Application, here: FlaskClient) -> None:
    elsewhere = app.test_client()
    elsewhere.post(LOGIN, json=BOSS)
    session_id = data_of(events(action="LOGIN")[-1])["session_id"]
    assert news_after(here, here.post(f"{PAGE}/{session_id}/end"))
    assert not is_signed_in(elsewhere)
    assert is_signed_in(here)
    assert data_of(event(action="SESSION_REVOKED")) == {"session_id": session_id}
    assert here.post(f"{PAGE}/{session_id}/end").status_code == 404


def test_another_admins_session_is_not_theirs_to_end(app: Application, here: FlaskClient) -> None:
    other = factories.sign_in_admin(app, "other@example.com")
    session_id = data_of(events(action="LOGIN")[-1])["session_id"]
    assert here.post(f"{PAGE}/{session_id}/end").status_code == 404
    assert is_signed_in(other)
    assert events(action="SESSION_REVOKED") == []


def test_all_others_are_signed_out(app: Application, here: FlaskClient, boss: int) -> None:
    others = [app.test_client() for _ in range(2)]
    stranger = factories.sign_in_admin(app, "other@example.com")
    for one in others:
        one.post(LOGIN, json=BOSS)
    assert "Signed out: 2" in news_after(here, here.post(f"{PAGE}/end-others"))
    assert [is_signed_in(one) for one in (here, stranger, *others)] == [True, True, False, False]
    assert data_of(event(action="SESSION_REVOKED")) == {"count": 2}
    assert "Signed out: 0" in news_after(here, here.post(f"{PAGE}/end-others"))
    assert len(events(action="SESSION_REVOKED")) == 1


def test_the_list_goes_on_page_by_page_with_a_constant_number_of_statements(
    here: FlaskClient, boss: int
) -> None:
    with counted_statements() as few:
        here.get(PAGE)
    for number in range(30):
        factories.admin_session(boss, browser=f"Browser {number}")
    with counted_statements() as many:
        page = here.get(PAGE).text
    assert len(few) == len(many) <= 3
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    seen = names(page) + names(here.get(following[1]).text)
    assert len(seen) == len(set(seen)) == 31


def test_reading_the_list_writes_nothing(here: FlaskClient) -> None:
    with counted_statements() as asked:
        here.get(PAGE)
        here.get("/admin/account")
        here.get("/admin/account/two-factor")
    assert [one for one in asked if not one.lstrip().upper().startswith(("SELECT", "PRAGMA"))] == []
