"""The hot path goes along indexes in every form that it has (quality.md, Speed)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.database import replaying
from app.operations.audit.sealing import seal_all
from app.operations.outbox.find import get_condition, list_messages
from app.operations.outbox.retry import retry_dead
from tests.crowd import Crowd
from tests.crowd_rows import FIRST
from tests.outbox import Receiver
from tests.plan_limits import A_PAGE, LONG, judge
from tests.plans import explained
from tests.scanning import SCAN, SCANS, aged_order, ago, batch, event, long_form

Call = Callable[[Crowd], Any]


def _scan(form: Callable[[Crowd], Any], *, path: str = SCAN, who: str = "device") -> Call:
    return lambda shop: shop.asks(who).post(path, json=form(shop))


def _again(call: Callable[[Crowd, Any], Any], body: Callable[[Crowd], Any]) -> Call:
    """The second time; what the first asks is judged, too."""

    def twice(shop: Crowd) -> Any:
        one = body(shop)
        call(shop, one)
        return call(shop, one)

    return twice


def _placing(shop: Crowd, body: Any) -> Any:
    headers = {"Idempotency-Key": "once"}
    return shop.asks("grace").post("/api/v1/orders", json=body, headers=headers)


def _fifty(shop: Crowd) -> Any:
    some = [aged_order().label_code for _ in range(10)]
    return batch(*(event(some[n % 10], "scanned", occurred_at=ago(seconds=n)) for n in range(50)))


HOT: dict[str, Call] = {
    "a scan by number": _scan(lambda shop: long_form(shop.names["number"])),
    "a scan by an old label": _scan(lambda shop: long_form(shop.names["old_label"])),
    "a scan of an imported number": _scan(lambda shop: long_form(shop.names["alias"])),
    "a scan of nothing": _scan(lambda _: long_form("NOSUCH42")),
    "a scan in the short form": _scan(lambda shop: {"qr_data": shop.names["label"]}),
    "a scan of another's device": _scan(
        lambda shop: long_form(shop.names["label"], worker_id=shop.names["worker"])
    ),
    "a replay": _again(
        lambda shop, body: shop.asks("device").post(SCAN, json=body),
        lambda shop: long_form(shop.names["label"]),
    ),
    "a batch": _scan(_fifty, path=SCANS),
    "a batch's replay": _again(
        lambda shop, body: shop.asks("device").post(SCANS, json=body), _fifty
    ),
    "an old scan by number": _scan(
        lambda shop: {"order_number": shop.names["number"], "action": "At Factory"},
        path="/worker/scan",
    ),
    "an old scan by e-mail": _scan(
        lambda shop: {"email": shop.names["email"], "action": "At Factory"}, path="/worker/scan"
    ),
    "an old scan by nobody": _scan(
        lambda shop: {
            "workerName": "worker",
            "workerEmail": f"worker{shop.names['idle_worker']}@crowd.example",
            "orderData": f"ORDER: {shop.names['number']}",
            "action": "At Factory",
        },
        path="/api/tracks",
        who="nobody",
    ),
    "an order under a key, again": _again(_placing, lambda _: {"service_id": FIRST}),
    "an order of two services": lambda shop: shop.asks("nobody").post(
        "/api/orders",
        json={"name": "Bo", "email": "bo@x.example", "serviceIds": [FIRST, FIRST + 1]},
    ),
    "a failed login, again": _again(
        lambda shop, body: shop.asks("nobody").post("/api/v1/auth/login", json=body),
        lambda _: {"email": "nobody@x.example", "password": "wrong"},
    ),
    "a worker's failed login": lambda shop: shop.asks("nobody").post(
        "/api/v1/workers/login", json={"email": "nobody@x.example", "password": "wrong"}
    ),
    "a look-up of no order": lambda shop: shop.asks("admin").get("/api/v1/orders/NOSUCH42"),
    "an order by id": lambda shop: shop.asks("admin").get(f"/api/v1/orders/{shop.names['order']}"),
    "an order by alias": lambda shop: shop.asks("device").get(
        f"/api/v1/orders/{shop.names['alias']}"
    ),
    "tracking by an old label": lambda shop: shop.asks("nobody").get(
        f"/api/v1/track/{shop.names['old_label']}"
    ),
}


@pytest.mark.parametrize("name", HOT)
def test_the_hot_path_goes_along_indexes(shop: Crowd, name: str) -> None:
    with explained() as asked:
        answer = HOT[name](shop)
    assert answer.status_code in (200, 201, 401, 404), answer.text
    assert asked
    assert judge(asked, name) == []


def test_sealing_goes_along_indexes(shop: Crowd) -> None:
    shop.asks("device").post(SCAN, json=long_form(shop.names["label"]))
    seal_all()
    shop.asks("device").post(SCAN, json=long_form(shop.names["label"]))
    with explained() as asked:
        assert seal_all().rows > 0
    assert judge(asked, "sealing") == []


OUTBOX: dict[str, Callable[[], Any]] = {
    "sending": lambda: Receiver().deliver(),
    "putting off": lambda: Receiver(lambda _: True).deliver(),
    "the condition": lambda: replaying(get_condition),
    "the list": lambda: replaying(lambda: list_messages(dead=False, limit=100)),
    "the list of the dead": lambda: replaying(lambda: list_messages(dead=True, limit=100)),
    "trying the dead again": lambda: replaying(retry_dead),
}


@pytest.mark.parametrize("name", OUTBOX)
def test_the_outbox_is_emptied_along_indexes(shop: Crowd, name: str) -> None:
    with explained() as asked:
        OUTBOX[name]()
    assert asked
    limits, _ = LONG.get(name, (A_PAGE, ""))
    assert judge(asked, name, limits) == []
