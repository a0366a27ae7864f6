"""Pages of the long lists, at the beginning and deep down, as an admin and a device turn them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from app.support.tokens import token_digest
from bench import requests
from bench.environment import secret
from bench.people import device_token
from bench.stores import Store, fetch

PAGE, LIMIT = 10_000, 50
DEEP = f", page {PAGE:,}"
_ARRIVAL = "received_at DESC, id DESC"

LISTS = {
    "orders": ("/admin/api/orders?", "orders", "id DESC"),
    "tracks": ("/api/v1/tracks?", "tracks", _ARRIVAL),
    "tracks of an action": (
        "/api/v1/tracks?action=scanned&",
        "tracks WHERE action = 'scanned'",
        _ARRIVAL,
    ),
}
"""The path, and where its rows are in which order."""


def first(store: Store, name: str, most: int) -> list[bytes]:
    """Requests for a list's first page."""
    return _asking(store, name, "", most)


def deep(store: Store, name: str, most: int) -> list[bytes]:
    """Requests for its page 10,000."""
    _, table, order = LISTS[name]
    last = f"SELECT id FROM {table} ORDER BY {order} LIMIT 1 OFFSET {(PAGE - 1) * LIMIT - 1}"
    [(last_id,)] = fetch(store, last)
    return _asking(store, name, f"&cursor={_base36(last_id)}", most)


def _asking(store: Store, name: str, cursor: str, most: int) -> list[bytes]:
    path = f"{LISTS[name][0]}limit={LIMIT}{cursor}"
    if path.startswith("/admin"):
        cookie = f"Cookie: session={admin_cookie(store)}\r\n"
        return [requests.http("GET", path, headers=cookie) for _ in range(most)]
    return [requests.http("GET", path, token=device_token(0)) for _ in range(most)]


def admin_cookie(store: Store) -> str:
    """A session of the admin whom the set-up made, good for a day."""
    cookie = f"hs_{secret('admin session')[:43]}"
    now = datetime.now(UTC).replace(tzinfo=None)
    with closing(store.connect()) as connection:
        cursor = connection.cursor()
        digest = token_digest(cookie)
        cursor.execute(store.sql("DELETE FROM admin_sessions WHERE token_digest = ?"), (digest,))
        cursor.execute(
            store.sql(
                "INSERT INTO admin_sessions (user_id, token_digest, created_at, expires_at)"
                " SELECT MIN(id), ?, ?, ? FROM users WHERE role = 'admin'"
            ),
            (digest, now.isoformat(" "), (now + timedelta(days=1)).isoformat(" ")),
        )
        connection.commit()
    return cookie


def _base36(number: int) -> str:
    """A cursor's spelling."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text
