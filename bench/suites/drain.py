"""After an outage: 20 devices upload 10,000 queued scans while others go on scanning."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from bench import data, requests
from bench.data import say
from bench.figures import ratio
from bench.load import Load, Measured, Run
from bench.load import run as run_load
from bench.plans import CREATED, OK, Plan
from bench.rounds import Series
from bench.servers import Server, serving_all
from bench.stores import Store
from bench.targets import Report, at_most

SCANS, QUEUES = 10_000, 20
BUSY = frozenset({503})
"""How a device is told to come again with the same upload, after Retry-After."""

SINGLES = 4
"""Connections that go on with single scans, of other devices and other orders."""

LONGEST_SECONDS = 60.0


def run(plan: Plan) -> Report:
    """How long the queues take, and what single scans notice of it."""
    store = plan.store()
    queued = requests.codes_of(store, recent=False)
    live = requests.codes_of(store, recent=True)
    quiet, alone, busy, drained = Series(), Series(), Series(), Series()
    seconds: list[float] = []
    with serving_all(("product",), store, plan.shape) as servers:
        product = servers["product"]
        for number in range(1, plan.rounds + 1):
            data.restore(store)
            quiet.rounds.append(run_load(_singles(plan, product, live)))
            one = plan.load(product, _queues(queued), OK, connections=1)
            alone.rounds.append(run_load(replace(one, warm_up=0)))
            uploads, singles = _drain(plan, product, store, queued, live)
            seconds.append(uploads.seconds)
            drained.rounds.append(uploads)
            busy.rounds.append(singles)
            say(
                f"    round {number}/{plan.rounds} drained in {uploads.seconds:.1f} s, "
                f"{uploads.postponed} uploads sent away meanwhile; p99 of single scans "
                f"{quiet.rounds[-1].p99_ms:.0f} ms quiet, {singles.p99_ms:.0f} ms meanwhile"
            )
    data.restore(store, thoroughly=True)
    targets = [at_most("10,000 scans drained", max(seconds), 15, " s", of=(drained,))]
    if plan.kind == "mariadb":
        worse = busy.p99_to(quiet)
        targets.append(at_most("single p99 to quiet", worse, 3, of=(busy, quiet)))
    else:
        worse = ratio([one.p99_ms for one in busy.rounds], [one.p50_ms for one in alone.rounds])
        targets.append(at_most("single p99 to one upload", worse, 2, of=(busy, alone)))
    series = {
        "single quiet": quiet,
        "single meanwhile": busy,
        "one upload": alone,
        "uploads": drained,
    }
    notes = {
        "drained_seconds": seconds,
        "sent_away": [one.postponed for one in drained.rounds],
    }
    return Report("drain", plan.kind, targets, series, notes)


def _singles(plan: Plan, server: Server, codes: Sequence[str]) -> Load:
    made = requests.scans(codes, first_device=QUEUES)
    return plan.load(server, made, CREATED, connections=SINGLES)


def _drain(
    plan: Plan, server: Server, store: Store, queued: Sequence[str], live: Sequence[str]
) -> tuple[Measured, Measured]:
    """Both loads: single scans are counted from the first upload to the last one's 200."""
    data.restore(store)
    uploads = Load(
        server.address,
        _queues(queued),
        OK,
        connections=QUEUES,
        processes=QUEUES,
        seconds=LONGEST_SECONDS,
        warm_up=0,
        patient=BUSY,
    )
    singles = replace(_singles(plan, server, live), seconds=LONGEST_SECONDS)
    going = Run(singles)
    time.sleep(singles.warm_up)
    drained = run_load(uploads)
    going.stop()
    return drained, going.result()


def _queues(codes: Sequence[str]) -> list[bytes]:
    """One upload of each device: of its orders all that was done first, and then all that came next."""
    done = [(action, code) for action in requests.ACTIONS for code in codes][:SCANS]
    return [requests.queue(done[device::QUEUES], device) for device in range(QUEUES)]
