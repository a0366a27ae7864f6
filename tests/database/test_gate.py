"""SQLite's writers pass one at a time, and nobody who dies or fails keeps the way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app import database
from app.database.gate import Gate
from app.models import Service
from tests.rows import writing


@pytest.fixture
def gates(tmp_path):
    made = [Gate(tmp_path / "handover.db") for _ in range(2)]
    yield made
    for gate in made:
        gate.close()


@pytest.fixture
def on_sqlite(app):
    if database.db.engine.dialect.name != "sqlite":
        pytest.skip("MariaDB has many writers")


def test_one_passes_at_a_time(gates):
    first, second = gates
    assert first.enter(seconds=0)
    assert not second.enter(seconds=0.01)
    first.leave()
    assert second.enter(seconds=0.01)
    assert not first.enter(seconds=0)


def test_leaving_twice_takes_nothing_from_the_next(gates):
    first, second = gates
    first.enter(seconds=0)
    first.leave()
    second.enter(seconds=0)
    first.leave()
    assert not first.enter(seconds=0)


def test_the_way_is_free_when_its_holder_dies(gates, tmp_path):
    held, told = os.pipe()
    child = os.fork()
    if child == 0:
        Gate(tmp_path / "handover.db").enter(seconds=1)
        os.write(told, b"1")
        time.sleep(30)
        os._exit(1)
    os.read(held, 1)
    assert not gates[0].enter(seconds=0)
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert gates[0].enter(seconds=1)
    os.close(held)
    os.close(told)


def test_only_the_owner_reads_the_gates_file(gates, tmp_path):
    assert (tmp_path / "handover.db-gate").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("on_sqlite")
def test_a_writer_holds_the_gate_until_its_transaction_is_over():
    rival = Gate(_database())
    with writing() as session:
        session.add(Service(name="Wash", price=1, status="active"))
        session.flush()
        assert not rival.enter(seconds=0)
    assert rival.enter(seconds=0)
    rival.close()


@pytest.mark.usefixtures("on_sqlite")
def test_a_writer_that_fails_gives_the_gate_back():
    def fail():
        with database.transaction():
            database.connection()
            raise ZeroDivisionError

    rival = Gate(_database())
    with pytest.raises(ZeroDivisionError):
        fail()
    assert rival.enter(seconds=0)
    rival.close()


@pytest.mark.usefixtures("on_sqlite")
def test_a_connection_that_is_given_up_half_read_keeps_nobody_waiting():
    with writing() as session:
        session.add_all(Service(name=name, price=1, status="active") for name in ("Wash", "Iron"))
    given_up = database.db.engine.connect()
    driver = given_up.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE").close()
    half_read = driver.execute("SELECT id FROM services")
    half_read.fetchone()
    given_up.invalidate()
    given_up.close()
    with database.impatient(), writing() as session:
        session.add(Service(name="Dry", price=1, status="active"))
    del half_read  # until now, so that somebody held it


@pytest.mark.usefixtures("on_sqlite")
def test_a_reader_needs_no_gate():
    rival = Gate(_database())
    rival.enter(seconds=0)
    with database.transaction(write=False):
        assert database.connection().in_transaction()
    rival.close()


def _database() -> Path:
    return Path(database.db.engine.url.database)
