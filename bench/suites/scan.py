"""A single scan beside the same statements by hand, and beside a tutorial's."""

from __future__ import annotations

from typing import Any

from bench import data, requests
from bench.callgrind import instructions_per_scan
from bench.inside import count_statements
from bench.plans import CREATED, Plan
from bench.rounds import interleave
from bench.servers import serving_all
from bench.stores import Store, fetch
from bench.targets import Report, at_least, at_most

NAMES = ("product", "raw", "idiomatic", "old")


def run(plan: Plan) -> Report:
    """Throughput and p99 in ratios; statements and, on demand, instructions of one scan."""
    store = plan.store()
    codes = requests.codes_of(store, recent=True)
    notes: dict[str, Any] = {
        "statements": {name: count_statements(name, store) for name in ("product", "idiomatic")}
    }
    with serving_all(NAMES, store, plan.shape) as servers:
        measures = {
            name: plan.measure(servers[name], store, lambda: requests.scans(codes), CREATED)
            for name in NAMES
        }
        series = interleave(measures, plan.rounds)
    product, raw = series["product"], series["raw"]
    notes["to_old"] = str(product.speed_to(series["old"]))
    notes["verdicts"] = _verdicts(store)
    targets = [
        at_least("scans/s to raw", product.speed_to(raw), 0.55, of=(product, raw)),
        at_least(
            "scans/s to idiomatic",
            product.speed_to(series["idiomatic"]),
            1.5,
            of=(product, series["idiomatic"]),
        ),
        at_most("p99 to raw", product.p99_to(raw), 2.0, of=(product, raw)),
        at_most("statements", float(notes["statements"]["product"]), 7),
    ]
    if plan.callgrind:
        found = {name: instructions_per_scan(name, store) for name in ("product", "raw")}
        notes["instructions"] = found
        targets.append(at_most("instructions", found["product"] / 1e6, 4.5, " M"))
    data.restore(store, thoroughly=True)
    return Report("scan", plan.kind, targets, series, notes)


def _verdicts(store: Store) -> dict[str, int]:
    """What became of the product's scans: they are to move their orders on."""
    found = fetch(
        store,
        "SELECT result, reasons, COUNT(*) FROM tracks WHERE id > (SELECT tracks FROM bench_done)"
        " AND key_id <> '0000000000000000' GROUP BY result, reasons",
    )
    return {" ".join(filter(None, map(str, one[:2]))): int(one[2]) for one in found}
