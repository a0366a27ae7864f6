"""Proving the end of the ledger finds there what proving all of it finds."""

from __future__ import annotations

import pytest

from app import database
from app.errors import NotFound
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.audit import recent
from app.operations.audit.recent import PartReport, Proof, prove_event, verify_recent
from tests.operations.audit.shop import Shop, ids, sql, three_seals
from tests.stages import staged


@pytest.fixture
def shop(app: Application) -> Shop:
    return staged(three_seals, app)


def verify() -> PartReport:
    with database.transaction(write=False):
        return verify_recent(actor=SYSTEM)


def prove(event_id: int) -> Proof:
    with database.transaction(write=False):
        return prove_event(event_id, actor=SYSTEM)


def found(report: PartReport) -> set[tuple[str, str, int | None]]:
    return {(one.what, one.table, one.row_id) for one in report.findings.found}


def test_a_short_ledger_is_proved_as_a_whole(shop: Shop) -> None:
    report = verify()
    assert report.findings.total == 0
    assert (report.is_whole, report.seals, report.first_seal) == (True, 3, 1)
    assert report.rows == len(ids("tracks")) + len(ids("audit_events"))
    unsealed = "seal_id IS NULL"
    assert report.unsealed == len(ids("tracks", unsealed)) + len(ids("audit_events", unsealed))


def test_nothing_is_sound(app: Application) -> None:
    report = verify()
    assert (report.rows, report.seals, report.first_seal, report.is_whole) == (0, 0, None, True)


@pytest.mark.parametrize("where", ["seal_id = 2", "seal_id IS NULL"])
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("tracks", "action = 'delivered'"),
        ("tracks", "note = 'another'"),
        ("audit_events", "actor_label = 'somebody'"),
        ("audit_events", "ip_address = '192.0.2.99'"),
    ],
)
def test_a_row_that_was_changed_is_named(shop: Shop, table: str, change: str, where: str) -> None:
    extra = " AND note IS NOT NULL AND kind = 'scan'" if "note" in change else ""
    row_id = ids(table, where + extra)[0]
    sql(f"UPDATE {table} SET {change} WHERE id = {row_id}")
    report = verify()
    assert {(table, row_id)} == {(one[1], one[2]) for one in found(report)}


@pytest.mark.parametrize("table", ["tracks", "audit_events"])
def test_a_sealed_row_that_is_gone_is_missed(shop: Shop, table: str) -> None:
    sql(f"DELETE FROM {table} WHERE id = {ids(table, 'seal_id = 2')[0]}")
    assert found(verify()) == {("altered_seal", "audit_seals", 2)}


def test_a_row_of_a_seal_that_does_not_exist_is_named(shop: Shop) -> None:
    row_id = ids("audit_events", "seal_id IS NULL")[0]
    sql(f"UPDATE audit_events SET seal_id = 99 WHERE id = {row_id}")
    assert found(verify()) == {("missing_seal", "audit_events", row_id)}
    assert [one.what for one in prove(row_id).findings] == ["missing_seal"]


def test_a_seal_that_is_gone_breaks_the_chain(shop: Shop) -> None:
    sql("DELETE FROM audit_seals WHERE id = 2")
    assert ("broken_chain", "audit_seals", 3) in found(verify())


def test_a_forged_seal_is_named(shop: Shop) -> None:
    sql("UPDATE audit_seals SET count = count + 1 WHERE id = 3")
    assert ("forged_seal", "audit_seals", 3) in found(verify())


def test_only_the_end_of_a_long_ledger_is_looked_at(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "_NEWEST_SEALS", recent._NEWEST_SEALS.limit(3))
    monkeypatch.setattr(recent, "MOST_SEALS", 2)
    sql(f"UPDATE audit_events SET actor_label = 'x' WHERE id = {ids('audit_events')[0]}")
    report = verify()
    assert (report.seals, report.first_seal, report.is_whole) == (2, 2, False)
    assert report.findings.total == 0
    sql("UPDATE audit_seals SET hash = prev_hash WHERE id = 1")
    assert ("broken_chain", "audit_seals", 2) in found(verify())


def test_a_record_is_proved_by_itself_or_by_its_seal(shop: Shop) -> None:
    sealed = ids("audit_events", "seal_id = 2")
    proof = prove(sealed[0])
    assert (proof.seal, proof.findings) == (2, [])
    assert proof.sealed_rows == len(sealed) + len(ids("tracks", "seal_id = 2"))
    unsealed = prove(ids("audit_events", "seal_id IS NULL")[0])
    assert (unsealed.seal, unsealed.findings) == (None, [])


def test_a_record_is_not_proved_by_a_seal_that_lost_another(shop: Shop) -> None:
    first, second, *_ = ids("audit_events", "seal_id = 2")
    sql(f"DELETE FROM audit_events WHERE id = {second}")
    assert [one.what for one in prove(first).findings] == ["altered_seal"]
    with pytest.raises(NotFound):
        prove(second)
