"""What was acknowledged against what is stored, read from the database and not by the application."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from drill.crowd import Told
from drill.mariadb import DATABASE, Mariadb
from drill.stack import Stack

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """`lost`: acknowledged and not stored. `doubled`: stored again under another key. `misfiled`:
    stored with another order or with a verdict other than the device was told. `findings`: what
    the ledger finds in the whole database, None when it was not asked."""

    found: int
    lost: int
    doubled: int
    misfiled: int
    findings: int | None

    @property
    def is_clean(self) -> bool:
        """Whether all is as it was acknowledged."""
        return not (self.lost or self.doubled or self.misfiled or self.findings)


def prove(stack: Stack, told: Told, *, asks_ledger: bool = True) -> Proof:
    """Look for each acknowledged order and scan; raises RuntimeError when no database answers."""
    database = stack.reader()
    scans = _stored_scans(database, told)
    orders = _stored_orders(database, told)
    lost = [one for one in told.scans if one["event"] not in scans]
    lost += [one for one in told.orders if one["key"] not in orders]
    misfiled = [
        one
        for one in told.scans
        if scans.get(one["event"], (one["order"], one["result"])) != (one["order"], one["result"])
        or one["result"] == "rejected"
    ]
    misfiled += [
        one for one in told.orders if one["order"] not in orders.get(one["key"], [one["order"]])
    ]
    return Proof(
        found=told.acknowledged - len(lost),
        lost=len(lost),
        doubled=_doubled_scans(database, told) + sum(len(some) - 1 for some in orders.values()),
        misfiled=len(misfiled),
        findings=count_findings(stack) if asks_ledger else None,
    )


def _stored_scans(database: Mariadb, told: Told) -> dict[str, tuple[str, str]]:
    """Each event's order and verdict."""
    question = (
        f"SELECT event_id, order_number, result FROM {DATABASE}.tracks AS t"
        f" LEFT JOIN {DATABASE}.orders AS o ON o.id = t.order_id WHERE event_id IN "
    )
    rows = _look_up(database, question, (one["event"] for one in told.scans))
    return {key: (number, result) for key, number, result in rows}


def _stored_orders(database: Mariadb, told: Told) -> dict[str, list[str]]:
    """The numbers of the orders with each key, which they carry in their instructions."""
    question = f"SELECT instructions, order_number FROM {DATABASE}.orders WHERE instructions IN "
    orders: dict[str, list[str]] = {}
    for key, number in _look_up(database, question, (one["key"] for one in told.orders)):
        orders.setdefault(key, []).append(number)
    return orders


def _doubled_scans(database: Mariadb, told: Told) -> int:
    """A device's number stands for one scan: further rows with it are the same scan again."""
    devices = sorted({one["device"] for one in told.scans})
    question = f"SELECT device_id, seq FROM {DATABASE}.tracks WHERE device_id IN "
    rows = Counter(_look_up(database, question, devices))
    return sum(count - 1 for count in rows.values())


def _look_up(database: Mariadb, question: str, keys: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    with database.connect(None) as connection, connection.cursor() as cursor:
        left = iter(keys)
        while some := list(islice(left, _CHUNK)):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"{question}({marks})", some)
            yield from cursor.fetchall()


def count_findings(stack: Stack) -> int:
    """What the ledger finds: rows, seals, and each order's status derived from its rows again."""
    done = stack.handover("audit", "verify", "--state", "--json")
    try:
        report = json.loads(done.stdout)
        return len(report["findings"]) + int(sum(report["more"].values()))
    except (ValueError, KeyError):
        raise RuntimeError(f"handover audit verify failed:\n{done.stderr[-3000:]}") from None
