"""No statement of a request reads a table: each goes along an index, and stops (quality.md, Speed)."""

from __future__ import annotations

import pytest

from app import database
from app.database.guard import UNRECORDED
from app.http.paging import COUNT_CAP
from tests.crowd import Crowd
from tests.holes.routes import ROUTES, Route
from tests.plan_limits import A_PAGE, LONG, ON_MARIADB, judge
from tests.plans import explained

# --- every route --------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=[route.name for route in ROUTES])
def test_a_route_goes_along_indexes(shop: Crowd, route: Route) -> None:
    world = shop.new_world() if route.writes else shop.world
    path, body = world.path(route.template), route.body(world)
    with explained() as asked:
        answer = world.send(route.opener, route.method, path, body)
    wanted = (route.statuses | route.by_cookie)[route.opener]
    assert answer.status_code == wanted, answer.text
    limits, _ = LONG.get(route.name, (A_PAGE, ""))
    assert judge(asked, route.name, limits) == []


# --- lists, with every filter -------------------------------------------------------------------


def _each(readers: tuple[str, ...], queries: list[str]) -> dict[str, list[str]]:
    return dict.fromkeys(readers, queries)


WINDOW = "from={since}&to={until}"
PAGE_PERIOD = "from=2020-01-01&to=2099-01-01"
PERIOD = "start_date={since}&end_date={until}"
LISTS = {
    "/api/orders": {"nobody": ["email={email}", "email=nobody@crowd.example"]},
    "/admin/account/sessions": {"admin": ["limit=20", "limit=20&cursor=1z"]},
    "/admin/api/orders": {"admin": ["limit=20", "limit=20&cursor={old_order}"]},
    "/api/v1/services": {"nobody": ["page=2&per_page=5"]},
    "/api/v1/customers": {"admin": ["", "page=3", "page=10&per_page=10"]},
    "/api/v1/admin/users": {
        "admin": [
            *("", "page=3", "role=customer&page=3", "role=admin"),
            *("query=user", "query=user1200@crowd&role=customer", "query=0170 5551234"),
        ]
    },
    "/api/v1/workers": {"admin": ["", "page=3"]},
    "/api/v1/devices": {"admin": ["", "page=3"]},
    "/api/v1/orders": _each(
        ("grace", "hotel"),
        [
            "",
            "cursor={old_order}",
            "total=1",
            "status=delivered",
            "status=created",
            WINDOW,
            "from={since}",
            "to={until}",
            f"status=delivered&{WINDOW}&cursor={{old_order}}&total=1",
        ],
    ),
    "/api/v1/tracks": _each(
        ("admin", "device", "grace", "hotel"),
        [
            "",
            "cursor={old_track}",
            "order={own_number}",
            "worker={worker}",
            "worker={idle_worker}",
            "action=picked_up",
            "action=cancelled",
            WINDOW,
            "from={since}",
            "to={until}",
            f"{WINDOW}&cursor={{old_track}}",
            f"worker={{worker}}&{WINDOW}",
            "worker={worker}&to={until}",
            f"action=delivered&{WINDOW}",
            "action=delivered&to={until}",
            "worker={worker}&action=delivered",
            "worker={worker}&cursor={old_track}",
            "action=delivered&cursor={old_track}",
            f"order={{own_number}}&worker={{worker}}&action=scanned&{WINDOW}&cursor={{old_track}}",
        ],
    ),
    "/api/v1/audit/logs": {
        "admin": [
            "limit=20",
            "limit=20&offset=20",
            "limit=20&user_id={customer}",
            "limit=20&action=ORDER_UPDATED",
            "limit=20&resource_type=order&resource_id={order}",
            "limit=20&resource_id={order}",
            "limit=20&ip_address=192.0.2.7",
            f"limit=20&{PERIOD}",
            f"action=LOGIN&user_id={{customer}}&resource_id={{order}}&ip_address=192.0.2.7&{PERIOD}",
        ]
    },
    "/admin/people": {
        "admin": [
            *("", "limit=20&cursor=12c", "role=customer&cursor=12c", "role=admin"),
            *("q=user", "q=user1200@crowd", "q=0170 5551234", "role=admin&q=user"),
        ]
    },
    "/admin/customers": {
        "admin": [
            "",
            "limit=20&cursor=12c",
            "active=1",
            "active=0&cursor=12c",
            "q=user",
            "q=user1200@crowd",
            "q=0170 5551234",
            "active=1&q=user",
        ]
    },
    "/admin/customers/{customer}": {"admin": ["", "cursor={old_order}"]},
    "/admin/customers/{hotel}": {"admin": ["", "cursor={old_order}"]},
    "/admin/orders": {
        "admin": [
            "",
            "cursor={old_order}",
            "status=picked_up&cursor={old_order}",
            "status=delivered",
            "status=delivered&from={since}&to={until}&cursor={old_order}",
            "status=picked_up&from={since}&to={until}",
            "status=cancelled&to={until}&cursor={old_order}",
            "from={since}&to={until}",
            "to={until}&cursor={old_order}",
            "late=1",
            "late=1&status=picked_up&cursor={old_order}",
            "flagged=1",
            "flagged=1&status=delivered&from={since}",
        ]
    },
    "/admin/orders/{number}": {"admin": ["", "cursor={old_track}"]},
    "/admin/search": {
        "admin": [
            "q=guest",
            "q=gu",
            "q=guest7@crowd",
            "q={email}",
            "q=0170 5551234",
            "q={number:.3}",
        ]
    },
    "/admin/orders/new": {"admin": ["q=guest", "like={number}", "customer={customer}"]},
    "/admin/orders/new/people": {"admin": ["q=user", "q=guest7@", "q=0170 5551234"]},
    "/admin/board/news": {"admin": ["", "after=7"]},
    "/admin/workers": {"admin": ["", "active=1", "active=1&cursor=12c"]},
    "/admin/workers/{worker}": {"admin": [""]},
    "/admin/devices": {
        "admin": ["", "cursor=12c", "state=active", "state=silent", "state=all&cursor=12c"]
    },
    "/admin/review": {
        "admin": ["", "kind=flagged", "kind=unverified", "kind=rejected", "cursor={old_track}"]
    },
    "/admin/audit": {
        "admin": [
            "",
            f"cursor={{old_event}}&{PAGE_PERIOD}",
            *(
                f"{one}{more}"
                for one in (
                    "action=ORDER_UPDATED",
                    "account={customer}",
                    "kind=order&number={order}",
                    "address=192.0.2.7",
                    PAGE_PERIOD,
                    "action=LOGIN&account={customer}&address=192.0.2.7",
                )
                for more in ("", "&cursor={old_event}")
            ),
        ]
    },
    "/api/v1/licenses": {
        "admin": [
            *("page=3", "worker_id={idle_worker}", "type=craft1", "status=valid&page=9"),
            *(
                "status=revoked",
                "status=requested",
                "expiring_within=30",
                "expiring_within=30&page=2",
            ),
        ]
    },
    "/admin/licenses": {
        "admin": [
            "page=3",
            "worker={idle_worker}",
            "status=valid",
            "status=requested",
            "expiring=1",
        ]
    },
    "/api/v1/businesses": {
        "nobody": [
            "",
            "page=5",
            "category=spa&sort=newest",
            "city=town 7",
            "search=cut 7",
            "sort=rating",
            "open_at=2026-11-30T10:00:00Z",
        ]
    },
    "/api/v1/businesses/{big_shop}": {"nobody": [""], "hotel": [""]},
    "/api/v1/businesses/{big_shop}/reviews": {"nobody": ["", "cursor=7zz"]},
    "/api/v1/businesses/{big_shop}/stats": {"hotel": [""], "admin": [""]},
    "/api/v1/businesses/{big_shop}/staff": {"hotel": [""]},
    "/api/v1/businesses/{big_shop}/time-off": {"hotel": [""]},
    "/api/v1/businesses/mine": {"hotel": [""], "grace": [""]},
    "/api/v1/notifications": {"hotel": ["", "unread=1", "cursor=2s", "unread=1&cursor=2s"]},
    "/api/v1/favorites": {"hotel": ["", "page=3"]},
    "/api/v1/admin/businesses": {
        "admin": ["", "page=4", "status=pending", "changed=true", "status=approved&page=9"]
    },
    "/api/v1/admin/businesses/{big_shop_id}": {"admin": [""]},
    "/api/v1/audit/my-logs": {
        "grace": ["", "about=1", f"action=LOGIN&{PERIOD}", f"about=1&{PERIOD}"]
    },
    "/api/v1/audit/statistics": {"admin": [PERIOD]},
    "/api/v1/audit/security-events": {"admin": ["limit=20&hours=168"]},
    "/api/v1/audit/failed-logins": {"admin": ["limit=20&hours=168"]},
}
FILTERED = [
    (path, who, query)
    for path, readers in LISTS.items()
    for who, queries in readers.items()
    for query in queries
]


