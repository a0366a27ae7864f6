"""Free time of 30 days and 20 workers among 60,000 appointments, beside two other ways to find it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench import requests
from bench.calendars import DAYS, SERVICE_ID, SLUG
from bench.inside import count_reading
from bench.plans import OK, Plan
from bench.rounds import interleave
from bench.servers import Server, answer_of, serving_all
from bench.targets import Report, at_least, at_most

STARTS = 20
"""Different first days, from tomorrow on."""
MOST = 1_000
"""Requests prepared for each second."""
COLD_MS = {"sqlite": 15.0, "mariadb": 30.0}
WARM_MS = 3.0
ALONE = 1
"""Connections: how long an answer takes, not how many there are in a second."""


def run(plan: Plan) -> Report:
    """How long one look takes, new and known already; and the two other ways to the same answer."""
    store = plan.store("slots")
    queries = _queries()
    most = round(MOST * (plan.seconds + 1))
    with serving_all(("product", "calendars"), store, plan.shape) as servers:
        product, others = servers["product"], servers["calendars"]
        paths = {
            "product new": [f"/api/v1/businesses/{SLUG}/availability?{one}" for one in queries],
            "sweep": [f"/sweep?{one}" for one in queries],
            "each day and worker": [f"/each?{one}" for one in queries],
        }
        tags = [answer_of(product.address, path).headers["ETag"] for path in paths["product new"]]
        _agree(servers, paths)
        known = [f"If-None-Match: {tag}\r\n" for tag in tags]
        measures = {
            name: plan.measure(
                product if name == "product new" else others,
                store,
                partial(list, _requests(some, most)),
                OK,
                connections=ALONE,
            )
            for name, some in paths.items()
        }
        again = _requests(paths["product new"], most, known)
        measures["product known"] = plan.measure(
            product, store, partial(list, again), frozenset({304}), connections=ALONE
        )
        series = interleave(measures, plan.rounds)
    new, seen = series["product new"], series["product known"]
    statements = count_reading(store, paths["product new"][0])
    targets = [
        at_most("statements", float(statements), 5),
        at_most("p95 of a new look", new.p95_ms, COLD_MS[plan.kind], " ms", of=(new,)),
        at_most("p50 of a known one (304)", seen.p50_ms, WARM_MS, " ms", of=(seen,)),
        at_least(
            "looks/s to the sweep's", new.speed_to(series["sweep"]), 1, of=(new, series["sweep"])
        ),
        at_least(
            "looks/s to a query of each day and worker",
            new.speed_to(series["each day and worker"]),
            2,
            of=(new, series["each day and worker"]),
        ),
    ]
    return Report("slots", plan.kind, targets, series)


def _queries() -> list[str]:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    firsts = [tomorrow + timedelta(days=number) for number in range(STARTS)]
    return [
        f"service_id={SERVICE_ID}&date={first}&to={first + timedelta(days=DAYS - 1)}"
        for first in firsts
    ]


def _agree(servers: Mapping[str, Server], paths: Mapping[str, list[str]]) -> None:
    """All three have to say the same, or their speed says nothing."""
    found = []
    for name, some in paths.items():
        server = servers["product" if name == "product new" else "calendars"]
        days = json.loads(answer_of(server.address, some[0]).body)["days"]
        found.append([(day["date"], day["slots"], _ids(day)) for day in days])
    if not found[0] == found[1] == found[2]:
        raise RuntimeError("the ways to find free time do not agree")


def _ids(day: dict[str, Any]) -> list[list[int]]:
    return [one["worker_ids"] for one in day["detail"]]


def _requests(paths: Sequence[str], most: int, headers: Sequence[str] = ("",)) -> list[bytes]:
    """Each by somebody else: nobody is limited."""
    return [
        requests.http("GET", paths[one % len(paths)], headers=headers[one % len(headers)])
        for one in range(most)
    ]
