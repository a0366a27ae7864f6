"""The data of the bench: made once, recognised, and put back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import data, environment, requests, rows, stores
from bench.stores import Store, fetch

ORDERS = rows.POOL + 500
_OPEN = "SELECT COUNT(*) FROM orders WHERE status = 'picked_up' AND version = 6"


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    """A small database on SQLite."""
    monkeypatch.setitem(stores.SIZES, "10k", ORDERS)
    for module in (stores, data, environment):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    made = Store("sqlite", "10k")
    data.ensure(made)
    return made


def _made_at(store: Store) -> int:
    return Path(store.file).stat().st_ino


def test_data_is_made_recognised_and_put_back(store, capsys):
    assert fetch(store, "SELECT COUNT(*) FROM orders") == [(ORDERS,)]
    assert fetch(store, "SELECT COUNT(*), COUNT(DISTINCT order_id) FROM tracks") == [
        (5 * ORDERS, ORDERS)
    ]
    assert len(requests.codes_of(store, recent=True)) == rows.POOL
    assert len(requests.codes_of(store, recent=False)) == 500
    names = "SELECT name FROM sqlite_master WHERE name = 'ix_tracks_order_id_id'"
    assert len(fetch(store, names)) == 1  # it was taken away while loading
    made, opened = _made_at(store), fetch(store, _OPEN)

    data.ensure(store)
    assert _made_at(store) == made

    connection = store.connect()
    connection.execute("UPDATE orders SET status = 'delivered', version = 7 WHERE id > 100")
    connection.execute(
        "INSERT INTO order_lines (order_id, position, service_id, name, price)"
        f" VALUES ({ORDERS + 1}, 0, 1, 'x', 1)"
    )
    connection.commit()
    connection.close()
    data.restore(store, thoroughly=True)
    assert fetch(store, _OPEN) == opened
    assert fetch(store, "SELECT COUNT(*) FROM order_lines") == [(ORDERS,)]


def test_other_migrations_make_other_data(store, tmp_path, monkeypatch):
    before = data._fingerprint(store)
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "migrations" / "versions" / "one.py").write_text("another")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    assert data._fingerprint(store) != before
    assert data._found(store) == before
