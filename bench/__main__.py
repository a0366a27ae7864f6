"""`python -m bench SUITE`: run it, say which targets are reached, keep the result."""

from __future__ import annotations

import fcntl
import sys
import time
from typing import IO, Any

import click
import pymysql

from bench import callgrind, machine, results
from bench.data import say
from bench.plans import Plan
from bench.servers import Shape, default_workers
from bench.stores import FOLDER, Kind, Store, is_durable
from bench.suites import SUITES

_KINDS: dict[str, tuple[Kind, ...]] = {
    "sqlite": ("sqlite",),
    "mariadb": ("mariadb",),
    "both": ("sqlite", "mariadb"),
}


@click.command()
@click.argument("suite", type=click.Choice([*SUITES, "all"]))
@click.option("--database", type=click.Choice(list(_KINDS)), default="both", show_default=True)
@click.option("--rounds", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.5, 120), default=3.0, show_default=True)
@click.option("--connections", type=click.IntRange(1, 256), default=8, show_default=True)
@click.option("--processes", type=click.IntRange(1, 8), default=1, help="Of the load generator.")
@click.option("--workers", type=click.IntRange(1, 64), help="Of gunicorn; default: as served.")
@click.option("--threads", type=click.IntRange(1, 16), default=1, help="More make gthread of sync.")
@click.option("--tcp", is_flag=True, help="Loopback instead of a unix socket.")
@click.option(
    "--callgrind/--no-callgrind",
    "with_callgrind",
    default=None,
    help="Count a scan's instructions: minutes more; default: with `all`, where valgrind is.",
)
def main(
    suite: str,
    database: str,
    rounds: int,
    seconds: float,
    connections: int,
    processes: int,
    workers: int | None,
    threads: int,
    tcp: bool,
    with_callgrind: bool | None,
) -> None:
    """Measure SUITE and keep the figures in bench/results/. Exits 1 when a run had errors."""
    if with_callgrind and not callgrind.is_there():
        raise click.ClickException("valgrind is not installed")
    if with_callgrind is None:
        with_callgrind = suite == "all" and callgrind.is_there()
    shape = Shape(workers or default_workers(), threads, tcp)
    kinds = _KINDS[database]
    lock = _take_turn()
    told = _machine(kinds)
    shown = {}
    for name in list(SUITES) if suite == "all" else [suite]:
        entry = SUITES[name]
        for kind in [kind for kind in kinds if kind in entry.kinds]:
            plan = Plan(kind, rounds, seconds, connections, processes, shape, with_callgrind)
            began = time.monotonic()
            say(f"{name} on {kind}: {rounds} rounds of {seconds:g} s, {shape}")
            report = entry.run(plan)
            report.notes = {
                "measured": f"{rounds} x {seconds:g} s",
                "took_seconds": round(time.monotonic() - began),
                "shape": str(shape),
                **report.notes,
            }
            results.keep(report, told)
            shown[report.key] = report.as_json()
            for what, value in report.notes.items():
                say(f"    {what}: {value}")
    lock.close()
    click.echo(results.text_table(shown))
    if any("invalid" in row for row in results.rows(shown)):
        sys.exit(1)


def _take_turn() -> IO[str]:
    """One run at a time on a checkout: two would put each other's rows back."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (FOLDER / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise click.ClickException("another bench is running") from None
    return lock


def _machine(kinds: tuple[Kind, ...]) -> dict[str, Any]:
    """The machine, once its databases answer and are durable."""
    try:
        told = machine.describe(kinds)
        durable = all(is_durable(Store(kind, "10k")) for kind in kinds)
    except pymysql.MySQLError as error:
        raise click.ClickException(f"MariaDB: {error}; or choose --database sqlite") from None
    if not durable:
        raise click.ClickException("innodb_flush_log_at_trx_commit is not 1: commits may be lost")
    return told


if __name__ == "__main__":
    main()
