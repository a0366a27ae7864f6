"""An account's mails, over HTTP on one side and a real mail server on the other (issue 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner

from app.cli import main
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.mail_server import MailServer, html_of, mail_server, text_of
from tests.outbox import messages

AUTH = "/api/v1/auth"
EMAIL = "ada@example.com"
NEW = "another good one"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def send(environment: dict[str, str], app: Any, post: MailServer) -> Callable[[], str]:
    def command() -> str:
        result = CliRunner().invoke(
            main, ["outbox", "run", "--once"], env={**environment, **post.environment}
        )
        assert result.exit_code == 0, result.output
        return result.output

    return command


@pytest.fixture
def headers(client) -> dict[str, str]:
    """Of somebody who has just registered."""
    body = {"name": "Ada", "email": EMAIL, "password": PASSWORD}
    answer = client.post(f"{AUTH}/register", json=body)
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\b([0-9]{6})\b", text_of(mail))
    assert found is not None
    assert found[1] in html_of(mail)
    return found[1]


def token_in(mail: EmailMessage, page: str) -> str:
    found = re.search(rf"http://handover\.test{page}#([\w-]{{43}})\n", text_of(mail))
    assert found is not None
    assert f"{page}#{found[1]}" in html_of(mail)
    return found[1]


def test_from_the_registration_over_the_mail_to_a_verified_address(client, post, send, headers):
    said = send()
    [mail] = post.to(EMAIL)
    assert mail["Subject"] == "Verify your e-mail address"
    code = code_in(mail)
    done = client.post(f"{AUTH}/verify-email", json={"code": code}, headers=headers)
    assert done.json["email_verified"] is True
    send()
    assert len(post.mails) == 1
    assert code not in said
    assert all(code not in one.payload for one in messages())


def test_the_link_of_the_mail_is_posted_by_its_page(client, post, send, headers):
    send()
    token = token_in(post.mails[0], "/verify")
    assert client.post("/verify", data={"token": token}).status_code == 200
    assert client.get(f"{AUTH}/me", headers=headers).json["email_verified"] is True


def test_another_address_is_told_to_the_one_that_was_verified(client, post, send, headers):
    send()
    code = code_in(post.mails[0])
    client.post(f"{AUTH}/verify-email", json={"code": code}, headers=headers)
    post.mails.clear()
    for email, proof in (("eve@example.com", {"password": PASSWORD}), ("eve2@example.com", {})):
        moved = client.put("/api/v1/customers", json={"email": email} | proof, headers=headers)
        assert moved.status_code == 200, moved.text
    send()
    assert post.subjects(EMAIL) == ["Your e-mail address was changed"], "once, to the proved one"
    assert "eve@" not in text_of(post.to(EMAIL)[0])
    assert all(EMAIL not in one.payload for one in messages())


def test_only_the_last_code_is_mailed(client, post, send, headers):
    factories.after_a_while()
    assert client.post(f"{AUTH}/resend-verification", headers=headers).status_code == 200
    send()
    [mail] = post.to(EMAIL)
    body = {"code": code_in(mail)}
    assert client.post(f"{AUTH}/verify-email", json=body, headers=headers).status_code == 200


def test_a_code_that_is_over_is_not_mailed(client, post, send, headers):
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        send()
    assert post.mails == []
    assert [one.dead_at for one in messages()] == [None] * len(messages())


def test_from_a_forgotten_password_over_the_mail_to_a_new_one(client, post, send, headers):
    client.post(f"{AUTH}/verify-email", json={"code": "000000"}, headers=headers)
    send()
    post.mails.clear()
    for email in (EMAIL, "nobody@example.com"):
        assert client.post(f"{AUTH}/forgot-password", json={"email": email}).status_code == 200
    send()
    [mail] = post.mails
    assert (mail["To"], mail["Subject"]) == (EMAIL, "Choose a new password")
    body = {"token": token_in(mail, "/reset"), "password": NEW}
    assert client.post(f"{AUTH}/reset-password", json=body).status_code == 200
    assert client.get(f"{AUTH}/me", headers=headers).status_code == 401
    login = {"email": EMAIL, "password": NEW}
    assert client.post(f"{AUTH}/login", json=login).status_code == 200
    send()
    assert post.subjects(EMAIL) == ["Choose a new password", "Your password was changed"]
