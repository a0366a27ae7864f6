"""`handover outbox` sends, shows and retries; `handover prune` deletes what is over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app import database
from app.cli import main
from app.http.application import Application
from app.models import (
    AuditEvent,
    BrowserSession,
    EmailVerification,
    IdempotencyKey,
    Notification,
    OutboxMessage,
    PasswordLink,
    PendingSignIn,
    TokenFamily,
)
from app.support import clock
from tests import factories
from tests.outbox import change, messages, queue
from tests.proxy import Proxy
from tests.rows import writing
from tests.serving import ROOT

Run = Callable[..., Result]
PATIENCE_SECONDS = 60


@pytest.fixture
def run(environment: dict[str, str], app: Application) -> Run:
    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    return command


@contextmanager
def sending(environment: dict[str, str], **more: str) -> Iterator[subprocess.Popen[str]]:
    """A sender that runs until it is told to stop."""
    code = [sys.executable, "-c", "from app.cli import main; main()", "outbox", "run", "--json"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", **environment, **more}
    pipe = subprocess.PIPE
    with subprocess.Popen(code, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> int:
    """Whom the next line is about."""
    assert process.stdout is not None
    return int(json.loads(process.stdout.readline())["subject_id"])


# --- run ----------------------------------------------------------------------------------------


def test_what_happened_is_one_line_and_its_mail_is_printed_without_anybodys_data(
    run: Run, app: Application
) -> None:
    service = factories.service()
    body = {"name": "Grace", "email": "grace@example.com", "service_name": service.name}
    order = app.test_client().post("/api/orders", json=body).json
    result = run("outbox", "run", "--once")
    assert result.exit_code == 0, result.output
    line, mail, subject, *_ = result.stdout.splitlines()
    named = f"subject_id={order['id']} order_number={order['order_number']}"
    assert f"event=order.placed {named} status=created" in line
    assert "grace" not in result.output.lower()
    assert mail.endswith(" to g...@example.com")
    assert subject == f"Your order {order['order_number']} at House"
    assert "Sent 2, put off 0." in result.stderr
    assert run("outbox", "run", "--once").stdout == ""


def test_programs_get_a_line_of_json_a_message(run: Run) -> None:
    queue(2)
    lines = run("outbox", "run", "--once", "--json").stdout.splitlines()
    assert [json.loads(line)["subject_id"] for line in lines] == [1, 2]
    assert set(json.loads(lines[0])) == {
        *("id", "at", "event", "subject_id", "order_number", "status")
    }


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_sender_sends_what_comes_and_ends_when_it_is_asked_to(
    app: Application, environment: dict[str, str], how: signal.Signals
) -> None:
    queue(1)
    with sending(environment) as process:
        assert told(process) == 1
        queue(1, says="picked_up")
        assert told(process) == 1
        process.send_signal(how)
        rest, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert messages(sent_at=None) == []


def test_a_sender_outlives_its_database_and_says_once_that_it_is_away(
    app: Application, environment: dict[str, str]
) -> None:
    url = make_url(environment["DATABASE_URL"])
    if url.host is None:
        pytest.skip("a file does not go away")
    queue(1)
    with Proxy(url.host, url.port or 3306) as proxy:
        near = url.set(port=proxy.port).render_as_string(hide_password=False)
        with sending(environment, DATABASE_URL=near) as process:
            assert told(process) == 1
            proxy.cut()
            queue(1, says="picked_up")
            assert process.stderr is not None
            assert "database_away" in process.stderr.readline()
            proxy.wait_for_callers(3)
            proxy.mend()
            assert told(process) == 1
            process.terminate()
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert errors.count("database_away") == 0
    assert errors.count("database_back") == 1


# --- list and retry -----------------------------------------------------------------------------


def test_the_list_shows_what_waits_or_what_was_given_up(run: Run) -> None:
    assert "Nothing waits." in run("outbox", "list").output
    assert "Nothing was given up." in run("outbox", "list", "--dead").output
    queue(3)
    shown = run("outbox", "list", "--limit", "2")
    assert [line.split()[2] for line in shown.stdout.splitlines()] == [
        "subject_id=1",
        "subject_id=2",
    ]
    assert "more" in shown.stderr
    change(dead_at=clock.now(), last_error="TimeoutError", attempts=156)
    (first, *_) = json.loads(run("outbox", "list", "--dead", "--json").stdout)
    assert (first["error"], first["attempts"], first["due_at"]) == ("TimeoutError", 156, None)


def test_what_was_given_up_is_retried(run: Run) -> None:
    queue(3)
    change(dead_at=clock.now())
    first = messages()[0].id
    assert "To be sent at once: 1." in run("outbox", "retry", str(first)).output
    assert "To be sent at once: 2." in run("outbox", "retry", "--all").output
    assert len(run("outbox", "run", "--once").stdout.splitlines()) == 3
    refused = run("outbox", "retry", str(first))
    assert refused.exit_code == 1
    assert "1 of them are sent" in refused.output


@pytest.mark.parametrize("arguments", [(), ("7", "--all"), ("seven",), ("0",)])
def test_a_retry_of_nothing_in_particular_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("outbox", "retry", *arguments).exit_code == 2


# --- prune --------------------------------------------------------------------------------------

OVER, NOT_YET = timedelta(days=31), timedelta(days=29)


def make_sign_ins(user_id: int, ended: timedelta) -> None:
    """One of each thing that signs a person in, which ended so long ago."""
    now = clock.now()
    times = {"user_id": user_id, "created_at": now - ended, "expires_at": now - ended}
    digest = os.urandom(32)
    with writing() as session:
        session.add(TokenFamily(current_digest=digest, revoked_at=now - ended, **times))
        for model in (BrowserSession, PasswordLink, PendingSignIn):
            session.add(model(token_digest=digest, **times))
        secrets = {"key_id": "0" * 16, "nonce": digest, "code_digest": digest}
        session.add(EmailVerification(token_digest=digest, **secrets, **times))


def count(model: type) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_has_been_over_for_a_month_is_deleted_and_nothing_else(
    run: Run, app: Application
) -> None:
    customer = factories.sign_up(app, "ada@example.com")
    sign_ins = (TokenFamily, BrowserSession, PasswordLink, PendingSignIn, EmailVerification)
    before = {model: count(model) for model in sign_ins}
    for ended in (OVER, NOT_YET):
        make_sign_ins(customer.id, ended)
    with writing() as session:
        old = {"created_at": clock.now() - 20 * OVER, "body_digest": bytes(32), "answer": "{}"}
        session.add(IdempotencyKey(user_id=customer.id, route="r", key="k", **old))
    queue(600, sent_at=clock.now() - OVER)
    queue(2, says="picked_up", sent_at=clock.now() - NOT_YET)
    queue(2, says="completed", created_at=clock.now() - OVER)
    queue(2, says="delivered", dead_at=clock.now() - OVER)
    records = count(AuditEvent)
    result = run("prune", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "outbox": 600,
        **{model.__tablename__: 1 for model in sign_ins},
        "feed_events": 0,
        "webhook_deliveries": 0,
        "notifications": 0,
    }
    assert {model: count(model) for model in sign_ins} == {
        model: kept + 1 for model, kept in before.items()
    }
    assert (count(OutboxMessage), count(IdempotencyKey), count(AuditEvent)) == (6, 1, records)
    headers = customer.headers
    assert app.test_client().get("/api/v1/auth/me", headers=headers).status_code == 200
    assert "Deleted 0 rows" in run("prune").output


def news(user_id: int, subject_id: int, came: int, read: int | None = None) -> Notification:
    """A line of an inbox that came, and was read, so many days ago."""
    now = clock.now()
    return Notification(
        user_id=user_id,
        event="order.ready",
        subject_id=subject_id,
        says="completed",
        title="Your order is ready",
        body="",
        created_at=now - timedelta(days=came),
        read_at=None if read is None else now - timedelta(days=read),
    )


def test_what_was_given_up_and_what_lies_in_inboxes_goes_in_its_time(
    run: Run, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = factories.user(app, "ada@example.com").id
    queue(3, says="delivered", dead_at=clock.now() - timedelta(days=91))
    queue(1, says="completed", dead_at=clock.now() - timedelta(days=89))
    with writing() as session:
        session.add_all(
            [news(ada, 1, 91, 91), news(ada, 2, 91, 89), news(ada, 3, 364), news(ada, 4, 366)]
        )
    pruned = json.loads(run("prune", "--json").stdout)
    assert (pruned["outbox"], pruned["notifications"]) == (3, 2)
    assert [one.says for one in messages()] == ["completed"]
    with database.transaction(write=False) as session:
        kept = session.scalars(select(Notification.subject_id)).all()
    assert sorted(kept) == [2, 3]
    monkeypatch.setenv("OUTBOX_KEEP_DEAD_DAYS", "60")
    monkeypatch.setenv("INBOX_KEEP_READ_DAYS", "30")
    monkeypatch.setenv("INBOX_KEEP_DAYS", "100")
    pruned = json.loads(run("prune", "--json").stdout)
    assert (pruned["outbox"], pruned["notifications"]) == (1, 2)
