"""The QR image: its processor time, and the request that already has it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from hashlib import sha256
from statistics import median

import qrcode

from app.support.qr import declared_text, qr_png
from bench import requests
from bench.plans import OK, Plan
from bench.rounds import interleave
from bench.servers import serving_all
from bench.stores import Store, fetch
from bench.targets import Report, at_least, at_most

DRAWN = 200
MOST = 1_500


def run(plan: Plan) -> Report:
    """Milliseconds of CPU for one PNG, ours and the library's; 304 beside 200."""
    store = plan.store()
    numbers = [str(one) for (one,) in fetch(store, "SELECT order_number FROM orders LIMIT 4000")]
    most = round(MOST * (plan.seconds + 1))
    with serving_all(("product",), store, plan.shape) as servers:
        product = servers["product"]
        whole = [requests.http("GET", f"/qr/{numbers[n % len(numbers)]}.png") for n in range(most)]
        again = _known(store, most)
        measures = {
            "product 200": plan.measure(product, store, lambda: whole, OK),
            "product 304": plan.measure(product, store, lambda: again, frozenset({304})),
        }
        series = interleave(measures, plan.rounds)
    drawn, known = series.values()
    ours = [_milliseconds(qr_png) for _ in range(plan.rounds)]
    library = [_milliseconds(_by_library) for _ in range(plan.rounds)]
    targets = [
        at_most("CPU of one PNG", median(ours), 2, " ms"),
        at_least("304/s to 200/s", known.speed_to(drawn), 1, of=(known, drawn)),
    ]
    return Report("qr", plan.kind, targets, series, {"library_ms": round(median(library), 2)})


def _known(store: Store, most: int) -> list[bytes]:
    """Requests by those who have the image already: their tag is its text's digest."""
    rows = fetch(store, "SELECT order_number, email, service_name FROM orders LIMIT 4000")
    tagged = [(number, etag(declared_text(number, email, name))) for number, email, name in rows]
    return [
        requests.http("GET", f"/qr/{number}.png", headers=f'If-None-Match: "{tag}"\r\n')
        for number, tag in (tagged[n % len(tagged)] for n in range(most))
    ]


def _milliseconds(draw: Callable[[str], object]) -> float:
    texts = [
        declared_text(f"Q3Y9{n:04d}", f"customer{n}@example.com", "Wash & Fold")
        for n in range(DRAWN)
    ]
    began = time.process_time()
    for text in texts:
        draw(text)
    return (time.process_time() - began) / DRAWN * 1000


def _by_library(text: str) -> None:
    qrcode.make(text).save(io.BytesIO())


def etag(text: str) -> str:
    """As the product tags the image of a text; another tag would answer 200, an error here."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
