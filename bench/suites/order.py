"""Placing an order by v1 with a JWT beside the same statements by hand."""

from __future__ import annotations

from bench import data, requests
from bench.plans import CREATED, Plan
from bench.rounds import interleave
from bench.servers import serving_all
from bench.targets import Report, at_least

NAMES = ("product", "raw", "old")
MOST = 3_000
"""Orders prepared for each second; a machine that places more runs out early, which is fine."""


def run(plan: Plan) -> Report:
    """Orders a second in ratios; neither QR image nor PDF is made on the way."""
    store = plan.store()
    most = round(MOST * (plan.seconds + 1))
    with serving_all(NAMES, store, plan.shape) as servers:
        measures = {
            name: plan.measure(servers[name], store, lambda: list(requests.orders(most)), CREATED)
            for name in NAMES
        }
        series = interleave(measures, plan.rounds)
    data.restore(store, thoroughly=True)
    product, raw = series["product"], series["raw"]
    target = at_least("orders/s to raw", product.speed_to(raw), 0.6, of=(product, raw))
    notes = {"to_old": str(product.speed_to(series["old"]))}
    return Report("order", plan.kind, [target], series, notes)
