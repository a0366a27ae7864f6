"""Mails over SMTP: what they look like, and what becomes of those that a server does not take."""

from __future__ import annotations

import email
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.cli.transports import mail as mail_module
from app.cli.transports.mail import SmtpTransport, compose
from app.config.post import PostSettings
from app.database import replaying
from app.operations.notifications.mails import Mail
from app.operations.outbox.deliver import deliver_next
from app.support import clock
from bench.ports import free_port
from tests import factories
from tests.mail_server import MailServer, mail_server, silent_server
from tests.outbox import change, messages, queue

FROM = "Handover <post@handover.test>"
MAIL = Mail("ada@example.com", "Ready", "Text.\n", "<p>Page.</p>\n", "<handover.1.2@handover.test>")


def settings(port: int, **more: Any) -> PostSettings:
    values: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_user": None,
        "smtp_password": None,
        "smtp_tls": "off",
        "mail_from": FROM,
        "sms_gateway_url": None,
        "sms_gateway_token": None,
    }
    return PostSettings(**(values | more))


LETTERS = 400


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def orders(app) -> list[Any]:
    """Orders without an account, each with a mail that waits."""
    made = [
        factories.order(email=f"guest{number}@example.com", order_number=f"NUMBER{number}")
        for number in range(3)
    ]
    queue(len(made), made[0].id, channel="email", event="order.placed")
    return made


class Sending:
    """A transport, and what becomes of what it sends."""

    def __init__(self, post: PostSettings) -> None:
        self.transport = SmtpTransport(post, replaying)

    def one(self) -> Any:
        return deliver_next("email", {"email": self.transport}, (), trying=replaying)

    def all(self) -> list[str | None]:
        errors = []
        while (done := self.one()) is not None:
            errors.append(done.error)
        self.transport.rest()
        return errors


def test_a_mail_is_a_text_and_a_page_with_an_id_that_stays() -> None:
    letter = compose(MAIL, FROM)
    assert letter["From"] == FROM
    assert letter["Message-ID"] == MAIL.message_id
    assert [one.get_content_type() for one in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter["List-Unsubscribe"] is None
    assert compose(MAIL, FROM)["Message-ID"] == letter["Message-ID"]


@pytest.mark.parametrize(
    "name", ["Ann\r\nBcc: eve@example.com", 'A "quoted" <b@c>, d', "Café \N{ROCKET}", "x" * 64]
)
def test_whatever_a_business_is_called_it_adds_no_header(name: str) -> None:
    mail = Mail("a@example.com", f"At {name}", "T", "H", "<1@x>", sender=name)
    letter = compose(mail, FROM)
    text = letter.as_bytes()
    assert b"\nBcc" not in text
    assert letter["From"].addresses[0].addr_spec == "post@handover.test"
    assert len(letter["To"].addresses) == 1


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?Ann=0d=0aBcc:_eve=40example.com?=",
        "=?utf-8?q?Ann=0d=0a=0d=0a<p>Pay_here?=",
        "=?utf-8?b?QW5uDQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
        "==??utf-8?q?Ann=0d=0aBcc:_eve=40example.com?=",
    ],
)
def test_nothing_comes_out_of_an_encoded_word_in_a_name(name: str) -> None:
    mail = Mail("a@example.com", f"{name} at {name}", "T", "H", "<1@x>", sender=name)
    letter = compose(mail, FROM)
    seen = email.message_from_bytes(letter.as_bytes(), policy=SMTP)
    assert seen.keys() == compose(MAIL, FROM).keys()
    assert "\n" not in seen["Subject"] + seen["From"]


def test_an_encoded_word_in_an_address_leads_nowhere_else(post: MailServer, app) -> None:
    bob = factories.user(app, email="=?utf-8?q?bob?=@example.com", verified_at=clock.now())
    queue(1, bob.id, channel="email", event="account.password_changed", recipient_id=bob.id)
    sending = Sending(settings(post.port))
    assert ([*sending.all()], post.mails) == (["NoAddress"], [])


def test_the_domain_goes_over_the_wire_in_ascii() -> None:
    mail = Mail("ann@m\u00fcnchen.de", "S", "T", "H", "<1@x>", reply_to="o@m\u00fcnchen.de")
    letter = compose(mail, FROM)
    assert letter["To"] == "ann@xn--mnchen-3ya.de"
    assert letter["Reply-To"] == "o@xn--mnchen-3ya.de"


def test_an_address_that_the_server_cannot_take_holds_up_no_other(app) -> None:
    first_id = factories.order(email="j\u00f6rg@example.com").id
    factories.order(email="ann@example.com")
    queue(2, first_id, channel="email", event="order.placed")
    with mail_server(enable_SMTPUTF8=False) as post:
        sending = Sending(settings(post.port))
        first, second = sending.one(), sending.one()
        sending.transport.rest()
    assert (first.error, first.is_unreachable) == ("SMTPUTF8", False)
    assert (second.error, [one["To"] for one in post.mails]) == (None, ["ann@example.com"])


def test_a_server_that_can_is_given_any_address(post: MailServer, app) -> None:
    order = factories.order(email="j\u00f6rg@m\u00fcnchen.de")
    queue(1, order.id, channel="email", event="order.placed")
    assert Sending(settings(post.port)).all() == [None]
    assert post.mails[0]["To"] == "j\u00f6rg@xn--mnchen-3ya.de"


