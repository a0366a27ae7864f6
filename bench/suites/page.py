"""The admin's pages one after the other, as one person turns them, among 1,000,000 scans."""

from __future__ import annotations

from bench import admin_pages
from bench.load import Load, Measured
from bench.load import run as run_load
from bench.plans import Plan
from bench.rounds import Measure, interleave
from bench.servers import Server, serving_all
from bench.targets import Report, Target, at_most

MOST_MS = 100
SHOWN = frozenset({200, 302})
WARM_UP_SECONDS = 1.0
MOST = 500
"""Requests prepared for each second."""


def run(plan: Plan) -> Report:
    """Median milliseconds of the slowest page, and of the dashboard from its cache."""
    store = plan.store("100k")
    with serving_all(("product",), store, plan.shape) as servers:
        pages = admin_pages.paths(store)
        cookie = admin_pages.cookie_line(store)
        measures = {
            name: _measure(servers["product"], admin_pages.ask(path, cookie), plan.seconds)
            for name, path in pages.items()
        }
        series = interleave(measures, plan.rounds)
    by_time = sorted(series, key=lambda name: series[name].p50_ms.median)
    targets: list[Target] = [
        at_most(
            f"admin page, median: {name}", series[name].p50_ms, MOST_MS, " ms", of=[series[name]]
        )
        for name in (by_time[-1], by_time[len(by_time) // 2], admin_pages.DASHBOARD)
    ]
    return Report("page", plan.kind, targets, series)


def _measure(server: Server, request: bytes, seconds: float) -> Measure:
    def one_after_the_other() -> Measured:
        requests = [request] * round(MOST * (seconds + WARM_UP_SECONDS))
        return run_load(
            Load(
                server.address,
                requests,
                SHOWN,
                connections=1,
                seconds=seconds,
                warm_up=WARM_UP_SECONDS,
            )
        )

    return one_after_the_other
