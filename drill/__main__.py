"""`python -m drill FAULT...`: break something under load, and prove that nothing was lost."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from drill import results
from drill.faults import FAULTS, Fault
from drill.run import QUICK, Outcome, Size, run_drill
from drill.stack import Stack, what_is_missing


@click.command()
@click.argument("faults", nargs=-1, metavar="[FAULT...|all]")
@click.option("--list", "is_list", is_flag=True, help="Say which faults there are.")
@click.option(
    "--requests",
    type=click.IntRange(100, 10_000_000),
    default=20_000,
    show_default=True,
    help="How many are acknowledged in each drill, at least.",
)
@click.option("--quick", is_flag=True, help=f"{QUICK} each, short faults; nothing is kept.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def main(faults: tuple[str, ...], is_list: bool, requests: int, quick: bool, as_json: bool) -> None:
    """Break FAULT under load and prove that nothing acknowledged is lost, doubled or misfiled.

    nginx, two application servers, a MariaDB or a Galera cluster and a Redis of the drill's own
    run on loopback. Exits 1 when a drill failed. Outcomes are kept in drill/results.json and in
    the README's table.
    """
    if is_list:
        for fault in FAULTS.values():
            click.echo(f"{fault.name:<15} {fault.words}")
        return
    wanted = _wanted(faults)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended first
    if missing := what_is_missing():
        raise click.ClickException(f"not installed: {missing}")
    size = Size(QUICK if quick else requests, quick)
    outcomes = []
    for outcome in _run(wanted, size):
        outcomes.append(outcome)
        if not quick:
            results.keep(outcome)
    kept = [one.as_json() for one in outcomes]
    click.echo(json.dumps(kept) if as_json else results.text_table(kept))
    if not all(one.is_passed for one in outcomes):
        sys.exit(1)


def _wanted(names: Iterable[str]) -> list[Fault]:
    """The faults that are named; what cannot happen here is said, and with `all` left out."""
    chosen = list(names)
    if not chosen:
        raise click.UsageError("name a fault, or all; --list says which there are")
    faults = list(FAULTS.values())
    if chosen != ["all"]:
        if unknown := [name for name in chosen if name not in FAULTS]:
            raise click.UsageError(f"no such fault: {', '.join(unknown)}; see --list")
        faults = [FAULTS[name] for name in chosen]
    unable = {one.name: words for one in faults if (words := _why_not(one))}
    if unable and chosen != ["all"]:
        raise click.ClickException("; ".join(f"{name} {why}" for name, why in unable.items()))
    for name, why in unable.items():
        say(f"left out: {name} {why}")
    return [one for one in faults if one.name not in unable]


def _why_not(fault: Fault) -> str | None:
    if not fault.is_permitted:
        return "needs root, with the right to mount and to make networks"
    return f"needs {fault.what_is_missing}" if fault.what_is_missing else None


def _run(faults: list[Fault], size: Size) -> Iterator[Outcome]:
    """One stack for all neighbours that need the same databases."""
    for on, some in groupby(faults, key=lambda fault: fault.on):
        with tempfile.TemporaryDirectory(prefix="drill") as folder:
            Path(folder).chmod(0o755)  # the databases' own user has to find its folder in it
            say(
                f"starting {(on.__doc__ or '').partition('.')[0].lower()}, Redis, nginx and two application servers"
            )
            with on(Path(folder)) as databases, Stack(Path(folder), databases).running() as stack:
                for fault in some:
                    yield run_drill(fault, stack, size, say=say)


def say(words: str) -> None:
    """A line for whoever waits."""
    click.echo(words, err=True)


if __name__ == "__main__":
    main()
