"""How much a route may read: a page along an index, and by name what the contract wants whole."""

from __future__ import annotations

import os

from tests.plans import Asked, Bounds, complaints

ON_MARIADB = bool(os.environ.get("HANDOVER_TEST_DATABASE_URL"))
A_ROW = 1 if ON_MARIADB else 25
"""What reading a row is counted as: itself, or the steps for its columns."""


def bounds(rows: int) -> Bounds:
    return Bounds(rows=rows, touched=rows * A_ROW)


A_PAGE = bounds(600)
"""Of tables of 1,200 to 20,000 rows."""

SMALL = frozenset({"services", "license_types"})
"""Offers number dozens: L1 and L14 list all, and a name is compared with each (contract.md 4);
so do types of licenses."""

DASHBOARD = ("GET /admin", "GET /admin/dashboard", "GET /admin/no/such/page")
"""One page under three addresses; whichever is asked first counts its figures."""

WHOLE = {
    "GET /api/services": ("order_lines", "L1: the usage_count of every service"),
    "GET /admin/api/services": ("order_lines", "L14: the usage_count of every service"),
    "GET /admin/api/customers": ("users orders", "L18: everybody, with what they spent"),
    "GET /admin/api/workers": ("workers", "L22b: every worker"),
    "GET /api/v1/audit/statistics": ("audit_events", "ledger.md 4: figures of a time, or of all"),
    "GET /api/v1/businesses": (
        "businesses hours services",
        "booking.md 5: counted, in any order, and words are looked for in all that they tell",
    ),
    "GET /b": ("businesses hours services", "the same, on a page"),
    "GET /api/v1/businesses/categories": ("businesses", "booking.md 5: each kind is counted"),
    "GET /api/v1/businesses/{big_shop}/stats": ("orders", "booking.md 5: every appointment"),
    "GET /api/v1/licenses": ("licenses", "contract.md 3: X-Total-Count, in the same statement"),
    "GET /admin/licenses": ("licenses", "how many pages there are, likewise"),
    "GET /api/v1/licenses/status": ("licenses", "licenses.md 2: a bit of each, once a minute"),
    "GET /api/v1/admin/stats": ("orders", "V24: orders of each status, counted in an index"),
    **dict.fromkeys(DASHBOARD, ("orders licenses businesses", "V24's figures; who waits")),
}
"""Routes that by contract tell something of every row of these tables."""

COUNTED = {
    "GET /api/v1/customers": ("users", "contract.md 3: X-Total-Count of a small list"),
    "GET /api/v1/admin/users": ("users", "contract.md 3: X-Total-Count of a small list"),
    "GET /api/v1/workers": ("workers", "contract.md 3: X-Total-Count of a small list"),
    "GET /api/v1/devices": ("devices", "contract.md 3: X-Total-Count of a small list"),
    "GET /api/v1/admin/businesses": ("businesses", "contract.md 3: X-Total-Count"),
    "GET /admin/businesses": ("businesses", "how many pages there are"),
    "GET /admin/webhooks": ("webhook_subscriptions", "how many pages there are"),
    "GET /api/v1/webhooks": ("webhook_subscriptions", "contract.md 3: X-Total-Count"),
    "GET /api/v1/favorites": ("favorites businesses", "contract.md 3: X-Total-Count"),
    "GET /api/v1/audit/logs": ("audit_events", "ledger.md 4: `total` of the filter"),
}
"""Routes that by contract count these tables; what they list of them is a page all the same."""

LONG = {
    "GET /api/v1/audit/security-events": (bounds(900), "each row has one of 40 words, or not"),
    "POST /admin/exports/customers": (bounds(2_500), "the whole list, along its index"),
    "POST /admin/audit/verify": (bounds(4_000), "each row of the newest seals is proved"),
    **dict.fromkeys(
        DASHBOARD,
        (
            bounds(10_000),
            "up to 2,000 orders of 60 days and their events, once a minute: here 600 and 3,000",
        ),
    ),
    "GET /admin/api/orders": (bounds(2_100), "L21: up to 1,000 orders and their lines"),
    "GET /api/v1/tracks as hotel": (
        bounds(4_500),
        "V22: 250 orders and their 1,250 events are one customer's own, and sorted by time",
    ),
    "GET /api/v1/tracks counted": (
        bounds(22_100),
        "contract.md 3: counted to 10,000, twice read; of 2,000 orders it is asked whose they are",
    ),
    **dict.fromkeys(
        ("the condition", "GET /metrics"),
        (bounds(1_000), "what waits is counted twice, its oldest looked for twice"),
    ),
}


def judge(asked: list[Asked], route: str, limits: Bounds = A_PAGE) -> list[str]:
    """What is wrong with a route's statements, each named with its plan."""
    whole, _ = WHOLE.get(route, ("", ""))
    counted, _ = COUNTED.get(route, ("", ""))
    found = []
    for one in asked:
        is_count = one.statement.upper().startswith("SELECT COUNT(")
        may_read = SMALL | {*whole.split(), *(counted.split() if is_count else ())}
        found += [f"{route}: {problem}\n{one}" for problem in complaints(one, limits, may_read)]
    return found
