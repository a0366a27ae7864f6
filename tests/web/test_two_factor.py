"""The second factor: set up, switched off, and replaced by recovery codes when it is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import database
from app.http.application import Application
from app.models import RecoveryCode, SecondFactor, User
from app.operations.actors import SYSTEM
from app.operations.auth import admins
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.holes.world import rows, stored
from tests.ledger import data_of, event, events
from tests.web.admin.forms import alert_of, error_at, news_after

LOGIN, CODE = "/admin/login", "/admin/login/code"
PAGE = "/admin/account/two-factor"
BOSS = {"username": "boss", "password": PASSWORD}
NEXT = timedelta(seconds=31)


@pytest.fixture
def boss(app: Application) -> User:
    return factories.user(app, "boss@example.com", role="admin", username="boss")


@pytest.fixture
def secret(boss: User) -> str:
    """That of the app on the boss's phone."""
    return factories.second_factor(boss.id)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/api/customers").status_code == 200


def send_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post(CODE, data={"code": code})


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """Go through the pages as a person does; the secret, and the recovery codes."""
    begun = client.post(f"{PAGE}/start", data={"password": PASSWORD})
    assert (begun.status_code, begun.headers["Location"]) == (303, PAGE)
    page = client.get(PAGE).text
    key = re.search(r'<p class="key">([A-Z2-7 ]+)</p>', page)
    assert key is not None
    secret = key[1].replace(" ", "")
    done = client.post(f"{PAGE}/confirm", data={"code": factories.code(secret)})
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</li>", done.text)


# --- setting it up ------------------------------------------------------------------------------


def test_it_is_set_up_by_a_key_a_code_and_ten_recovery_codes(
    client: FlaskClient, boss: User
) -> None:
    client.post(LOGIN, json=BOSS)
    secret, codes = set_up(client)
    assert len(set(codes)) == 10
    assert "Recovery codes left</dt><dd>10" in client.get(PAGE).text
    kept = stored(SecondFactor, boss.id)
    assert secret not in kept.secret
    assert [row.action for row in events()][-2:] == ["TWO_FACTOR_STARTED", "TWO_FACTOR_ENABLED"]


def test_the_codes_are_shown_once_and_kept_as_digests(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    _, codes = set_up(client)
    for path in (PAGE, "/admin/account"):
        assert all(code not in client.get(path).text for code in codes)
    kept = database.db.session.scalars(select(RecoveryCode.digest)).all()
    assert {len(digest) for digest in kept} == {32}


def test_setting_it_up_ends_the_other_sessions(app: Application, boss: User) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    for one in (here, elsewhere):
        one.post(LOGIN, json=BOSS)
    set_up(here)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_a_wrong_password_begins_nothing(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    page = client.post(f"{PAGE}/start", data={"password": "not this one"})
    assert page.status_code == 400
    assert error_at(page, "start-password") == "This is not your password."
    assert "not this one" not in page.text
    assert stored(SecondFactor, boss.id) is None
    assert event(action="LOGIN_FAILED").user_id == boss.id


def test_a_wrong_code_switches_nothing_on(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    factories.second_factor(boss.id, is_on=False)
    page = client.post(f"{PAGE}/confirm", data={"code": "abc"})
    assert page.status_code == 400
    assert "not the code" in error_at(page, "confirm-code")
    assert stored(SecondFactor, boss.id).enabled_at is None
    assert client.post(LOGIN, json=BOSS).status_code == 200


def test_a_key_waits_a_quarter_of_an_hour(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    secret = factories.second_factor(boss.id, is_on=False)
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1), tick=False):
        late = client.post(f"{PAGE}/confirm", data={"code": factories.code(secret)})
        assert (late.status_code, "Start again" in alert_of(late)) == (409, True)
        assert 'class="key"' not in client.get(PAGE).text


def test_it_is_not_set_up_twice(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    factories.second_factor(boss.id)
    before = stored(SecondFactor, boss.id).secret
    again = client.post(f"{PAGE}/start", data={"password": PASSWORD})
    assert (again.status_code, "on already" in alert_of(again)) == (409, True)
    assert stored(SecondFactor, boss.id).secret == before


# --- recovery codes -----------------------------------------------------------------------------


def test_a_recovery_code_signs_in_once(app: Application, client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    _, codes = set_up(client)
    statuses = []
    for typed in (codes[3].lower().replace("-", " "), codes[3], codes[4]):
        other = app.test_client()
        other.post(LOGIN, data=BOSS)
        statuses.append(send_code(other, typed).status_code)
    assert statuses == [303, 401, 303]
    assert [data_of(row)["left"] for row in events(action="RECOVERY_CODE_USED")] == [9, 8]


def test_a_recovery_code_is_nobody_elses(app: Application, client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    _, codes = set_up(client)
    other = factories.user(app, "other@example.com", role="admin", username="other")
    factories.second_factor(other.id)
    thief = app.test_client()
    thief.post(LOGIN, data=BOSS | {"username": "other"})
    assert send_code(thief, codes[0]).status_code == 401


def test_new_recovery_codes_replace_the_old_ones(
    app: Application, client: FlaskClient, boss: User
) -> None:
    client.post(LOGIN, json=BOSS)
    secret, old = set_up(client)
    with time_machine.travel(clock.now() + NEXT, tick=False):
        both = {"password": PASSWORD, "code": factories.code(secret)}
        page = client.post(f"{PAGE}/recovery-codes", data=both)
    assert page.status_code == 200
    assert not set(old) & set(re.findall(r"<li>([0-9A-Z-]{14})</li>", page.text))
    other = app.test_client()
    other.post(LOGIN, data=BOSS)
    assert send_code(other, old[0]).status_code == 401


# --- switching it off ---------------------------------------------------------------------------


def test_it_is_switched_off_by_both_proofs(client: FlaskClient, boss: User) -> None:
    client.post(LOGIN, json=BOSS)
    secret = factories.second_factor(boss.id)
    both = {"password": PASSWORD, "code": factories.code(secret)}
    assert news_after(client, client.post(f"{PAGE}/disable", data=both))
    assert event(action="TWO_FACTOR_DISABLED").user_id == boss.id
    assert client.post(LOGIN, json=BOSS).status_code == 200


@pytest.mark.parametrize("what", ["disable", "recovery-codes"])
@pytest.mark.parametrize("wrong", ["password", "code"])
def test_one_proof_is_not_enough(client: FlaskClient, boss: User, what: str, wrong: str) -> None:
    client.post(LOGIN, json=BOSS)
    secret = factories.second_factor(boss.id)
    before = rows()
    both = {"password": PASSWORD, "code": factories.code(secret)} | {wrong: "not this one"}
    page = client.post(f"{PAGE}/{what}", data=both)
    assert page.status_code == 400
    assert error_at(page, f"{what}-{wrong}")
    assert rows() == before


def test_a_new_password_leaves_the_second_factor_and_ends_what_waits(
    app: Application, client: FlaskClient, boss: User, secret: str
) -> None:
    client.post(LOGIN, data=BOSS)
    database.replaying(
        lambda: admins.reset_admin_password(
            login="boss",
            password="another long one",
            passwords=app.extensions["handover_passwords"],
            at=clock.now(),
            actor=SYSTEM,
        )
    )
    assert send_code(client, factories.code(secret)).status_code == 401
    asked = client.post(LOGIN, json=BOSS | {"password": "another long one"})
    assert asked.json["error_code"] == "TWO_FACTOR_REQUIRED"
