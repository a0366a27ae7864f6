"""A scan among 1,000,000 orders and 5,000,000 tracks beside one among 10,000."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from bench import data, requests
from bench.plans import CREATED, Plan
from bench.rounds import Measure, interleave
from bench.servers import serving_all
from bench.stores import Size
from bench.targets import Report, at_least

SIZES: tuple[Size, ...] = ("10k", "1m")


def run(plan: Plan) -> Report:
    """Throughput of the large one to the small, for the newest orders and for any."""
    measures: dict[str, Measure] = {}
    stores = {size: plan.store(size) for size in SIZES}
    with ExitStack() as stack:
        for size, store in stores.items():
            servers = stack.enter_context(serving_all(("product",), store, plan.shape))
            for words, recent in (("recent", True), ("any", False)):
                codes = requests.codes_of(store, recent=recent)
                measures[f"{words} {size}"] = plan.measure(
                    servers["product"],
                    store,
                    partial(requests.scans, codes),
                    CREATED,
                )
        series = interleave(measures, plan.rounds)
    for store in stores.values():
        data.restore(store, thoroughly=True)
    targets = []
    for words, what in (("recent", "scans of the newest orders"), ("any", "scans of any order")):
        small, large = series[f"{words} 10k"], series[f"{words} 1m"]
        targets.append(
            at_least(f"{what}, 1m to 10k", large.speed_to(small), 0.93, of=(small, large))
        )
    pool = stores["1m"].settings().get("innodb_buffer_pool_size")
    return Report("grow", plan.kind, targets, series, {"innodb_buffer_pool_size": pool})
