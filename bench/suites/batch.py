"""Uploads of 500 scans beside single ones."""

from __future__ import annotations

from collections.abc import Sequence

from bench import data, requests
from bench.plans import CREATED, OK, Plan
from bench.rounds import interleave
from bench.servers import serving_all
from bench.targets import Report, at_least, at_most

SIZE = 500


def run(plan: Plan) -> Report:
    """Scans a second in uploads and alone, and how long one upload takes."""
    store = plan.store()
    codes = requests.codes_of(store, recent=True)

    def uploads() -> list[bytes]:
        return batches(codes)

    def singles() -> list[bytes]:
        return requests.scans(codes)

    with serving_all(("product",), store, plan.shape) as servers:
        product = servers["product"]
        measures = {
            "product single": plan.measure(product, store, singles, CREATED),
            "product uploads": plan.measure(product, store, uploads, OK, connections=1),
        }
        series = interleave(measures, plan.rounds)
    single, many = series.values()
    times = many.speed_to(single).times(SIZE)
    alone = [result.p50_ms for result in many.rounds]
    data.restore(store, thoroughly=True)
    return Report(
        "batch",
        plan.kind,
        [
            at_least("scans/s of uploads to single", times, 10, of=(many, single)),
            at_most("one upload of 500", max(alone) / 1000, 1, " s", of=(many,)),
        ],
        series,
        {"scans_per_second": round(many.per_second * SIZE), "single": round(single.per_second)},
    )


def batches(codes: Sequence[str]) -> list[bytes]:
    """Each order moves on once in each pass; each upload is of another device."""
    starts = range(0, len(codes) - SIZE + 1, SIZE)
    cuts = [(action, start) for action in requests.ACTIONS for start in starts]
    return [
        requests.queue([(action, code) for code in codes[start : start + SIZE]], device)
        for device, (action, start) in enumerate(cuts)
    ]
