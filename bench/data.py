"""Fills a database of the bench in minutes, and recognises one that is filled already."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pymysql

from bench import calendars, people, rows
from bench.environment import product_environment
from bench.indexes import without_indexes
from bench.stores import FOLDER, ROOT, Store

_RESTORED = (
    "status, status_since, folded_at, folded_seq, folded_event_id, sightings, location, "
    "located_at, custodian_id, version, updated_at"
)
_DONE = (
    "CREATE TABLE bench_done (fingerprint CHAR(64), tracks BIGINT, orders BIGINT, events BIGINT)"
)


def ensure(store: Store) -> None:
    """Fill the database unless it is there as this code would make it."""
    if _found(store) == _fingerprint(store):
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    say(f"{store.kind}: making {store.name}: {store.orders:,} orders (kept for the next run)")
    store.make_empty()
    _migrate(store)
    with closing(store.connect()) as connection:
        _fill(store, connection)
    say(f"{store.kind}: {store.name} is there")


def restore(store: Store, *, thoroughly: bool = False) -> None:
    """Put back what measuring changed: open orders, devices and what was announced of them, and
    `thoroughly` all new rows."""
    with closing(store.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT tracks, orders, events FROM bench_done")
        tracks, orders, events = cursor.fetchone()
        if thoroughly:
            for table, column, last in (
                ("tracks", "id", tracks),
                ("order_lines", "order_id", orders),
                ("orders", "id", orders),
                ("audit_events", "id", events),
            ):
                _delete_beyond(store, connection, table, column, last)
        _delete_beyond(store, connection, "outbox", "id", 0)
        _put_back(store, cursor)
        seen = store.sql("UPDATE devices SET state = '{}', drained = 0, last_seen_at = ?")
        cursor.execute(seen, (datetime.now(UTC).replace(tzinfo=None).isoformat(" "),))
        connection.commit()


def say(words: str) -> None:
    """A line for whoever waits."""
    print(words, file=sys.stderr, flush=True)


def _found(store: Store) -> str | None:
    if store.kind == "sqlite" and not store.file.exists():
        return None
    try:
        with closing(store.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT fingerprint FROM bench_done")
            row = cursor.fetchone()
            return None if row is None else str(row[0])
    except (pymysql.ProgrammingError, pymysql.OperationalError, sqlite3.Error):
        return None  # no such database, or no such table


def _fingerprint(store: Store) -> str:
    """Other migrations or another layout of the rows make other data."""
    digest = hashlib.sha256(f"{rows.LAYOUT} {store.orders}".encode())
    for file in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _migrate(store: Store) -> None:
    setup = [sys.executable, "-c", "from app.cli import main; main()", "setup"]
    done = subprocess.run(
        setup, cwd=ROOT, env=product_environment(store), capture_output=True, timeout=120
    )
    if done.returncode:
        raise RuntimeError(f"handover setup failed:\n{done.stderr.decode(errors='replace')}")


def _fill(store: Store, connection: Any) -> None:
    cursor = connection.cursor()
    if store.kind == "sqlite":
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
            cursor.execute(f"PRAGMA {pragma}").fetchall()
    else:
        cursor.execute("SET SESSION foreign_key_checks=0, unique_checks=0")
    people.insert(store, cursor)
    connection.commit()
    with without_indexes(store, cursor, ("orders", "tracks")):
        for block in _progress(store):
            _insert(store, cursor, rows.ORDERS, block.orders)
            _insert(store, cursor, rows.LINES, block.lines)
            _insert(store, cursor, rows.TRACKS, block.tracks)
            connection.commit()
        say("    building indexes")
    if store.size == "slots":
        calendars.insert(store, cursor)
    _keep_originals(store, cursor)
    cursor.execute(
        "ANALYZE" if store.kind == "sqlite" else "ANALYZE TABLE orders, tracks, segments"
    )
    cursor.execute(_DONE)
    cursor.execute(
        store.sql(
            "INSERT INTO bench_done SELECT ?, (SELECT MAX(id) FROM tracks),"
            " (SELECT MAX(id) FROM orders), (SELECT MAX(id) FROM audit_events)"
        ),
        (_fingerprint(store),),
    )
    connection.commit()


def _insert(store: Store, cursor: Any, statement: str, values: Sequence[rows.Row]) -> None:
    cursor.executemany(store.sql(statement), values)


def _progress(store: Store) -> Iterator[rows.Block]:
    began = time.monotonic()
    done = 0
    for block in rows.blocks(store.orders, datetime.now(UTC), store.tracks_per_order):
        yield block
        done += len(block.orders)
        share, spent = done / store.orders, time.monotonic() - began
        left = round(spent / share - spent)
        bar = "#" * round(share * 30)
        end = "\n" if done == store.orders else ""
        tracks = f"{done * store.tracks_per_order:,} tracks"
        print(f"\r    [{bar:<30}] {share:4.0%} {tracks}, {left} s left  ", end=end, file=sys.stderr)


def _keep_originals(store: Store, cursor: Any) -> None:
    older = store.orders - rows.POOL
    every = max(1, older // rows.POOL)
    cursor.execute(
        f"CREATE TABLE bench_pool AS SELECT id, id > {older} AS is_recent, {_RESTORED}"
        f" FROM orders WHERE id > {older} OR id % {every} = 0"
    )
    cursor.execute("CREATE UNIQUE INDEX ix_bench_pool ON bench_pool (id)")


def _put_back(store: Store, cursor: Any) -> None:
    names = _RESTORED.split(", ")
    if store.kind == "sqlite":
        values = ", ".join(f"{name} = kept.{name}" for name in names)
        changed = "orders.id = kept.id AND orders.version <> kept.version"
        cursor.execute(f"UPDATE orders SET {values} FROM bench_pool AS kept WHERE {changed}")
        return
    values = ", ".join(f"orders.{name} = kept.{name}" for name in names)
    cursor.execute(
        f"UPDATE orders JOIN bench_pool AS kept ON kept.id = orders.id SET {values}"
        " WHERE orders.version <> kept.version"
    )


def _delete_beyond(
    store: Store, connection: Any, table: str, column: str, last: int | None
) -> None:
    """In slices, so that no transaction grows without bounds."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT MAX({column}) FROM {table}")
    (top,) = cursor.fetchone()
    low = last or 0
    while top is not None and low < top:
        high = min(low + 20_000, top)
        cursor.execute(
            store.sql(f"DELETE FROM {table} WHERE {column} > ? AND {column} <= ?"), (low, high)
        )
        connection.commit()
        low = high
