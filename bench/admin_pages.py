"""The admin's pages, by the words on them, with things of a filled store in their addresses."""

from __future__ import annotations

from urllib.parse import quote

from bench import requests
from bench.pages import admin_cookie
from bench.rows import ORDERS_PER_ADDRESS, address_of, name_of, phone_of
from bench.stores import Store, fetch

DASHBOARD = "dashboard"


def paths(store: Store) -> dict[str, str]:
    """Every page that reads, by name; what is looked for lies in the middle of the table."""
    middle = store.orders // 2
    [(number, label)] = fetch(
        store, "SELECT order_number, label_code FROM orders WHERE id = ?", (middle,)
    )
    [(flagged,)] = fetch(
        store, "SELECT event_id FROM tracks WHERE result = 'flagged' ORDER BY id DESC LIMIT 1"
    )
    first, _, last = name_of(middle).partition(" ")
    looked_for = {
        "number": number,
        "half a number": number[:4],
        "name": f"{first} {last}",
        "last name": last[:4],
        "phone": phone_of(middle),
        "e-mail": address_of(middle // ORDERS_PER_ADDRESS, store.orders),
        "label": label,
        "scanned text": f"https://bench.example/track/{label}",
        "nobody": "Zebulon Quux",
    }
    return {
        DASHBOARD: "/admin/dashboard",
        "board": "/admin/board",
        "board's news": "/admin/board/news?after=0",
        "orders": "/admin/orders",
        "orders of a status": "/admin/orders?status=picked_up",
        "order": f"/admin/orders/{number}",
        "edit order": f"/admin/orders/{number}/edit",
        "new order": "/admin/orders/new",
        "people for a new order": f"/admin/orders/new/people?q={quote(last)}",
        **{
            f"search by {what}": f"/admin/search?q={quote(text)}"
            for what, text in looked_for.items()
        },
        "services": "/admin/services",
        "customers": "/admin/customers",
        "customers by name": f"/admin/customers?q={quote(last)}",
        "customer": "/admin/customers/1001",
        "workers": "/admin/workers",
        "worker": "/admin/workers/1",
        "devices": "/admin/devices",
        "device": "/admin/devices/2",
        "review": "/admin/review",
        "review one": f"/admin/review/{flagged}",
        "audit": "/admin/audit",
        "account": "/admin/account",
        "sessions": "/admin/account/sessions",
    }


def cookie_line(store: Store) -> str:
    """The header by which the bench's admin is signed in."""
    return f"Cookie: session={admin_cookie(store)}\r\n"


def ask(path: str, cookie: str) -> bytes:
    """One request as a browser sends it."""
    return requests.http("GET", path, headers=f"{cookie}Accept: text/html\r\n")
