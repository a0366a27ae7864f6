"""Large uploads take turns: who finds none is sent away unharmed, everybody else is served."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager

import pytest

from app.api.tracks.intake import MOST_EVENTS, SMALL_BATCH
from app.database import db
from app.http.turns import MOST_TURNS, FewAtOnce
from app.models import Device
from app.support.turns import Turns
from tests import factories, ledger
from tests.contract.shapes import refused
from tests.faults.undoing import another_connection, is_sqlite, listening, undone
from tests.scanning import SCAN, SCANS, batch, event, long_form, tracks

LONG_ENOUGH_SECONDS = 60


def turns_of(app) -> FewAtOnce:
    return app.extensions["handover_upload_turns"]


def free_turns(app) -> int:
    """How many uploads could begin now, without a wait."""
    with ExitStack() as held:
        count = 0
        while (turn := turns_of(app)._work.try_take()) is not None:
            held.enter_context(turn)
            count += 1
        return count


@contextmanager
def others_upload(app):
    """All turns are taken, and so is the place of the one that waits."""
    turns = turns_of(app)
    with ExitStack() as held:
        while (turn := turns._work.try_take()) is not None:
            held.enter_context(turn)
        held.enter_context(turns._next.try_take())
        yield


def large(code: str = "NOSUCH42", size: int = SMALL_BATCH + 1):
    return batch(*(event(code, "scanned") for _ in range(size)))


def upload(client, device, body):
    return client.post(SCANS, json=body, headers=device.headers)


def test_a_large_upload_is_sent_away_while_others_are_at_work(app, client, device):
    body, records = large(), len(ledger.events())
    seen_at = db.session.get(Device, device.id).last_seen_at
    with others_upload(app):
        answer = upload(client, device, body)
    assert refused(answer, 503, "UNAVAILABLE")["message"].startswith("Other uploads")
    assert answer.headers["Retry-After"] in ("1", "2")
    assert answer.headers["Scan-Batch-Limit"] == "500"
    assert tracks() == []
    assert len(ledger.events()) == records
    assert db.session.get(Device, device.id, populate_existing=True).last_seen_at == seen_at
    assert upload(client, device, body).json["counts"]["rejected"] == SMALL_BATCH + 1


def test_a_small_upload_and_a_single_scan_never_wait(app, client, device):
    with others_upload(app):
        assert upload(client, device, large(size=SMALL_BATCH)).status_code == 200
        single = client.post(SCAN, json=long_form("NOSUCH42"), headers=device.headers)
        assert single.status_code == 201
        assert client.get("/health").status_code == 200


def test_an_upload_that_never_fits_is_told_so_by_a_busy_server_too(app, client, device):
    with others_upload(app):
        refused(upload(client, device, large(size=MOST_EVENTS + 1)), 413, "TOO_LARGE")


def test_a_stranger_is_refused_as_a_stranger_by_a_busy_server_too(app, client):
    with others_upload(app):
        answer = client.post(SCANS, json=large(), headers={"Authorization": "Bearer hd_nobody"})
    refused(answer, 401, "INVALID_TOKEN")


@pytest.fixture
def waits(monkeypatch) -> threading.Event:
    """Set once somebody waits for a turn, who then has all the time that the others take."""
    event, take_within = threading.Event(), Turns.take_within

    def told(turns, _seconds):
        event.set()
        return take_within(turns, LONG_ENOUGH_SECONDS)

    monkeypatch.setattr(Turns, "take_within", told)
    return event


def test_one_waits_for_its_turn_and_locks_nothing_meanwhile(app, client, device, waits):
    body, answers = large(), []
    thread = threading.Thread(
        target=lambda: answers.append(upload(app.test_client(), device, body))
    )
    with ExitStack() as others, another_connection(db.engine) as rival:
        while (turn := turns_of(app)._work.try_take()) is not None:
            others.enter_context(turn)
        thread.start()
        assert waits.wait(LONG_ENOUGH_SECONDS)
        refused(upload(client, factories.device(), large()), 503, "UNAVAILABLE")
        rival.cursor().execute(f"UPDATE devices SET name = 'Renamed' WHERE id = {device.id}")
        assert answers == []
    thread.join(LONG_ENOUGH_SECONDS)
    assert [one.status_code for one in answers] == [200]
    assert {row.event_id for row in tracks()} == {one["event_id"] for one in body["events"]}


def test_a_turn_is_held_through_replays_and_until_the_commit_is_made(app, client, device):
    all_turns, held = free_turns(app), []

    def look(*_):
        held.append(free_turns(app) < all_turns)

    with listening(db.engine, "commit", look), undone(db.engine, 2):
        answer = upload(client, device, large())
    assert answer.status_code == 200
    assert held[-1:] == [True]
    assert free_turns(app) == all_turns
    assert len(tracks()) == SMALL_BATCH + 1


def test_an_upload_that_is_run_again_does_not_ask_for_another_turn(app, client, device):
    with undone(db.engine, 3):
        assert upload(client, device, large()).status_code == 200
    with undone(db.engine, 4):
        refused(upload(client, device, large()), 503, "UNAVAILABLE")
    assert free_turns(app) > 0


def test_a_turn_comes_back_from_an_upload_that_failed(app, client, device):
    all_turns = free_turns(app)

    def fail(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO tracks"):
            raise ZeroDivisionError

    with listening(db.engine, "before_cursor_execute", fail):
        refused(upload(client, device, large()), 500, "SERVER_ERROR")
    assert free_turns(app) == all_turns


@pytest.mark.parametrize(("cores", "turns"), [(1, 1), (2, 1), (4, 2), (64, MOST_TURNS)])
def test_half_of_the_processors_work_at_uploads_and_one_on_sqlite(
    make_app, monkeypatch, cores, turns
):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    app = make_app()
    with app.app_context():
        expected = 1 if is_sqlite(db.engine) else turns
    assert free_turns(app) == expected
