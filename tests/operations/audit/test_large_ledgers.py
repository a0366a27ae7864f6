"""Verifying takes the same memory for any ledger, says how far it is, and survives any value."""

from __future__ import annotations

import tracemalloc

import pytest

from app import database
from app.http.application import Application
from tests.operations.audit.shop import assert_clean, found, ids, seal, sql, verify, write_events

FEW, MANY = 4_000, 20_000


def peak_of_verifying() -> int:
    tracemalloc.start()
    try:
        assert_clean()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_peak_of_memory_does_not_grow_with_the_ledger(app: Application) -> None:
    write_events(FEW)
    seal()
    assert_clean()  # what is made once is made now
    small = peak_of_verifying()
    write_events(MANY - FEW)
    seal()
    large = peak_of_verifying()
    assert large < small * 1.5, (small, large)  # where one chunk ends among the seals


def test_progress_adds_up_to_what_was_announced(app: Application) -> None:
    write_events(2_500)
    seal()
    told: list[int] = []
    report = verify(progress=told.append)
    assert report.rows == 2_500
    assert told == [1_000, 1_000, 500]


@pytest.mark.parametrize("column", ["at", "data", "actor_role", "count", "salt", "mac", "key_id"])
@pytest.mark.parametrize("value", ["'nonsense'", "X'FFFE'", "CAST(X'FFFE' AS TEXT)", "1.5"])
def test_a_value_of_any_type_is_an_edit_like_another(
    app: Application, column: str, value: str
) -> None:
    if database.db.engine.dialect.name != "sqlite":
        pytest.skip("a server's columns hold their types")
    write_events(5)
    sql(f"UPDATE audit_events SET {column} = {value} WHERE id = 2")
    names = {("edited", "audit_events", 2), ("unknown_key", "audit_events", 2)}
    names |= {("pii_edited", "audit_events", 2)}
    assert len(found(verify()) & names) == 1
    assert seal().rows == 4
    assert ids("audit_events", "seal_id IS NULL") == [2]
    sql(f"UPDATE audit_events SET {column} = {value} WHERE id = 3")
    after = found(verify())
    assert len(after & {(what, table, 3) for what, table, _ in names}) == 1
    assert {(table, row_id) for _, table, row_id in after} <= {
        ("audit_events", 2),
        ("audit_events", 3),
        ("audit_seals", 1),
    }


@pytest.mark.parametrize("column", ["sealed_at", "prev_hash", "count", "root", "hash", "signature"])
@pytest.mark.parametrize("value", ["'nonsense'", "X'FFFE'", "CAST(X'FFFE' AS TEXT)", "1.5"])
def test_a_seal_of_any_type_is_forged(app: Application, column: str, value: str) -> None:
    if database.db.engine.dialect.name != "sqlite":
        pytest.skip("a server's columns hold their types")
    write_events(5)
    seal()
    sql(f"UPDATE audit_seals SET {column} = {value} WHERE id = 1")
    assert ("forged_seal", "audit_seals", 1) in found(verify())
    write_events(2)
    sealed = seal()
    assert (sealed.rows, [one.what for one in sealed.unsound]) == (0, ["forged_seal"])
