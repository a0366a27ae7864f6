"""A page of a long list costs what its rows cost, wherever it is: counted, not timed."""

from __future__ import annotations

import re
from functools import partial, reduce

import pytest

from tests.crowd import Crowd
from tests.plan_limits import A_ROW
from tests.plans import Cost, cost

PAGES = {
    "orders of everybody": ("admin", "/admin/api/orders?", 1000, 2),
    "orders of a customer": ("hotel", "/api/v1/orders?", 200, 1),
    "orders of a status": ("hotel", "/api/v1/orders?status=delivered&", 200, 1),
    "tracks of everybody": ("admin", "/api/v1/tracks?", 200, 10),
    "tracks for a device": ("device", "/api/v1/tracks?", 200, 10),
    "tracks of a worker": ("admin", "/api/v1/tracks?worker={worker}&", 200, 7),
    "tracks of an action": ("admin", "/api/v1/tracks?action=scanned&", 200, 10),
    "tracks of a time": ("admin", "/api/v1/tracks?from={since}&", 200, 10),
    "tracks of an action and a time": (
        "admin",
        "/api/v1/tracks?action=scanned&to={until}&",
        200,
        8,
    ),
}
SMALL_PAGE = 5
A_CURSOR = 10 * A_ROW


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_wherever_it_is(shop: Crowd, name: str) -> None:
    first, deep = costs(shop, *PAGES[name])
    assert deep.statements == first.statements
    assert abs(deep.touched - first.touched) <= A_CURSOR, (first, deep)


def test_no_page_of_a_customers_tracks_costs_more_than_the_first(shop: Crowd) -> None:
    first, deep = costs(shop, "hotel", "/api/v1/tracks?", 200, 5)
    assert deep.statements == first.statements
    assert deep.touched <= first.touched + A_CURSOR, (first, deep)


def costs(shop: Crowd, who: str, path: str, limit: int, pages: int) -> tuple[Cost, Cost]:
    """Of a small page half as far away, and of one beyond so many long ones.

    The very first rows are those that other tests made: deleted, or all at one time.
    """
    client, path = shop.asks(who), path.format(**shop.names)

    def beyond(cursor: str, limit: int) -> str:
        answer = client.get(f"{path}limit={limit}{cursor}")
        return "&cursor=" + re.search(r"cursor=(\w+)", answer.headers["Link"])[1]

    halves = [reduce(beyond, [limit // 2] * count, "") for count in (pages, 2 * pages)]
    near, far = (cost(partial(client.get, f"{path}limit={SMALL_PAGE}{one}")) for one in halves)
    return near, far
