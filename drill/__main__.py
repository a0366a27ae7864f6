"""`python -m drill NAME...`: break or press something under load, and prove that nothing was lost."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from drill import results
from drill.databases import Databases, one_server
from drill.faults import FAULTS
from drill.presses import PRESSES
from drill.run import QUICK, Size, run_drill
from drill.soak import soak
from drill.stack import Stack, why_not
from drill.strain import strain

_SOAK = "soak"
_ROUND_SECONDS = 10.0
Outcome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drill:
    """One entry of the list; `why_not` says why it cannot happen here."""

    kind: str
    name: str
    words: str
    on: Databases
    run: Callable[[Stack], Outcome]
    why_not: str | None = None


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...|all]")
@click.option("--list", "is_list", is_flag=True, help="Say which drills there are.")
@click.option(
    "--requests",
    type=click.IntRange(100, 10_000_000),
    default=20_000,
    show_default=True,
    help="How many are acknowledged while something breaks, at least.",
)
@click.option(
    "--minutes", type=click.FloatRange(1, 10_000), default=60, show_default=True, help="Of a soak."
)
@click.option("--quick", is_flag=True, help=f"{QUICK} each, short faults; nothing is kept.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def main(
    names: tuple[str, ...], is_list: bool, requests: int, minutes: float, quick: bool, as_json: bool
) -> None:
    """Break or press something and prove that nothing acknowledged is lost, doubled or misfiled.

    nginx, two application servers, a MariaDB or a Galera cluster and a Redis of the drill's own
    run on loopback. Exits 1 when a drill failed. Outcomes are kept in drill/results.json and in
    the README's tables. `all` is everything but the soak.
    """
    drills = list_drills(Size(QUICK if quick else requests, quick), minutes)
    if is_list:
        for drill in drills:
            click.echo(f"{drill.name:<15} {drill.words}")
        return
    wanted = _wanted(drills, names)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended first
    told: dict[str, dict[str, Outcome]] = {}
    for drill, outcome in _run(wanted):
        told.setdefault(drill.kind, {})[drill.name] = outcome
        if not quick:
            results.keep(drill.kind, drill.name, outcome)
    click.echo(json.dumps(told) if as_json else results.text_tables(told))
    if not all(one["is_passed"] for some in told.values() for one in some.values()):
        sys.exit(1)


def list_drills(size: Size, minutes: float) -> list[Drill]:
    """Every drill, in the order in which `all` takes them."""
    seconds = 2.0 if size.is_quick else _ROUND_SECONDS

    def breaking(name: str) -> Callable[[Stack], Outcome]:
        return lambda stack: run_drill(FAULTS[name], stack, size, say=say).as_json()

    def pressing(name: str) -> Callable[[Stack], Outcome]:
        return lambda stack: strain(PRESSES[name], stack, seconds=seconds, say=say).as_json()

    missing = why_not()
    faults = [
        Drill("fault", one.name, one.words, one.on, breaking(one.name), missing or one.why_not)
        for one in FAULTS.values()
    ]
    presses = [
        Drill("press", one.name, one.words, one_server, pressing(one.name), missing)
        for one in PRESSES.values()
    ]
    words = "half of the greatest rate, for --minutes; not a part of `all`"

    def soaking(stack: Stack) -> Outcome:
        return soak(stack, minutes=minutes, say=say).as_json()

    return [*faults, *presses, Drill(_SOAK, _SOAK, words, one_server, soaking, missing)]


def _wanted(drills: Sequence[Drill], names: Sequence[str]) -> list[Drill]:
    """The drills that are named; of all of them those that can happen here."""
    if not names:
        raise click.UsageError("name a drill, or all; --list says which there are")
    known = {one.name: one for one in drills}
    if list(names) == ["all"]:
        for one in drills:
            if one.why_not:
                say(f"left out: {one.name} {one.why_not}")
        return [one for one in drills if one.name != _SOAK and not one.why_not]
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"no such drill: {', '.join(unknown)}; see --list")
    wanted = [known[name] for name in names]
    if unable := [f"{one.name} {one.why_not}" for one in wanted if one.why_not]:
        raise click.ClickException("; ".join(unable))
    return wanted


def _run(drills: Sequence[Drill]) -> Iterator[tuple[Drill, Outcome]]:
    """One stack for all neighbours that need the same databases."""
    for on, some in groupby(drills, key=lambda drill: drill.on):
        with tempfile.TemporaryDirectory(prefix="drill") as folder:
            Path(folder).chmod(0o755)  # the databases' own user has to find its folder in it
            say(f"starting the stack: {on.__name__.replace('_', ' ')}")
            with on(Path(folder)) as databases, Stack(Path(folder), databases).running() as stack:
                for drill in some:
                    outcome = drill.run(stack)
                    if not outcome["is_passed"]:
                        say(
                            f"{drill.name}: what all of them wrote is kept in {_logs_of(Path(folder))}"
                        )
                    yield drill, outcome


def _logs_of(folder: Path) -> Path:
    """A copy of everybody's logs that outlives the stack."""
    kept = Path(tempfile.mkdtemp(prefix="drill-logs"))
    for log in (*folder.rglob("log"), *folder.rglob("*.log")):
        if log.is_file():
            copy = kept / log.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(log, copy)
    return kept


def say(words: str) -> None:
    """A line for whoever waits."""
    click.echo(words, err=True)


if __name__ == "__main__":
    main()
