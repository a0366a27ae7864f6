"""A ledger that nobody touched is sound, sealed or not, and so is one that forgot lawfully."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.errors import Invalid
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.audit.forgetting import Forgotten, forget_pii
from app.support import clock
from tests import ledger
from tests.operations.audit.shop import (
    ORIGIN,
    Shop,
    assert_clean,
    checkpoint,
    found,
    ids,
    seal,
    sql,
    verify,
    write_events,
)


@pytest.fixture
def shop(app: Application) -> Shop:
    return Shop(app)


def test_an_empty_ledger_is_sound(app: Application) -> None:
    assert seal().rows == 0
    assert assert_clean(with_state=True).rows == 0


def test_a_ledger_is_sound_before_and_after_it_is_sealed(shop: Shop) -> None:
    shop.work()
    before = assert_clean(with_state=True)
    assert before.seals == 0
    assert seal().rows == before.rows
    shop.work()
    assert_clean(with_state=True)
    seal()
    assert assert_clean(with_state=True).seals == 2
    assert ids("tracks", "seal_id IS NULL") == []


def test_every_kind_of_change_leaves_versions_without_a_gap(shop: Shop) -> None:
    order = shop.work()
    shop.command(order, "processing", reason="not yet done")
    shop.command(order, "cancelled")
    other = shop.place()
    path = f"/admin/api/orders/{other['order_number']}"
    shop.ask(shop.admin.put(path, json={"instructions": "no starch", "name": "Eve"}))
    shop.ask(shop.admin.delete(path))
    shop.ask(shop.admin.put(f"/api/v1/services/{shop.service}", json={"price": "13.00"}))
    rejected = shop.scan("NOSUCHORDER")["event_id"]
    body = {"reason": "seen", "order": order["order_number"]}
    shop.ask(shop.admin.post(f"/api/v1/workers/scans/{rejected}/apply", json=body))
    worker = {"name": "Wanda", "email": "wanda@example.com", "password": "48291377"}
    made = shop.ask(shop.admin.post("/api/v1/workers", json=worker))
    worker_path = f"/api/v1/workers/{made['worker']['id'] if 'worker' in made else made['id']}"
    shop.ask(shop.admin.put(worker_path, json={"password": "77319284"}))
    shop.ask(shop.admin.delete(worker_path))
    spare = shop.ask(shop.admin.post("/api/v1/services", json={"name": "Iron", "price": "3.00"}))
    assert shop.admin.delete(f"/api/v1/services/{spare['id']}").status_code < 300
    assert_clean(with_state=True)


def test_a_checkpoint_that_was_kept_stays_true(shop: Shop) -> None:
    first = checkpoint()
    seal()
    second = checkpoint()
    shop.work()
    seal()
    for kept in (first, second, checkpoint()):
        assert_clean(checkpoint=kept, origin=ORIGIN)


def test_personal_data_are_forgotten_and_the_ledger_stays_sound(shop: Shop) -> None:
    order = shop.work()
    shop.scan(order["order_number"], "delivered", note="to Ada herself")
    seal()
    shop.log_in()
    before = clock.now()
    rows = len(ids("tracks", "salt IS NOT NULL")), len(ids("audit_events", "salt IS NOT NULL"))
    assert all(rows)
    shop.log_in()
    forgotten = forget_pii(before, actor=SYSTEM)
    assert forgotten == Forgotten(*rows)
    assert ids("tracks", "note IS NOT NULL OR lat_e6 IS NOT NULL OR salt IS NOT NULL") == []
    [younger] = ids("audit_events", "ip_address IS NOT NULL")
    assert ledger.events(id=younger)[0].action == "LOGIN"
    records = [ledger.data_of(one) for one in ledger.events(action="PII_ERASED")]
    assert {one["before"] for one in records} == {clock.instant_text(before)}
    counts = sum(one["tracks"] for one in records), sum(one["events"] for one in records)
    assert counts == rows
    assert_clean(with_state=True)
    seal()
    assert_clean(with_state=True)


def test_where_nothing_is_left_to_forget_nothing_is_recorded(shop: Shop) -> None:
    before = clock.now()
    forget_pii(before, actor=SYSTEM)
    records = len(ledger.events())
    assert forget_pii(before, actor=SYSTEM) == Forgotten(0, 0)
    assert len(ledger.events()) == records


def test_many_rows_are_forgotten_in_pieces_that_each_record_themselves(app: Application) -> None:
    write_events(2500)
    told: list[int] = []
    assert forget_pii(clock.now(), progress=told.append, actor=SYSTEM).events == 2500
    records = [ledger.data_of(one)["events"] for one in ledger.events(action="PII_ERASED")]
    assert sum(records) == sum(told) == 2500
    assert max(records) <= 1000
    assert_clean()


def test_a_time_to_come_is_no_limit_for_forgetting(shop: Shop) -> None:
    with pytest.raises(Invalid):
        forget_pii(clock.now() + timedelta(minutes=1), actor=SYSTEM)
    assert ids("audit_events", "salt IS NULL AND pii_hash IS NOT NULL") == []


def test_what_is_younger_than_the_erasure_is_not_covered_by_it(shop: Shop) -> None:
    forget_pii(clock.now(), actor=SYSTEM)
    shop.log_in()
    [younger] = ids("audit_events", "ip_address IS NOT NULL")
    erase = "UPDATE audit_events SET ip_address = NULL, user_agent = NULL, pii = NULL, salt = NULL"
    sql(f"{erase} WHERE id = {younger}")
    assert found(verify()) == {("erased_unlawfully", "audit_events", younger)}


@pytest.mark.parametrize("row_id", [2**62, -5])
def test_an_id_far_from_the_others_does_not_hold_up_forgetting(
    shop: Shop, far_ids: None, row_id: int
) -> None:
    [last] = ids("audit_events", "salt IS NOT NULL")[-1:]
    sql(f"UPDATE audit_events SET id = {row_id} WHERE id = {last}")
    forget_pii(clock.now(), actor=SYSTEM)
    assert ids("audit_events", "ip_address IS NOT NULL") == []


def test_a_record_without_personal_data_is_not_forgotten_again_and_again(shop: Shop) -> None:
    assert forget_pii(clock.now(), actor=SYSTEM).events > 0
    records = len(ledger.events(action="PII_ERASED"))
    assert forget_pii(clock.now(), actor=SYSTEM) == Forgotten(0, 0)
    assert len(ledger.events(action="PII_ERASED")) == records
    assert {one.salt is None for one in ledger.events(action="PII_ERASED")} == {False}
    assert_clean(with_state=True)
