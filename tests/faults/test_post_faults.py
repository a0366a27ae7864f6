"""Senders die at every step, and receivers do not answer: each mail arrives, once by its id."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest
import time_machine
from sqlalchemy import insert

from app import create_app, database
from app.cli.sender import send_once
from app.cli.stopping import Stop
from app.cli.transports import lanes_of
from app.config import Settings
from app.models import Notification, OutboxMessage, User
from app.operations.outbox.lease import LEASE
from app.support import clock
from tests import factories
from tests.faults.test_outbox_faults import heard, started
from tests.faults.undoing import listening
from tests.gateway import gateway
from tests.mail_server import PATIENCE_SECONDS, mail_server, silent_server, wait_until
from tests.outbox import messages, queue, row
from tests.rows import writing
from tests.serving import ROOT

STEPS = {
    "the event leased, not committed": ("UPDATE outbox", 1),
    "the event told, nothing spread": ("UPDATE outbox", 2),
    "the inbox filled, not committed": ("INSERT INTO notifications", 1),
    "the mail spread, not committed": ("INSERT INTO outbox", 1),
    "the mail leased, not committed": ("UPDATE outbox", 3),
    "the mail sent, not marked": ("UPDATE outbox", 4),
}
SOME = 120


def send_until(step: str, environment: dict[str, str], pipe: Connection) -> None:
    """Send what waits; tell when this step is reached, and stay there for ever."""
    verb, number = STEPS.get(step, ("", 0))
    seen = 0

    def note(_connection, _cursor, statement, *_) -> None:
        nonlocal seen
        if verb and statement.startswith(verb):
            seen += 1
            if seen == number:
                pipe.send(step)
                pipe.recv()

    app = create_app(Settings.load(environment))
    with app.app_context(), listening(database.db.engine, "after_cursor_execute", note):
        drain(app)
    pipe.send("done")


def drain(app) -> int:
    with Stop() as stop:
        return sum(1 for _ in send_once(lanes_of(app.settings, as_json=True), stop))


def waiting_order(app):
    """An order that was announced, of somebody who wants a mail and a line in the inbox."""
    customer = factories.sign_up(app, "ada@example.com")
    order = factories.order(customer_id=customer.id)
    with writing() as session:
        session.get_one(User, customer.id).verified_at = clock.now()
    queue(1, order.id)
    return order


def news() -> int:
    with database.transaction(write=False) as session:
        return session.query(Notification).count()


@pytest.mark.parametrize("step", STEPS)
def test_whenever_a_sender_is_killed_its_mail_arrives_and_once_by_its_id(app, environment, step):
    with mail_server() as server:
        environment = environment | server.environment
        waiting_order(app)
        process, pipe = started(send_until, step, environment)
        assert heard(pipe) == step
        process.kill()
        process.join()
        sending = create_app(Settings.load(environment))
        with sending.app_context():
            drain(sending)
            with time_machine.travel(datetime.now(UTC) + LEASE, tick=True):
                drain(sending)
        sent_twice = step == "the mail sent, not marked"
        assert list(server.ids().values()) == [2 if sent_twice else 1]
        assert news() == 1
        assert messages(sent_at=None) == []


def test_a_sender_that_is_killed_before_the_reply_comes_has_sent_once_by_its_id(app, environment):
    with mail_server() as server:
        environment = environment | server.environment
        waiting_order(app)
        server.stall()
        process, _ = started(send_until, "the reply read", environment)
        assert server.has_data.wait(60)
        process.kill()
        process.join()
        server.go_on()
        sending = create_app(Settings.load(environment))
        with sending.app_context(), time_machine.travel(datetime.now(UTC) + LEASE, tick=True):
            drain(sending)
        assert len(server.ids()) == 1
        assert server.ids().total() >= 1
        assert messages(sent_at=None) == []


# --- receivers that do not answer ---------------------------------------------------------------


@contextmanager
def sending(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    code = [sys.executable, "-c", "from app.cli import main; main()", "outbox", "run", "--json"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", **environment}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        code, cwd=ROOT, env=env, stdout=quiet, stderr=quiet, text=True
    ) as process:
        try:
            yield process
            assert process.poll() is None
        finally:
            process.kill()


def both_wait(app, count: int = 5) -> None:
    """Mails and texts to one who wants both."""
    customer = factories.sign_up(app, "ada@example.com")
    with writing() as session:
        user = session.get_one(User, customer.id)
        user.verified_at, user.phone = clock.now(), "+4915123456789"
    first, *_ = [factories.order(customer_id=customer.id).id for _ in range(count)]
    for channel in ("email", "sms"):
        queue(count, first, event="order.ready", channel=channel, recipient_id=customer.id)


def test_a_mail_server_that_does_not_answer_delays_no_text_and_no_event(app, environment):
    both_wait(app)
    with silent_server() as port, gateway() as texts:
        more = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TLS": "off"}
        with sending(environment | more | {"SMS_GATEWAY_URL": texts.url}):
            wait_until(lambda: len(texts.got) == 5, PATIENCE_SECONDS)
            queue(1, 10**9)
            wait_until(lambda: messages(subject_id=10**9)[0].sent_at, 20)
    assert [one for one in messages(channel="email") if one.sent_at] == []


def test_a_gateway_that_does_not_answer_delays_no_mail_and_gets_its_texts_later(app, environment):
    both_wait(app)
    with silent_server() as port, mail_server() as server:
        url = f"http://127.0.0.1:{port}/"
        with sending(environment | server.environment | {"SMS_GATEWAY_URL": url}):
            server.wait_for(5)
    assert [one for one in messages(channel="sms") if one.sent_at] == []


def test_a_server_that_comes_back_gets_all_that_waited_and_few_tries_were_made(app, environment):
    both_wait(app, 30)
    with mail_server() as server:
        port = server.port
    away = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TLS": "off"}
    with sending(environment | away):
        wait_until(lambda: any(one.attempts for one in messages(channel="email")), PATIENCE_SECONDS)
        time.sleep(2)
        assert sum(one.attempts for one in messages(channel="email")) < 10
        with mail_server(port) as server:
            server.wait_for(30)
    assert set(server.ids().values()) == {1}


# --- many ---------------------------------------------------------------------------------------


def drained(app, environment, count: int) -> int:
    """By how many bytes the sender grew from the first quarter of its mails to the last."""
    waiting_order(app)
    with mail_server() as server:
        own = create_app(Settings.load(environment | server.environment))
        with own.app_context(), Stop() as stop:
            before = 0
            queue_for_all(app, count)
            tracemalloc.start()
            try:
                for number, _ in enumerate(send_once(lanes_of(own.settings, as_json=True), stop)):
                    server.mails.clear()
                    if number == count // 4:
                        before = kept()
                after = kept()
            finally:
                tracemalloc.stop()
    assert messages(sent_at=None) == []
    return after - before


def kept() -> int:
    """The bytes in use, but for the patterns that `re` keeps: each mail has a boundary of its own."""
    re.purge()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def queue_for_all(app, count: int) -> None:
    """So many mails about the one order."""
    order_id = messages()[0].subject_id
    with database.transaction(write=False) as session:
        customer_id = session.query(User.id).filter_by(email="ada@example.com").scalar()
    more = {"channel": "email", "recipient_id": customer_id}
    rows = [row(order_id, says=f"n{number}", **more) for number in range(count)]
    with writing() as session:
        session.execute(insert(OutboxMessage), rows)


@pytest.mark.slow
def test_a_long_queue_of_mails_takes_no_more_memory_than_a_short_one(app, environment):
    assert drained(app, environment, SOME) < 100_000
