"""Sealing: few statements, one chain whatever runs at once, and keys that may change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event as events
from sqlalchemy import text

from app import database
from app.database.guard import UNRECORDED
from app.extensions import signing_keys
from app.http.application import Application
from app.models import AuditSeal
from app.operations.audit.sealing import seal_all, seal_batch
from app.operations.ledger.macs import EVENTS, TRACKS, sign
from app.operations.ledger.record import INSERT
from app.support import clock
from tests.operations.audit.shop import (
    Shop,
    assert_clean,
    event,
    found,
    ids,
    seal,
    sql,
    verify,
    write_events,
)
from tests.statements import counted_statements

WRITERS = SEALERS = 3
ROWS_EACH = 60


def seals() -> list[AuditSeal]:
    with database.transaction(write=False) as session:
        return list(session.query(AuditSeal).order_by(AuditSeal.id))


@contextmanager
def before_the_seal(statement: str) -> Iterator[None]:
    """Run this, in the same transaction, just before a seal is stored."""

    def run(_connection: Any, _cursor: Any, coming: str, *_: Any) -> None:
        if coming.startswith("INSERT INTO audit_seals"):
            database.db.session.connection().exec_driver_sql(statement)

    events.listen(database.db.engine, "before_cursor_execute", run)
    try:
        yield
    finally:
        events.remove(database.db.engine, "before_cursor_execute", run)


def test_a_batch_takes_six_statements(app: Application) -> None:
    shop = Shop(app)
    shop.work()
    write_events(600)
    with counted_statements() as statements:
        batch = database.replaying(lambda: seal_batch(at=clock.now()))
    assert batch.sealed == 512
    assert len(statements) == 6, statements


def test_all_is_sealed_in_batches_of_512_that_follow_each_other(app: Application) -> None:
    write_events(1100)
    told: list[int] = []
    sealed = seal_all(progress=told.append)
    assert (sealed.rows, sealed.seals) == (1100, 3)
    assert told == [512, 512, 76]
    first, second, third = seals()
    assert [first.id, second.id, third.id] == [1, 2, 3]
    assert first.prev_hash == bytes(32)
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert signing_keys.ring.current.has_signed(third.hash, third.signature)
    assert seal_all().rows == 0


def test_a_refusal_is_sealed_when_its_minute_is_over_for_a_while(app: Application) -> None:
    shop = Shop(app)
    with time_machine.travel(clock.now(), tick=False):  # both in one minute
        shop.log_in("wrong password")
        seal()
        [waiting] = ids("audit_events", "seal_id IS NULL")
        assert ids("audit_events", "refusal_key IS NOT NULL") == [waiting]
        shop.log_in("wrong password")
    assert_clean()
    later = clock.now() + timedelta(minutes=2, seconds=1)
    assert database.replaying(lambda: seal_batch(at=later)).sealed == 1
    assert_clean()


def test_a_seal_over_a_row_that_vanished_meanwhile_is_undone(app: Application) -> None:
    write_events(3)

    gone = ids("audit_events")[1]
    with (
        pytest.raises(database.Replay),
        before_the_seal(f"DELETE FROM audit_events WHERE id = {gone}"),
        database.transaction(),
    ):
        seal_batch(at=clock.now())
    assert seals() == []
    assert ids("audit_events", "seal_id IS NULL") == [gone - 1, gone, gone + 1]


def test_old_rows_are_proved_with_the_retired_secret_and_unknown_without_it(
    app: Application, make_app: Any
) -> None:
    shop = Shop(app)
    shop.work()
    seal()
    old = len(ids("tracks") + ids("audit_events"))
    rotated = make_app(
        SIGNING_SECRET="another-secret-of-the-tests-and-of-nothing-else",
        SIGNING_SECRETS_RETIRED=app.settings.signing_secret,
    )
    with rotated.app_context():
        write_events(3)
        seal()
        assert_clean()
        assert len({one.key_id for one in seals()}) == 2
        database.db.session.remove()
    forgetful = make_app(SIGNING_SECRET="another-secret-of-the-tests-and-of-nothing-else")
    with forgetful.app_context():
        report = verify()
        assert {one.what for one in report.findings.found} == {"unknown_key"}
        assert ("unknown_key", "audit_seals", 1) in found(report)
        assert report.findings.total == old + 1
        database.db.session.remove()


def test_writers_sealers_and_a_verifier_at_once_see_one_sound_chain(app: Application) -> None:
    faults: list[BaseException] = []
    writing = threading.Event()
    writing.set()

    def run(work: Any) -> None:
        try:
            with app.app_context():
                try:
                    work()
                finally:
                    database.db.session.remove()
        except BaseException as fault:  # shown by the test
            faults.append(fault)

    def write() -> None:
        for _ in range(ROWS_EACH):
            row = sign(EVENTS, event(), signing_keys.ring)
            database.replaying(lambda row=row: INSERT.insert(database.db.session.connection(), row))

    def seal_on() -> None:
        while writing.is_set():
            seal_all()

    def verify_on() -> None:
        while writing.is_set():
            assert_clean(with_state=True)

    database.db.session.remove()
    writers = [threading.Thread(target=run, args=[write]) for _ in range(WRITERS)]
    sealers = [threading.Thread(target=run, args=[seal_on]) for _ in range(SEALERS)]
    sealers.append(threading.Thread(target=run, args=[verify_on]))
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in sealers:
        thread.join()
    assert faults == []
    seal_all()
    report = assert_clean()
    assert report.rows == WRITERS * ROWS_EACH
    assert report.seals > 1
    with database.transaction(write=False) as session:
        counted = session.execute(text("SELECT SUM(count) FROM audit_seals")).scalar()
    assert counted == WRITERS * ROWS_EACH
    assert ids("audit_events", "seal_id IS NULL") == []


def test_a_rival_that_was_quicker_leaves_nothing_to_do(app: Application) -> None:
    """The rival's seal has the number: the slower sealer gives up, and that is no error."""
    write_events(2)
    seal()
    write_events(2)
    sql(
        "INSERT INTO audit_seals SELECT 3, prev_hash, count, root, sealed_at, key_id, hash,"
        " signature FROM audit_seals"
    )
    sql("UPDATE audit_seals SET id = -3 WHERE id = 3")

    with (
        before_the_seal("UPDATE audit_seals SET id = 2 WHERE id = -3"),
        database.transaction() as session,
    ):
        session.connection().execution_options(**UNRECORDED)
        batch = seal_batch(at=clock.now())
    assert (batch.sealed, batch.is_last) == (0, True)
    assert len(ids("audit_events", "seal_id IS NULL")) == 2


def test_nothing_of_a_tracks_proof_depends_on_the_seal(app: Application) -> None:
    assert "seal_id" not in TRACKS.covered + EVENTS.covered
