"""100,000 mixed requests: what a worker's memory comes to, and whether it stays there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import data, requests
from bench.data import say
from bench.load import run as run_load
from bench.people import device_token
from bench.plans import Plan
from bench.rounds import Series
from bench.rows import DEVICES
from bench.servers import serving_all
from bench.stores import Store, fetch
from bench.targets import Report, at_most

REQUESTS, STEPS = 100_000, 10
LONGEST_SECONDS = 200.0
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.M)
_EXPECTED = frozenset({200, 201})


def run(plan: Plan) -> Report:
    """PSS per worker at the start, in the middle and at the end; Series of ten equal parts."""
    store = plan.store()
    series = Series()
    seen: list[list[float]] = []
    with serving_all(("product",), store, plan.shape) as servers:
        server = servers["product"]
        seen.append(megabytes(server.worker_pids()))
        for step in range(STEPS):
            data.restore(store)
            load = plan.load(server, _mixed(store, REQUESTS // STEPS), _EXPECTED)
            series.rounds.append(run_load(replace(load, seconds=LONGEST_SECONDS, warm_up=0)))
            seen.append(megabytes(server.worker_pids()))
            say(f"    {(step + 1) * REQUESTS // STEPS:,} requests: {_words(seen[-1])} MB")
    data.restore(store, thoroughly=True)
    start, middle, end = seen[0], seen[STEPS // 2], seen[-1]
    targets = [
        at_most("PSS of the largest worker at the end", max(end), 80, " MB", of=(series,)),
        at_most("PSS, end to middle", max(end) / max(middle), 1.05, of=(series,)),
    ]
    measured = f"{REQUESTS:,} requests"
    notes = {
        "measured": measured,
        "start_mb": _words(start),
        "middle_mb": _words(middle),
        "end_mb": _words(end),
    }
    return Report("soak", plan.kind, targets, {"product mixed": series}, notes)


def _mixed(store: Store, most: int) -> list[bytes]:
    """Of ten requests five scan, two look up, one tracks, one draws a QR code, one places an order."""
    orders = fetch(store, "SELECT order_number, label_code FROM orders WHERE id > 5000 LIMIT 5000")
    places = requests.orders(most)
    made = []
    for n in range(most):
        number, code = orders[n % len(orders)]
        kind = n % 10
        if kind < 5:
            action = requests.ACTIONS[(n // len(orders)) % 3]
            made.append(requests.scan(code, action, n % DEVICES))
        elif kind < 7:
            token = device_token(n % DEVICES)
            made.append(requests.http("GET", f"/api/v1/orders/{number}", token=token))
        elif kind == 7:
            made.append(requests.http("GET", f"/api/v1/track/{code}"))
        elif kind == 8:
            made.append(requests.http("GET", f"/qr/{number}.png"))
        else:
            made.append(next(places))
    return made


def megabytes(pids: Sequence[int]) -> list[float]:
    """The proportional set size of each: what it would free, shared pages divided."""
    return [_pss(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in pids]


def _pss(rollup: str) -> float:
    found = _PSS.search(rollup)
    return int(found[1]) / 1024 if found else 0.0


def _words(sizes: Sequence[float]) -> str:
    return ", ".join(f"{size:.1f}" for size in sizes)