@pytest.mark.parametrize(("path", "who", "query"), FILTERED)
def test_a_list_goes_along_an_index_with_every_filter(
    shop: Crowd, path: str, who: str, query: str
) -> None:
    with explained() as asked:
        answer = shop.asks(who).get(f"{path}?{query}".format(**shop.names))
    assert answer.status_code == 200, answer.text
    limits, _ = LONG.get(f"GET {path} as {who}", (A_PAGE, ""))
    assert judge(asked, f"GET {path}", limits) == []


def test_businesses_near_a_place_are_found_along_an_index(shop: Crowd) -> None:
    with explained() as asked:
        found = shop.asks("nobody").get("/api/v1/businesses?lat=45&lng=20&radius_km=5").json
    assert 0 < len(found) < 20
    assert judge(asked, "GET /api/v1/businesses near a place") == []


@pytest.mark.parametrize("who", ["admin", "device", "hotel"])
def test_tracks_are_counted_no_further_than_the_cap(shop: Crowd, who: str) -> None:
    with explained() as asked:
        answer = shop.asks(who).get("/api/v1/tracks?total=1")
    assert int(answer.headers["X-Total-Count"]) <= COUNT_CAP
    limits, _ = LONG["GET /api/v1/tracks counted"]
    assert judge(asked, "GET /api/v1/tracks", limits) == []


# --- the checker --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "columns", "path"),
    [
        ("ix_orders_email_key_id", "orders (email_key, id)", "/api/orders?email={email}"),
        (
            "ix_tracks_received_at_id",
            "tracks (received_at, id)",
            "/api/v1/tracks?to={until}",
        ),
    ],
)
def test_the_checker_complains_of_a_list_without_its_index(
    shop: Crowd, index: str, columns: str, path: str
) -> None:
    execute(f"DROP INDEX {index}" + (f" ON {columns.split()[0]}" if ON_MARIADB else ""))
    try:
        with explained() as asked:
            shop.asks("admin").get(path.format(**shop.names))
    finally:
        execute(f"CREATE INDEX {index} ON {columns}")
    assert judge(asked, f"GET {path}") != []


def test_the_checker_complains_of_a_walk_that_does_not_stop(shop: Crowd) -> None:
    with explained() as asked:
        execute("SELECT id FROM tracks WHERE note = 'never' ORDER BY id DESC LIMIT 1")
    [complaint] = judge(asked, "a walk")
    assert "touches" in complaint


def execute(statement: str) -> None:
    with database.db.engine.connect() as connection:
        connection.execution_options(**UNRECORDED)
        connection.exec_driver_sql(statement).close()
        connection.commit()
