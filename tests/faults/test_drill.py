"""The drills themselves, in little: nothing is lost, and a server that loses is found out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drill import databases
from drill.faults import FAULTS
from drill.run import Size, run_drill
from drill.stack import PRODUCT, Stack, why_not

pytestmark = pytest.mark.slow
SIZE = Size(500, is_quick=True)


def refuse_without(missing: str | None) -> None:
    """Skip what cannot run here, where not everything has to."""
    if missing and os.environ.get("HANDOVER_REQUIRE_ALL") == "1":
        pytest.fail(f"HANDOVER_REQUIRE_ALL=1, and {missing}")
    if missing:
        pytest.skip(missing)
    if not os.environ.get("HANDOVER_TEST_DATABASE_URL"):
        pytest.skip("the drills have a MariaDB of their own: they run once, with the suite on it")


@contextmanager
def running(on: databases.Databases, application: str = PRODUCT) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="drill") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with on(folder) as servers, Stack(folder, servers, application).running() as stack:
            yield stack


@pytest.mark.parametrize(
    "names",
    [
        ["web-process", "gunicorn", "mariadb", "redis", "deploy", "clock"],
        ["network"],
        ["disk"],
        ["galera-node", "galera-writer"],
    ],
    ids=lambda names: names[0],
)
def test_nothing_acknowledged_is_lost_or_doubled_when_it_breaks(names):
    faults = [FAULTS[name] for name in names]
    refuse_without(why_not() or faults[0].what_is_missing)
    if not faults[0].is_permitted:
        pytest.skip(faults[0].why_not)
    with running(faults[0].on) as stack:
        outcomes = [run_drill(fault, stack, SIZE) for fault in faults]
    assert [one.as_json() for one in outcomes if not one.is_passed] == []
    assert all(one.acknowledged >= SIZE.acknowledged for one in outcomes)


def test_every_fault_is_drilled_here():
    [mark] = [
        mark
        for mark in test_nothing_acknowledged_is_lost_or_doubled_when_it_breaks.pytestmark
        if mark.name == "parametrize"
    ]
    assert sorted(name for names in mark.args[1] for name in names) == sorted(FAULTS)


def test_a_server_that_acknowledges_before_it_commits_is_found_out():
    refuse_without(why_not())
    with running(databases.one_server, "drill.canary:create_app()") as stack:
        outcome = run_drill(FAULTS["web-process"], stack, SIZE)
    assert outcome.proof.lost > 0
    assert outcome.proof.doubled > 0
    assert not outcome.is_passed
