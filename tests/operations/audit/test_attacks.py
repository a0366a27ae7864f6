"""What somebody with the database's password does is found, and the rows are named (ledger.md 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import database
from app.extensions import signing_keys
from app.http.application import Application
from app.models import AuditSeal
from app.operations.audit.seals import NO_HASH, Root, hash_of
from app.operations.ledger.macs import sign
from app.support import clock
from tests.operations.audit.shop import (
    BOOK,
    ORIGIN,
    Shop,
    assert_clean,
    checkpoint,
    event,
    found,
    ids,
    insert,
    row_of,
    seal,
    sql,
    three_seals,
    verify,
    write_events,
)
from tests.rows import writing
from tests.stages import staged

Named = set[tuple[str, str, int | None]]
TABLES = ("tracks", "audit_events")
SEALED, UNSEALED = "seal_id = 2", "seal_id IS NULL"


@pytest.fixture
def shop(app: Application) -> Shop:
    return staged(three_seals, app)


def middle(table: str, where: str) -> int:
    rows = ids(table, where)
    return rows[len(rows) // 2]


EDITS = {
    "tracks": {
        "its status": "action = 'delivered'",
        "its worker": "worker_id = NULL, device_id = NULL",
        "its user": "user_id = (SELECT MAX(id) FROM users)",
        "its time": "received_at = '2026-01-01 00:00:00.000000'",
        "its order's version": "order_version = 77",
        "its verdict": "verdict = '{}x'",
        "its mac": "mac = X'" + "00" * 32 + "'",
        "its key": "key_id = 'another'",
    },
    "audit_events": {
        "its data": "data = '{\"changes\":{}}'",
        "its actor": "user_id = COALESCE(user_id, 0) + 1",
        "its actor's name": "actor_label = 'somebody else'",
        "its time": "at = '2026-01-01 00:00:00.000000'",
        "its action": "action = 'LOGOUT'",
        "its outcome": "outcome = 'refused'",
        "its count": "count = 9",
        "its mac": "mac = X'" + "00" * 32 + "'",
        "its key": "key_id = 'another'",
    },
}


@pytest.mark.parametrize("where", [SEALED, UNSEALED])
@pytest.mark.parametrize(
    ("table", "change"),
    [(table, change) for table in TABLES for change in EDITS[table].values()],
    ids=[f"{table}: {what}" for table in TABLES for what in EDITS[table]],
)
def test_an_edited_row_is_named(shop: Shop, table: str, change: str, where: str) -> None:
    row_id = middle(table, where)
    if table == "tracks" and change.startswith("worker_id"):
        row_id = ids(table, f"{where} AND device_id IS NOT NULL")[0]
    sql(f"UPDATE {table} SET {change} WHERE id = {row_id}")
    what = "unknown_key" if change.startswith("key_id") else "edited"
    assert (what, table, row_id) in found(verify())
    seal()
    assert (what, table, row_id) in found(verify())


@pytest.mark.parametrize("where", [SEALED, UNSEALED])
@pytest.mark.parametrize("table", TABLES)
def test_other_personal_data_than_were_written_are_named(
    shop: Shop, table: str, where: str
) -> None:
    column = "note" if table == "tracks" else "ip_address"
    row_id = ids(table, f"{where} AND {column} IS NOT NULL")[-1]
    sql(f"UPDATE {table} SET {column} = 'x' WHERE id = {row_id}")
    assert found(verify()) == {("pii_edited", table, row_id)}


@pytest.mark.parametrize("where", [SEALED, UNSEALED])
@pytest.mark.parametrize("table", TABLES)
def test_personal_data_that_were_nulled_are_named(shop: Shop, table: str, where: str) -> None:
    row_id = ids(table, f"{where} AND salt IS NOT NULL")[-1]
    for column in BOOK[table].erasable:
        sql(f"UPDATE {table} SET {column} = NULL WHERE id = {row_id}")
    assert found(verify()) == {("pii_edited", table, row_id)}
    sql(f"UPDATE {table} SET salt = NULL WHERE id = {row_id}")
    assert found(verify()) == {("erased_unlawfully", table, row_id)}
    sql(f"UPDATE {table} SET pii_hash = NULL WHERE id = {row_id}")
    assert found(verify()) == {("edited", table, row_id)}


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_sealed_row_is_named(shop: Shop, table: str) -> None:
    row_id = middle(table, SEALED)
    sql(f"DELETE FROM {table} WHERE id = {row_id}")
    report = verify()
    assert found(report) == {("missing_row", table, row_id)}
    assert report.findings.found[0].seal_id == 2


def test_a_seal_without_its_rows_says_how_many_are_gone(shop: Shop) -> None:
    gone = len(ids("audit_events", SEALED))
    sql(f"DELETE FROM audit_events WHERE {SEALED}")
    report = verify()
    assert {(one.what, one.table, one.seal_id) for one in report.findings.found} == {
        ("missing_row", "audit_events", 2)
    }
    assert report.findings.total == gone


@pytest.mark.parametrize("seal_id", [None, 2, 99, 0, -1])
def test_a_forged_row_is_named(shop: Shop, seal_id: int | None) -> None:
    forged = event(key_id=signing_keys.ring.current.key_id, mac=bytes(32), seal_id=seal_id)
    insert("audit_events", forged | {"ip_address": None, "user_agent": None})
    its_id = max(ids("audit_events"))
    names = found(verify())
    assert ("edited", "audit_events", its_id) in names
    if seal_id == 2:
        assert ("inserted", "audit_events", its_id) in names
    elif seal_id is not None:
        assert ("missing_seal", "audit_events", its_id) in names
    assert {name[2] for name in names} == {its_id}


def test_a_forged_row_below_every_other_is_named(shop: Shop) -> None:
    forged = event(key_id=signing_keys.ring.current.key_id, mac=bytes(32))
    insert("audit_events", forged | {"id": -9, "ip_address": None, "user_agent": None})
    assert found(verify()) == {("edited", "audit_events", -9)}


@pytest.mark.parametrize("where", [SEALED, UNSEALED])
@pytest.mark.parametrize("seal_id", [None, 2, 99])
def test_a_replayed_genuine_row_is_named(shop: Shop, where: str, seal_id: int | None) -> None:
    original = ids("audit_events", f"{where} AND action = 'LOGIN'")[0]
    copy = row_of("audit_events", original)
    del copy["id"]
    insert("audit_events", copy | {"seal_id": seal_id})
    copied = max(ids("audit_events"))
    names = found(verify())
    assert ("replayed", "audit_events", copied) in names
    assert {name[2] for name in names} == {copied}
    seal()
    assert ("replayed", "audit_events", copied) in found(verify())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("here", "there"), [(2, "3"), (3, "2"), (2, "NULL"), (2, "99")])
def test_a_row_that_was_moved_between_seals_is_named(
    shop: Shop, table: str, here: int, there: str
) -> None:
    row_id = middle(table, f"seal_id = {here}")
    sql(f"UPDATE {table} SET seal_id = {there} WHERE id = {row_id}")
    names = found(verify())
    assert ("moved", table, row_id) in names
    assert {(table, row_id)} == {name[1:] for name in names}
    seal()
    assert ("moved", table, row_id) in found(verify())


@pytest.mark.parametrize("table", TABLES)
def test_two_rows_of_a_seal_with_each_others_ids_are_named(shop: Shop, table: str) -> None:
    one, *_, other = ids(table, SEALED)
    swap(table, one, other)
    assert found(verify()) == {("renumbered", table, one), ("renumbered", table, other)}


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_two_seals_with_each_others_ids_are_named(shop: Shop, table: str) -> None:
    one, other = middle(table, "seal_id = 1"), middle(table, "seal_id = 3")
    swap(table, one, other)
    assert found(verify()) == {("renumbered", table, one), ("renumbered", table, other)}


def swap(table: str, one: int, other: int) -> None:
    for before, after in ((one, -1), (other, one), (-1, other)):
        sql(f"UPDATE {table} SET id = {after} WHERE id = {before}")


def test_a_row_with_another_id_is_named(shop: Shop) -> None:
    row_id = middle("audit_events", SEALED)
    for other in (max(ids("audit_events")) + 50, -5):
        sql(f"UPDATE audit_events SET id = {other} WHERE id = {row_id}")
        assert found(verify()) == {("renumbered", "audit_events", other)}
        row_id = other


def test_a_seal_that_was_changed_is_named(shop: Shop) -> None:
    sql("UPDATE audit_seals SET sealed_at = '2026-01-01 00:00:00.000000' WHERE id = 2")
    assert found(verify()) == {("forged_seal", "audit_seals", 2)}


def test_a_seal_that_is_gone_is_missed_by_its_rows_and_its_successor(shop: Shop) -> None:
    orphans = {("missing_seal", table, one) for table in TABLES for one in ids(table, SEALED)}
    sql("DELETE FROM audit_seals WHERE id = 2")
    assert found(verify()) == {("broken_chain", "audit_seals", 3), *orphans}


def test_a_chain_that_was_hashed_anew_without_the_key_is_named(shop: Shop) -> None:
    """The attacker edits a row and makes every hash right again: what is left is the signature."""
    row_id = middle("audit_events", SEALED)
    sql(f"DELETE FROM audit_events WHERE id = {row_id}")
    previous = NO_HASH
    for number in (1, 2, 3):
        root = Root()
        for table in TABLES:
            for one in ids(table, f"seal_id = {number}"):
                root.add(table, one, row_of(table, one)["mac"])
        values = seal_row(number) | {
            "prev_hash": previous,
            "count": root.count,
            "root": root.digest(),
        }
        previous = values["hash"] = hash_of(values)
        with writing() as session:
            seals = AuditSeal.__table__
            session.execute(seals.update().where(seals.c.id == number).values(values))
    assert found(verify()) == {("forged_seal", "audit_seals", 2), ("forged_seal", "audit_seals", 3)}


def seal_row(number: int) -> dict[str, Any]:
    with database.transaction(write=False) as session:
        query = AuditSeal.__table__.select().where(AuditSeal.id == number)
        return dict(session.execute(query).mappings().one())


def cut_off(last: int) -> None:
    """The ledger as it was when seal `last` was the last."""
    for table in ("audit_events", "tracks"):
        sql(f"DELETE FROM {table} WHERE seal_id IS NULL OR seal_id > {last}")
    sql(f"DELETE FROM audit_seals WHERE id > {last}")


def test_a_ledger_that_was_cut_off_is_found_with_a_checkpoint_from_outside(shop: Shop) -> None:
    kept = checkpoint()
    cut_off(2)
    assert_clean()
    assert found(verify(checkpoint=kept, origin=ORIGIN)) == {("truncated", "audit_seals", 3)}


def test_a_ledger_that_grew_again_after_a_cut_is_another_one(shop: Shop) -> None:
    kept = checkpoint()
    cut_off(2)
    shop.log_in()
    seal()
    assert_clean()
    assert found(verify(checkpoint=kept, origin=ORIGIN)) == {("rewritten", "audit_seals", 3)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("handover.test\n3\n", "handover.test\n2\n"),
        lambda note: note.replace("handover.test", "elsewhere.test"),
        lambda note: note[:-10],
        lambda note: "",
        lambda note: "just some words\n",
    ],
)
def test_a_checkpoint_that_is_not_ours_is_named(shop: Shop, spoil: Callable[[str], str]) -> None:
    spoiled = spoil(checkpoint())
    names = found(verify(checkpoint=spoiled, origin=ORIGIN))
    assert names == {("forged_checkpoint", "checkpoint", None)}


def test_more_bad_rows_than_a_batch_holds_do_not_hold_up_the_sound_ones(shop: Shop) -> None:
    seal()
    write_events(600)
    sql("UPDATE audit_events SET data = '[]' WHERE seal_id IS NULL AND refusal_key IS NULL")
    shop.log_in()
    sealed = seal()
    assert (sealed.rows, len(sealed.unsound)) == (1, 600)
    report = verify()
    assert report.findings.total == 600
    assert len(report.findings.found) == 100
    assert report.findings.unnamed == {"edited": 500}


LAST_ID = 2**63 - 1


@pytest.mark.parametrize("number", [LAST_ID, 4, -1])
def test_a_forged_last_seal_stops_the_sealing_and_is_named(shop: Shop, number: int) -> None:
    if number == -1:
        sql("DELETE FROM audit_seals")
    sql(
        "INSERT INTO audit_seals (id, prev_hash, count, root, sealed_at, key_id, hash, signature)"
        f" VALUES ({number}, X'{'00' * 32}', 0, X'{'00' * 32}', '2026-01-01 00:00:00.000000',"
        f" '{signing_keys.ring.current.key_id}', X'{'00' * 32}', X'{'00' * 64}')"
    )
    waiting = ids("tracks", UNSEALED), ids("audit_events", UNSEALED)
    sealed = seal()
    assert (sealed.rows, sealed.seals) == (0, 0)
    assert [(one.what, one.row_id) for one in sealed.unsound] == [("forged_seal", number)]
    assert (ids("tracks", UNSEALED), ids("audit_events", UNSEALED)) == waiting
    assert ("forged_seal", "audit_seals", number) in found(verify())


@pytest.mark.parametrize("row_id", [LAST_ID, -(2**63), 2**62])
@pytest.mark.parametrize("seal_id", [None, 2, 3])
def test_a_forged_row_with_an_extreme_id_is_named(
    shop: Shop, far_ids: None, row_id: int, seal_id: int | None
) -> None:
    forged = event(key_id=signing_keys.ring.current.key_id, mac=bytes(32), seal_id=seal_id)
    insert("audit_events", forged | {"ip_address": None, "user_agent": None})
    sql(f"UPDATE audit_events SET id = {row_id} WHERE id = {max(ids('audit_events'))}")
    names = found(verify())
    assert ("edited", "audit_events", row_id) in names
    sql("DELETE FROM audit_events WHERE seal_id > 1 AND id > 0 AND id < 1000000")
    assert verify().findings.total


def test_two_equal_commands_of_one_moment_are_no_copies(shop: Shop) -> None:
    from_a_console = {"ip_address": None, "user_agent": None, "request_id": None, "at": clock.now()}
    write_events(2, **from_a_console)
    assert_clean()


# --- shown: not found ---------------------------------------------------------------------------


def test_a_failed_login_that_is_deleted_before_it_is_sealed_is_not_found(shop: Shop) -> None:
    assert shop.log_in("wrong password") == 401
    seal()
    [failed] = ids("audit_events", "action = 'LOGIN_FAILED' AND seal_id IS NULL")
    sql(f"DELETE FROM audit_events WHERE id = {failed}")
    assert_clean(with_state=True)


def test_what_the_holder_of_the_keys_writes_is_not_found(shop: Shop) -> None:
    row_id = ids("audit_events", f"{UNSEALED} AND action = 'LOGIN'")[0]
    forged = sign(
        BOOK["audit_events"], row_of("audit_events", row_id) | {"user_id": 1}, signing_keys.ring
    )
    sql(f"DELETE FROM audit_events WHERE id = {row_id}")
    insert("audit_events", forged)
    assert_clean(with_state=True)
