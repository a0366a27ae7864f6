"""Pages of the ledger: disjoint, complete, and cheap (ledger.md 4 and 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.support import clock
from tests.api.audit.bulk import NOBODYS, insert_many
from tests.rules.test_statements import READ_MOST, asked

LOGS = "/api/v1/audit/logs"
LISTS = [
    LOGS,
    f"{LOGS}?user_id={NOBODYS}&action=LOGIN&resource_id=9&ip_address=192.0.2.1&limit=2",
    "/api/v1/audit/my-logs?limit=1",
    "/api/v1/audit/my-logs?about=1&limit=1",
    "/api/v1/audit/statistics?start_date=2026-01-01",
    "/api/v1/audit/security-events",
    "/api/v1/audit/failed-logins?limit=1",
    "/api/v1/audit/resource/order/1",
    "/api/v1/audit/checkpoint",
]


def walk(admin, limit: int, **query) -> list[list[int]]:
    """The ids of every page."""
    pages, total = [], 1
    while sum(map(len, pages)) < total:
        page = {**query, "limit": limit, "offset": sum(map(len, pages))}
        answer = admin.get(LOGS, query_string=page).json
        total = answer["total"]
        assert (answer["limit"], answer["offset"]) == (limit, page["offset"])
        pages.append([row["id"] for row in answer["logs"]])
        assert pages[-1], "a page is empty before its time"
    return pages


@pytest.mark.parametrize("limit", [1, 7, 25, 1000])
def test_pages_are_disjoint_and_complete_when_all_happened_at_once(admin, limit):
    now = clock.now()
    insert_many(50, now, user_id=NOBODYS)
    pages = walk(admin, limit, user_id=NOBODYS)
    seen = [one for page in pages for one in page]
    assert len(seen) == len(set(seen)) == 50
    assert seen == sorted(seen, reverse=True)
    assert all(len(page) == limit for page in pages[:-1])


def test_a_later_id_of_an_earlier_time_stands_where_its_time_is(admin):
    now = clock.now()
    insert_many(3, now, user_id=NOBODYS)
    insert_many(3, now - timedelta(hours=1), user_id=NOBODYS)
    ids = [one for page in walk(admin, 2, user_id=NOBODYS) for one in page]
    assert ids == [*sorted(ids[:3], reverse=True), *sorted(ids[3:], reverse=True)]
    assert max(ids[:3]) < min(ids[3:])


def test_a_page_beyond_the_last_is_empty_and_knows_the_total(admin):
    insert_many(3, clock.now(), user_id=NOBODYS)
    for offset in (3, 4, 2**63 - 1):
        answer = admin.get(LOGS, query_string={"user_id": NOBODYS, "offset": offset})
        assert (answer.json["logs"], answer.json["total"]) == ([], 3)


def test_the_total_is_exact_however_large(admin):
    insert_many(1200, clock.now(), user_id=NOBODYS)
    first = admin.get(f"{LOGS}?user_id={NOBODYS}&limit=1000").json
    assert (len(first["logs"]), first["total"]) == (1000, 1200)
    rest = admin.get(f"{LOGS}?user_id={NOBODYS}&limit=1000&offset=1000").json
    assert (len(rest["logs"]), rest["total"]) == (200, 1200)


@pytest.mark.parametrize("path", LISTS)
def test_reading_the_ledger_writes_nothing_and_asks_three_statements(admin, path):
    insert_many(3, clock.now(), user_id=NOBODYS, action="LOGIN_FAILED", ip_address="192.0.2.1")
    found = asked(lambda: admin.get(path), status=200)
    assert len(found) <= READ_MOST, found
    assert all(one.startswith("SELECT") for one in found), found
