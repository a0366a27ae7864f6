"""Rows as the product writes them: orders and the events of their lives.

The newest orders (POOL of them) and as many spread over the rest are open, picked up and seen
since; the others are delivered. The events of a block of orders are interleaved, as they arrive in
life: those of one order do not lie side by side. One sighting in some hundred waits for a person.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.support.label_codes import new_label_code, new_order_number
from app.support.search_text import name_key

LAYOUT = 5
POOL = 5_000
BLOCK = 2_000
WORKERS, DEVICES = 20, 600
FIRST_DEVICE = 2  # the first migration's shared device is 1
ORDERS_PER_ADDRESS = 10
SPAN = timedelta(days=400)

PLACES = ("COUNTER", "VAN", "WASH", "IRON", "SHELF")
FIRST_NAMES = ("Ada", "Alan", "Barbara", "Donald", "Edsger", "Frances", "Grace", "Jean", "Tim")
LAST_NAMES = ("Lovelace", "Turing", "Liskov", "Knuth", "Dijkstra", "Allen", "Hopper", "Bartik")
ONE_FLAGGED_OF = 500
SLOWEST_UPLOAD = timedelta(seconds=40)

_STEPS = ("picked_up", "processing", "completed", "delivered")


ORDERS = """INSERT INTO orders (id, order_number, label_code, channel, service_id, service_name,
total_cost, name, name_key, email, email_key, phone, piece_count, status, status_since, folded_at, folded_seq,
folded_event_id, location, located_at, custodian_id, version, created_at, updated_at) VALUES
(?, ?, ?, 'legacy', 1, 'Wash & Fold', 12.50, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
LINES = """INSERT INTO order_lines (order_id, position, service_id, name, price) VALUES
(?, 0, 1, 'Wash & Fold', 12.50)"""
TRACKS = """INSERT INTO tracks (event_id, kind, order_id, order_version, worker_id, device_id,
code_digest, content_digest, action, occurred_at, effective_at, received_at, clock, offset_ms, seq,
location, forced, result, reasons, verdict, mac, key_id, seal_id) VALUES
(?, 'scan', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'trusted', 0, ?, ?, 0, ?, ?, ?, ?,
'0123456789abcdef', ?)"""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of some orders, ready for executemany."""

    orders: list[Row]
    lines: list[Row]
    tracks: list[Row]


def pool_of(order_id: int, orders: int) -> str | None:
    """`recent` for the newest POOL orders, `spread` for as many of the others, None else."""
    older = orders - POOL
    if order_id > older:
        return "recent"
    return "spread" if order_id % max(1, older // POOL) == 0 else None


def address_of(order_id: int, orders: int) -> str:
    """Each address has ten orders, far from each other."""
    return f"customer{order_id % max(1, orders // ORDERS_PER_ADDRESS)}@example.com"


def name_of(person: int) -> str:
    """Names repeat, as they do in life."""
    first = FIRST_NAMES[person % len(FIRST_NAMES)]
    return f"{first} {LAST_NAMES[person // len(FIRST_NAMES) % len(LAST_NAMES)]}"


def phone_of(person: int) -> str:
    """Numbers do not."""
    return f"+44 20 {7_000_0000 + person}"


def blocks(orders: int, now: datetime, steps: int) -> Iterator[Block]:
    """All rows, a block of orders at a time; each order's life has so many `steps`, four or more."""
    open_life = (_STEPS[0], *["scanned"] * (steps - 1))
    closed_life = (*["scanned"] * (steps - len(_STEPS)), *_STEPS)
    chance = random.Random(orders)
    numbers: set[str] = set()
    first = now.replace(tzinfo=None) - SPAN
    apart = (SPAN - timedelta(days=2)) / orders
    sealed = 0
    for start in range(1, orders + 1, BLOCK):
        made: list[Row] = []
        lives: list[list[Row]] = []
        ids = range(start, min(start + BLOCK, orders + 1))
        for order_id in ids:
            placed_at = first + apart * order_id
            while (number := new_order_number()) in numbers:
                pass
            numbers.add(number)
            code = new_label_code()
            is_open = pool_of(order_id, orders) is not None
            life = _life(order_id, code, placed_at, open_life if is_open else closed_life, chance)
            lives.append(life)
            last = life[-1]
            status, since = ("picked_up", life[0][9]) if is_open else ("delivered", last[9])
            email = address_of(order_id, orders)
            name = name_of(order_id)
            person = (name, name_key(name), email, email, phone_of(order_id))
            folded = (status, since, last[9], last[11], last[0], last[12], last[9], last[3])
            made.append(
                (order_id, number, code, *person, *folded, steps + 1, _text(placed_at), last[10])
            )
        tracks = [(*event, 1 + (sealed + n) // 512) for n, event in enumerate(_mingled(lives))]
        sealed += len(tracks)
        yield Block(made, [(order_id,) for order_id in ids], tracks)


def _mingled(lives: list[list[Row]]) -> Iterator[Row]:
    for step in zip(*lives, strict=True):
        yield from step


def _life(
    order_id: int, code: str, placed_at: datetime, actions: tuple[str, ...], chance: random.Random
) -> list[Row]:
    code_digest = hashlib.sha256(code.encode()).digest()
    status, since = "created", _text(placed_at)
    rows = []
    for number, action in enumerate(actions, start=1):
        seen = placed_at + timedelta(hours=2 * number, microseconds=chance.randrange(10**6))
        at, received = _text(seen), _text(seen + SLOWEST_UPLOAD * chance.random())
        is_flagged = action == "scanned" and not chance.randrange(ONE_FLAGGED_OF)
        before = status
        if action != "scanned":
            status, since = action, at
        rows.append(
            (
                str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                order_id,
                number + 1,
                1 + chance.randrange(WORKERS),
                FIRST_DEVICE + chance.randrange(DEVICES),
                code_digest,
                chance.randbytes(32),
                action,
                at,
                at,
                received,
                order_id * len(actions) + number,
                chance.choice(PLACES),
                *(("flagged", "piece_missing") if is_flagged else ("accepted", "")),
                _verdict(before, status, since),
                chance.randbytes(32),
            )
        )
    return rows


def _text(at: datetime) -> str:
    """An instant as both databases take it."""
    return at.isoformat(" ", "microseconds")


def _verdict(before: str, status: str, since: str) -> str:
    return (
        f'{{"status":"{status}","since":"{since.replace(" ", "T")}Z","transition":'
        f'{{"from":"{before}","to":"{status}","applied":{str(before != status).lower()}}}}}'
    )