def test_the_link_that_stops_mails_is_one_that_mail_programs_read() -> None:
    link = f"https://handover.test/mail/stop?to={'Ab_-' * 60}=="
    mail = Mail("a@example.com", "S", "T", "H", "<1@x>", stop=link)
    head, _, _ = compose(mail, FROM).as_bytes().partition(b"\r\n\r\n")
    assert f"List-Unsubscribe: <{link}>" in head.decode().split("\r\n")


def test_a_run_of_mails_has_one_connection(post: MailServer, orders) -> None:
    sending = Sending(settings(post.port))
    assert sending.one().error is None
    connection = sending.transport._server
    assert sending.one().error is None
    assert sending.transport._server is connection
    sending.transport.rest()
    assert sending.transport._server is None
    assert sending.all() == [None]
    assert len(post.ids()) == 3


def test_a_connection_that_the_server_has_closed_costs_no_try(post: MailServer, orders) -> None:
    sending = Sending(settings(post.port))
    sending.one()
    sending.transport._server.sock.close()
    assert sending.one().error is None
    assert {one.attempts for one in messages() if one.sent_at} == {1}


def test_an_address_that_is_refused_for_good_is_given_up_and_the_others_get_theirs(
    post: MailServer, orders
) -> None:
    post.refuses["guest1@example.com"] = "550 no such user"
    errors = Sending(settings(post.port)).all()
    assert sorted(map(str, errors)) == ["None", "None", "SMTP 550"]
    (dead,) = [one for one in messages() if one.dead_at]
    assert (dead.subject_id, dead.attempts) == (orders[1].id, 1)
    assert {one["To"] for one in post.mails} == {"guest0@example.com", "guest2@example.com"}


@pytest.mark.parametrize("answer", ["451 later", "421 goodbye"])
def test_a_mail_that_is_refused_for_now_is_sent_later(post: MailServer, orders, answer) -> None:
    post.answers = [answer]
    sending = Sending(settings(post.port))
    assert [one for one in sending.all() if one] == ["SMTPDataError"]
    change(due_at=clock.now())
    assert sending.all() == [None]
    assert len(post.ids()) == 3


def test_who_does_not_answer_is_unreachable_after_a_bounded_time(
    app, orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "STEP_SECONDS", 0.3)
    with silent_server() as port:
        done = Sending(settings(port)).one()
    assert done.is_unreachable
    nobody = Sending(settings(free_port())).one()
    assert (nobody.is_unreachable, nobody.error) == (True, "ConnectionRefusedError")


def test_a_server_that_answers_ever_so_slowly_is_cut_off(
    post: MailServer, orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "WHOLE_SECONDS", 0.5)
    monkeypatch.setattr(mail_module, "STEP_SECONDS", 120)
    post.stall()
    began = time.monotonic()
    done = Sending(settings(post.port)).one()
    assert time.monotonic() - began < 100, "the step's own time ended it"
    assert done.is_unreachable
    post.go_on()


def test_a_greeting_that_comes_letter_by_letter_is_cut_off(
    app, orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "WHOLE_SECONDS", 0.5)
    sent = []

    def drip(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            for _ in range(LETTERS):
                line.sendall(b"2")
                sent.append(1)
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=drip, args=(listener,))
        server.start()
        done = Sending(settings(listener.getsockname()[1])).one()
        server.join()
    assert done.is_unreachable
    assert len(sent) < LETTERS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=mail"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return key, cert


@pytest.fixture
def secure(certificate) -> Iterator[tuple[MailServer, list[tuple[bytes, bytes]]]]:
    """A server that takes mail over TLS alone, and only from who signs in."""
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    server, seen = MailServer(), []

    def authenticate(_server, _session, _envelope, _mechanism, given) -> AuthResult:
        seen.append((given.login, given.password))
        return AuthResult(success=given.password == b"hunter2")

    server.port = free_port()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        yield server, seen
    finally:
        controller.stop()


def test_a_password_goes_over_tls_to_a_server_that_is_who_it_says(
    secure, orders, certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, seen = secure
    account = {"smtp_tls": "starttls", "smtp_user": "shop", "smtp_password": "hunter2"}
    stranger = Sending(settings(server.port, **account)).one()
    assert (stranger.error, stranger.is_unreachable) == ("SSLCertVerificationError", True)
    assert (seen, server.mails) == ([], [])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    assert set(Sending(settings(server.port, **account)).all()) == {None}
    assert seen[0] == (b"shop", b"hunter2")
    assert len(server.mails) == 2


def test_a_server_may_speak_tls_from_the_first_word(
    app, orders, certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with mail_server(ssl_context=context) as server:
        assert set(Sending(settings(server.port, smtp_tls="tls")).all()) == {None}
    assert len(server.mails) == 3


def test_a_server_without_tls_gets_no_mail_unless_it_is_told_to(post: MailServer, orders) -> None:
    done = Sending(settings(post.port, smtp_tls="starttls")).one()
    assert (done.error, post.mails) == ("SMTPNotSupportedError", [])
