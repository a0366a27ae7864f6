"""A forgotten password: a mail whose link works once, for 30 minutes, and betrays nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import PasswordLink, User
from app.operations.auth.mailed import find_mailed_link
from app.support import clock
from tests import factories, ledger, mails, outbox
from tests.factories import PASSWORD, Customer
from tests.holes.world import stored
from tests.statements import counted_statements

FORGOT = "/api/v1/auth/forgot-password"
RESET = "/api/v1/auth/reset-password"
LOGIN = "/api/v1/auth/login"
ME = "/api/v1/auth/me"
NEW = "a new and long one"


def ask(client: FlaskClient, email: str) -> Any:
    answer = client.post(FORGOT, json={"email": email})
    assert answer.status_code == 200, answer.text
    return answer


def reset(client: FlaskClient, token: str, password: str = NEW) -> Any:
    return client.post(RESET, json={"token": token, "password": password})


def log_in(client: FlaskClient, email: str, password: str) -> int:
    return client.post(LOGIN, json={"email": email, "password": password}).status_code


def later(minutes: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False)


def test_the_walk_from_a_forgotten_password_to_a_new_one(
    client: FlaskClient, app: Application, customer: Customer
) -> None:
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(customer.id))
    assert browser.get("/my").status_code == 200
    ask(client, " ADA@Example.com ")
    assert reset(client, mails.link(customer.id).token).status_code == 200
    assert log_in(client, customer.email, PASSWORD) == 401
    assert log_in(client, customer.email, NEW) == 200
    assert client.get(ME, headers=customer.headers).status_code == 401
    dead = client.post("/api/v1/auth/refresh", json={"refresh_token": customer.refresh_token})
    assert dead.status_code == 401
    assert browser.get("/my").status_code == 302
    assert ledger.event(action="PASSWORD_RESET_ASKED").user_id is None
    assert ledger.event(action="PASSWORD_RESET").user_id == customer.id
    assert len(outbox.messages(event="account.password_changed", subject_id=customer.id)) == 1


def test_a_link_works_once(client: FlaskClient, customer: Customer) -> None:
    ask(client, customer.email)
    token = mails.link(customer.id).token
    assert reset(client, token).status_code == 200
    again = reset(client, token, "yet another one")
    assert (again.status_code, again.json["error_code"]) == (401, "INVALID_TOKEN")
    assert log_in(client, customer.email, NEW) == 200


def test_a_link_works_for_30_minutes(client: FlaskClient, customer: Customer) -> None:
    ask(client, customer.email)
    mail = mails.link(customer.id)
    with later(30):
        assert reset(client, mail.token).status_code == 401
        [news] = mails.announced("account.password_reset", customer.id)
        with database.transaction(write=False):
            assert find_mailed_link(news["link_id"], at=clock.now()) is None
    assert reset(client, mail.token).status_code == 200


def test_a_refused_password_leaves_the_link_alive(client: FlaskClient, customer: Customer) -> None:
    ask(client, customer.email)
    token = mails.link(customer.id).token
    for weak in ("short", "password1", "ada@example.com", customer.email.upper()):
        answer = reset(client, token, weak)
        assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR"), weak
        assert "password" in answer.json["details"]
    assert reset(client, token).status_code == 200


def test_who_opens_a_mailed_link_has_shown_the_address_to_be_theirs(
    client: FlaskClient, customer: Customer
) -> None:
    ask(client, customer.email)
    reset(client, mails.link(customer.id).token)
    assert stored(User, customer.id).verified_at is not None


def test_a_link_given_by_hand_verifies_nothing(admin: FlaskClient, client: FlaskClient) -> None:
    body = {"name": "Bob", "email": "bob@example.com"}
    made = admin.post("/admin/api/customers", json=body).json
    token = made["set_password_url"].partition("#")[2]
    assert reset(client, token).status_code == 200
    assert stored(User, int(made["id"])).verified_at is None


def test_a_link_to_the_address_that_was_opens_nothing(
    client: FlaskClient, customer: Customer
) -> None:
    ask(client, customer.email)
    token = mails.link(customer.id).token
    body = {"email": "ada@elsewhere.example"}
    client.put("/api/v1/customers", json=body, headers=customer.headers)
    assert reset(client, token).status_code == 401
    assert log_in(client, "ada@elsewhere.example", PASSWORD) == 200


@pytest.mark.parametrize("who", ["nobody", "deactivated", "admin", "hasty"])
def test_nobody_learns_from_the_answer_or_the_work_whether_there_is_an_account(
    client: FlaskClient, app: Application, who: str
) -> None:
    ada = factories.sign_up(app, "ada@example.com")
    other = {
        "nobody": lambda: "nobody@example.com",
        "deactivated": lambda: factories.user(app, is_active=False).email,
        "admin": lambda: factories.user(app, role="admin").email,
        "hasty": lambda: ask(client, "bob@example.com") and "bob@example.com",
    }
    if who == "hasty":
        factories.sign_up(app, "bob@example.com")
    email = str(other[who]())
    mailed = len(outbox.messages(event="account.password_reset"))
    with counted_statements() as known:
        first = ask(client, ada.email)
    with counted_statements() as unknown:
        second = ask(client, email)
    assert first.json == second.json
    assert [one.partition("(")[0] for one in known] == [one.partition("(")[0] for one in unknown]
    news = outbox.messages(event="account.password_reset")[mailed:]
    assert [one.subject_id for one in news] == [ada.id, 0]
    with database.transaction(write=False):
        assert (
            find_mailed_link(
                mails.announced("account.password_reset", 0)[-1]["link_id"], at=clock.now()
            )
            is None
        )


def test_who_is_mailed_no_other_link_has_one_that_works(
    client: FlaskClient, customer: Customer
) -> None:
    for minutes in range(0, 20, 2):
        with later(minutes):
            ask(client, customer.email)
    assert len(mails.announced("account.password_reset", customer.id)) == 5
    with later(20):
        assert reset(client, mails.link(customer.id).token).status_code == 200


def test_the_use_of_one_link_ends_the_others(client: FlaskClient, customer: Customer) -> None:
    tokens = []
    for minutes in (0, 2):
        with later(minutes):
            ask(client, customer.email)
            tokens.append(mails.link(customer.id).token)
    assert reset(client, tokens[0]).status_code == 200
    assert reset(client, tokens[1]).status_code == 401


def test_of_uses_of_one_link_at_once_one_sets_the_password(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    ask(client, customer.email)
    token = mails.link(customer.id).token
    barrier = Barrier(4)

    def use(number: int) -> int:
        rival = app.test_client()
        barrier.wait()
        while (status := reset(rival, token, f"{NEW} {number}").status_code) == 503:
            pass  # its turn at hashing comes
        return int(status)

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(use, range(4)))
    assert sorted(statuses) == [200, 401, 401, 401]
    assert log_in(client, customer.email, f"{NEW} {statuses.index(200)}") == 200
    assert len(ledger.events(action="PASSWORD_RESET")) == 1


def test_of_questions_at_once_one_is_mailed(app: Application, customer: Customer) -> None:
    barrier = Barrier(4)

    def run(_: int) -> None:
        client = app.test_client()
        barrier.wait()
        ask(client, customer.email)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert len(mails.announced("account.password_reset", customer.id)) == 1
    assert len(mails.announced("account.password_reset", 0)) == 3
    link_id = mails.announced("account.password_reset", 0)[0]["link_id"]
    assert stored(PasswordLink, link_id).user_id is None


@pytest.mark.parametrize("email", [None, "", 7, "x" * 256])
def test_what_is_no_text_is_refused(client: FlaskClient, email: Any) -> None:
    answer = client.post(FORGOT, json={"email": email})
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
