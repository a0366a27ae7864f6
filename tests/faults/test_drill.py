"""The drills themselves, in little: nothing is lost, and a server that loses is found out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drill import databases
from drill.faults import FAULTS, Fault
from drill.proof import count_findings
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
        ["web-process", "gunicorn", "mariadb", "redis", "deploy", "clock", "network", "disk"],
        ["galera-node", "galera-writer"],
    ],
    ids=lambda names: names[0],
)
def test_nothing_acknowledged_is_lost_or_doubled_when_it_breaks(names):
    wanted = [FAULTS[name] for name in names]
    refuse_without(why_not() or wanted[0].what_is_missing)
    faults = [fault for fault in wanted if fault.is_permitted]
    with running(databases_of(faults)) as stack:
        outcomes = [run_drill(fault, stack, SIZE, asks_ledger=False) for fault in faults]
        findings = count_findings(stack)
    assert [one.as_json() for one in outcomes if not one.is_passed] == []
    assert findings == 0
    assert all(one.acknowledged >= SIZE.acknowledged for one in outcomes)
    if left_out := [f"{fault.name} {fault.why_not}" for fault in wanted if fault not in faults]:
        pytest.skip("; ".join(left_out))


def databases_of(faults: list[Fault]) -> databases.Databases:
    """Such as all of these faults can happen to, so that one stack does for them."""
    needed = {fault.on for fault in faults}
    return needed.pop() if len(needed) == 1 else databases.small_disk_behind_cable


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
