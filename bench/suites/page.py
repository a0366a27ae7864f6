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
COUNTED_ANEW_SECONDS = 12.0
"""Within these each process has counted the dashboard's figures, which it keeps for a minute."""
MOST = 500
"""Requests prepared for each second."""


def run(plan: Plan) -> Report:
    """Median milliseconds of the slowest page, and of the dashboard from its cache."""
    store = plan.store("100k")
    with serving_all(("product",), store, plan.shape) as servers:
        pages = admin_pages.paths(store)
        cookie = admin_pages.cookie_line(store)
        measures = {
            name: _measure(servers["product"], name, admin_pages.ask(path, cookie), plan.seconds)
            for name, path in pages.items()
        }
        series = interleave(measures, plan.rounds)
    others = sorted(
        series.keys() - {admin_pages.DASHBOARD}, key=lambda name: series[name].p50_ms.median
    )
    words = {
        "dashboard from its cache": admin_pages.DASHBOARD,
        f"slowest of {len(others)} others: {others[-1]}": others[-1],
        f"the one in the middle: {others[len(others) // 2]}": others[len(others) // 2],
    }
    targets: list[Target] = [
        at_most(f"{what}, median", series[name].p50_ms, MOST_MS, " ms", of=[series[name]])
        for what, name in words.items()
    ]
    return Report("page", plan.kind, targets, series)


def _measure(server: Server, name: str, request: bytes, seconds: float) -> Measure:
    warm_up = COUNTED_ANEW_SECONDS if name == admin_pages.DASHBOARD else WARM_UP_SECONDS

    def one_after_the_other() -> Measured:
        requests = [request] * round(MOST * (seconds + warm_up))
        return run_load(
            Load(
                server.address,
                requests,
                SHOWN,
                connections=1,
                seconds=seconds,
                warm_up=warm_up,
            )
        )

    return one_after_the_other
