"""Look-ups by e-mail, by number and by label beside the same SELECTs by hand; small and large; pages."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from bench import pages, requests
from bench.people import device_token
from bench.plans import OK, Plan
from bench.rounds import Measure, interleave
from bench.rows import DEVICES, ORDERS_PER_ADDRESS
from bench.servers import serving_all
from bench.stores import Size, Store, fetch
from bench.targets import Report, Target, at_least, at_most

NAMES = ("product", "raw")
LARGE = ", 1m"
DIFFERENT = 4_000
ADDRESSES = 100
"""In the small and in the large database: 1,000 orders, which lie on as many pages of the large one."""
MOST = 12_000
MOST_PAGES = 3_000
"""Requests prepared for each second."""

Kinds = dict[str, Callable[[Store, int], list[bytes]]]


def run(plan: Plan) -> Report:
    """To raw on the small database; on MariaDB, the large one to the small."""
    with ExitStack() as stack:
        measures: dict[str, Measure] = {}
        _add(stack, measures, plan, "10k", NAMES, "")
        if plan.kind == "mariadb":
            _add(stack, measures, plan, "1m", ("product",), LARGE)
            _add_pages(stack, measures, plan)
        series = interleave(dict(sorted(measures.items(), key=_by_kind)), plan.rounds)
    targets: list[Target] = []
    for kind in KINDS:
        product, raw = series[f"product {kind}"], series[f"raw {kind}"]
        targets.append(at_least(f"{kind} to raw", product.speed_to(raw), 0.7, of=(product, raw)))
        if (large := series.get(f"product {kind}{LARGE}")) is not None:
            grown = product.speed_to(large)
            targets.append(
                at_most(f"{kind}, 10,000 to 1,000,000 orders", grown, 1.25, of=(product, large))
            )
    for name in pages.LISTS:
        if (deep := series.get(f"{name}{pages.DEEP}")) is not None:
            slower = series[name].speed_to(deep)
            targets.append(
                at_most(f"{name}, page {pages.PAGE:,} to 1", slower, 1.1, of=(series[name], deep))
            )
    return Report("read", plan.kind, targets, series, _notes(plan))


def _notes(plan: Plan) -> dict[str, Any]:
    pool = Store(plan.kind, "10k").settings().get("innodb_buffer_pool_size")
    return {} if pool is None else {"innodb_buffer_pool_size": pool}


def _add_pages(stack: ExitStack, measures: dict[str, Measure], plan: Plan) -> None:
    store = plan.store("1m")
    most = round(MOST_PAGES * (plan.seconds + 1))
    servers = stack.enter_context(serving_all(("product",), store, plan.shape))
    for name in pages.LISTS:
        for mark, make in (("", pages.first), (pages.DEEP, pages.deep)):
            made = make(store, name, most)
            measure = plan.measure(servers["product"], store, partial(list, made), OK)
            measures[f"{name}{mark}"] = measure


def _add(
    stack: ExitStack,
    measures: dict[str, Measure],
    plan: Plan,
    size: Size,
    names: tuple[str, ...],
    mark: str,
) -> None:
    store = plan.store(size)
    most = round(MOST * (plan.seconds + 1))
    servers = stack.enter_context(serving_all(names, store, plan.shape))
    for kind, make in KINDS.items():
        made = make(store, most)
        for name in names:
            measure = plan.measure(servers[name], store, partial(list, made), OK)
            measures[f"{name} {kind}{mark}"] = measure


def _by_kind(named: tuple[str, Measure]) -> int:
    """What is compared follows each other."""
    kinds = (*KINDS, *pages.LISTS)
    return next(place for place, kind in enumerate(kinds) if kind in named[0])


def _by_email(store: Store, most: int) -> list[bytes]:
    addresses = store.orders // ORDERS_PER_ADDRESS
    chosen = random.Random(1).sample(range(addresses), min(addresses, ADDRESSES))
    paths = [f"/api/orders?email=customer{number}%40example.com" for number in chosen]
    return [requests.http("GET", paths[number % len(paths)]) for number in range(most)]


def _by_number(store: Store, most: int) -> list[bytes]:
    names = _some(store, "order_number")
    return [
        requests.http(
            "GET",
            f"/api/v1/orders/{names[number % len(names)]}",
            token=device_token(number % DEVICES),
        )
        for number in range(most)
    ]


def _by_label(store: Store, most: int) -> list[bytes]:
    codes = _some(store, "label_code")
    return [
        requests.http("GET", f"/api/v1/track/{codes[number % len(codes)]}")
        for number in range(most)
    ]


def _some(store: Store, column: str) -> list[str]:
    """Of orders all over the table, in no order."""
    every = max(1, store.orders // DIFFERENT)
    found = [
        str(one) for (one,) in fetch(store, f"SELECT {column} FROM orders WHERE id % {every} = 0")
    ]
    random.Random(2).shuffle(found)
    return found


KINDS: Kinds = {"by e-mail": _by_email, "by number": _by_number, "tracking": _by_label}
