"""Who lacks the license that work requires cannot start it by a scan; it is finished by anybody."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta

import pytest

from app.extensions import signing_keys
from app.operations.ledger.macs import TRACKS
from app.operations.ledger.proofs import fault_of
from app.support import clock
from tests import factories
from tests.appointments import salon
from tests.licensing import API, TYPE, give, license_of, make_type, tamper
from tests.rows import writing
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    ago,
    assert_truthful,
    batch,
    event,
    long_form,
    order_of,
    tracks,
)
from tests.statements import counted_statements

SCAN_MOST = 7
UNLICENSED = '{"license":null}'


@pytest.fixture
def service(app):
    make_type(validity_months=None)
    return factories.service(required_license=TYPE, required_level=2)


@pytest.fixture
def order(service):
    return aged_order(service_row=service)


@pytest.fixture
def worker(service):
    return factories.worker("Wim")


@pytest.fixture
def hands(worker):
    return factories.device(worker_id=worker.id)


@pytest.fixture
def others():
    return factories.device(worker_id=factories.worker("Otto").id)


def scan(client, device, order, action, *, status=201, **more):
    body = long_form(order.label_code, action, **more)
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert answer.status_code == status, answer.text
    return answer.json


def licenses(order):
    return [row.license for row in tracks(order_id=order.id)]


def evidence(license_id):
    found = license_of(license_id)
    made = {"level": found.level, "license": found.code, "version": found.version}
    return json.dumps(made, separators=(",", ":"))


def assert_proved(order):
    """Every row's MAC covers what it keeps of the license."""
    for row in tracks(order_id=order.id):
        values = {name: getattr(row, name) for name in TRACKS.table.columns.keys()}  # noqa: SIM118
        assert fault_of(TRACKS, values, signing_keys.ring) is None
        assert fault_of(TRACKS, {**values, "license": "{}"}, signing_keys.ring) == "edited"


def test_an_admin_reads_that_a_scan_had_no_effect_and_what_to_do(client, admin, hands, order):
    told = scan(client, hands, order, "processing")
    assert "ask an administrator" in told["message"]
    page, decide = f"/admin/orders/{order.order_number}", f"/admin/review/{told['event_id']}"
    assert "No effect when it came" in admin.get(page).text
    assert f'href="{decide}"' in admin.get(page).text
    shown = admin.get(decide).text
    assert "the order stays as it was" in shown
    assert "/admin/licenses?worker=" in shown
    assert admin.post(f"{decide}/dismiss", data={"reason": "Not theirs"}).status_code == 303
    assert "No effect when it came" not in admin.get(page).text


def test_a_scan_without_the_license_is_stored_flagged_and_without_effect(client, hands, order):
    scan(client, hands, order, "picked_up")
    told = scan(client, hands, order, "processing")
    assert (told["result"], told["reasons"], told["signal"]) == (
        "flagged",
        ["license_missing"],
        "stop",
    )
    assert "requires a license" in told["message"]
    assert told["transition"] == {
        "from": "picked_up",
        "to": "picked_up",
        "applied": False,
        "skipped": [],
    }
    assert order_of(order.id).status == "picked_up"
    assert licenses(order) == [None, UNLICENSED]
    assert_truthful(order.id)
    assert_proved(order)


def test_with_the_license_the_evidence_stands_in_the_row(client, hands, worker, order):
    license_id = give(worker.id, level=2)
    told = scan(client, hands, order, "processing")
    assert (told["order"]["status"], told["reasons"]) == ("processing", ["skipped_states"])
    assert licenses(order) == [evidence(license_id)]
    assert_proved(order)


def test_a_level_that_is_too_low_does_not_do(client, hands, worker, order):
    give(worker.id, level=1)
    assert scan(client, hands, order, "processing")["reasons"] == ["license_missing"]


def test_a_type_that_covers_the_required_one_does(client, admin, hands, worker, order):
    make_type("everything")
    admin.patch(f"{API}/types/everything", json={"covers": [TYPE]})
    license_id = give(worker.id, "everything", level=2, ago=3)
    assert scan(client, hands, order, "processing")["order"]["status"] == "processing"
    assert licenses(order) == [evidence(license_id)]


def test_the_level_of_another_type_does_not_do(client, hands, worker, order):
    make_type(f"{TYPE}_2")
    give(worker.id, f"{TYPE}_2", level=3, ago=3)
    assert scan(client, hands, order, "processing")["reasons"] == ["license_missing"]


def test_what_was_started_is_finished_by_anybody(client, hands, others, worker, order):
    give(worker.id, level=2)
    scan(client, others, order, "picked_up")
    scan(client, hands, order, "processing")
    assert scan(client, others, order, "completed")["reasons"] == []
    assert scan(client, others, order, "delivered")["reasons"] == []
    assert order_of(order.id).status == "delivered"
    assert_truthful(order.id)


def test_it_is_not_finished_without_having_been_started(client, others, order):
    told = scan(client, others, order, "completed")
    assert told["reasons"] == ["license_missing"]
    assert order_of(order.id).status == "created"
    assert_truthful(order.id)


def test_transport_needs_no_license(client, others, order):
    assert scan(client, others, order, "picked_up")["reasons"] == []
    assert scan(client, others, order, "delivered")["order"]["status"] == "delivered"
    assert licenses(order) == [None, None]


def test_work_that_is_taken_up_again_needs_it_again(client, hands, others, worker, order):
    give(worker.id, level=2)
    scan(client, hands, order, "processing", occurred_at=ago(minutes=9))
    scan(client, hands, order, "completed", occurred_at=ago(minutes=8))
    assert scan(client, others, order, "processing")["reasons"] == ["license_missing"]
    assert order_of(order.id).status == "completed"
    assert scan(client, hands, order, "processing")["reasons"] == ["rework"]


def test_a_force_is_no_license(client, worker, order):
    device = factories.device(worker_id=worker.id, profile="supervisor")
    told = scan(client, device, order, "processing", force={"reason": "hurry"})
    assert told["reasons"] == ["license_missing"]
    assert order_of(order.id).status == "created"


def test_a_device_of_nobody_holds_none(client, device, worker, order):
    give(worker.id, level=2)
    assert scan(client, device, order, "processing")["reasons"] == ["license_missing"]
    told = scan(client, device, order, "processing", worker_id=worker.id)
    assert told["order"]["status"] == "processing"


def test_an_old_device_names_its_worker_by_address(client, device, worker, order):
    license_id = give(worker.id, level=2)
    body = {"orderData": order.order_number, "action": "At Factory"}
    named = body | {"workerName": worker.name, "workerEmail": worker.email}
    client.post("/worker/scan", json=named, headers=device.headers)
    assert order_of(order.id).status == "processing"
    assert licenses(order) == [evidence(license_id)]


def test_services_without_a_requirement_are_as_before(client, hands, worker, service):
    give(worker.id, level=2)
    free = aged_order()
    assert scan(client, hands, free, "processing")["order"]["status"] == "processing"
    assert licenses(free) == [None]


@pytest.mark.parametrize(
    ("minutes", "counts"), [(90, False), (45, True), (10, False)], ids=["before", "held", "after"]
)
def test_a_late_scan_is_judged_as_of_its_own_moment(
    client, admin, hands, worker, order, minutes, counts
):
    license_id = give(worker.id, level=2, ago=1 / 24)
    admin.delete(f"{API}/{license_id}")
    ended = clock.now() - timedelta(minutes=30)
    tamper(license_id, "revoked_at = :at", at=f"{ended:%Y-%m-%d %H:%M:%S.%f}")
    told = scan(client, hands, order, "processing", occurred_at=ago(minutes=minutes))
    assert ("license_missing" in told["reasons"]) is not counts
    assert_truthful(order.id)


def test_no_scan_is_set_back_to_a_license_from_before_the_order_was_placed(
    client, hands, worker, service
):
    license_id = give(worker.id, level=2, ago=60)
    ended = clock.now() - timedelta(days=5)
    tamper(license_id, "expires_at = :at", at=f"{ended:%Y-%m-%d %H:%M:%S.%f}")
    order = factories.order(service_row=service)
    told = scan(client, hands, order, "processing", occurred_at=ago(days=6))
    assert {"license_missing", "before_order"} <= set(told["reasons"])
    assert licenses(order) == [UNLICENSED]
    assert assert_truthful(order.id).status == "created"


def test_any_order_of_arrival_gives_one_status(client, service, hands, others, worker):
    give(worker.id, level=2)
    steps = [
        (others, "picked_up", 50),
        (others, "processing", 45),
        (hands, "processing", 40),
        (others, "completed", 30),
    ]
    for arrival in itertools.permutations(steps):
        order = aged_order(service_row=service)
        for device, action, minutes in arrival:
            scan(client, device, order, action, occurred_at=ago(minutes=minutes))
        assert order_of(order.id).status == "completed", arrival
        assert_truthful(order.id)


def test_a_batch_judges_each_of_its_scans(client, hands, worker, service):
    orders = [aged_order(service_row=service) for _ in range(3)]
    free = aged_order()
    give(worker.id, level=2, ago=1 / 48)
    events = [
        event(orders[0].label_code, "processing", occurred_at=ago(hours=2)),
        event(orders[1].label_code, "processing", occurred_at=ago(minutes=2)),
        event(orders[2].label_code, "picked_up", occurred_at=ago(minutes=2)),
        event(free.label_code, "processing", occurred_at=ago(hours=2)),
    ]
    told = client.post(SCANS, json=batch(*events), headers=hands.headers).json
    assert told["counts"]["error"] == 0
    assert ["license_missing" in one["reasons"] for one in told["results"]] == [
        True,
        False,
        False,
        False,
    ]
    found = [order_of(one.id).status for one in (*orders, free)]
    assert found == ["created", "processing", "picked_up", "processing"]


def test_an_admin_gives_effect_to_what_was_withheld(client, admin, hands, others, order):
    told = scan(client, hands, order, "processing", occurred_at=ago(minutes=9))
    scan(client, others, order, "picked_up", occurred_at=ago(minutes=20))
    assert order_of(order.id).status == "picked_up"
    path = f"/api/v1/workers/scans/{told['event_id']}"
    applied = admin.post(f"{path}/apply", json={"reason": "he passed that very day"})
    assert applied.status_code == 201, applied.text
    assert order_of(order.id).status == "processing"
    assert_truthful(order.id)
    scan(client, others, order, "completed", occurred_at=ago(minutes=5))
    scan(client, others, order, "scanned", occurred_at=ago(minutes=8))
    assert order_of(order.id).status == "completed"
    assert_truthful(order.id)
    boss = factories.device(profile="supervisor")
    void = {"event_id": str(uuid.uuid4()), "sent_at": ago(), "reason": "did_not_occur"}
    answer = client.post(f"{path}/void", json=void, headers=boss.headers)
    assert answer.status_code == 201, answer.text
    assert order_of(order.id).status == "picked_up"  # done by who may not begin it
    assert_truthful(order.id)


def test_an_admin_dismisses_what_was_withheld(client, admin, hands, order):
    told = scan(client, hands, order, "processing")
    path = f"/api/v1/workers/scans/{told['event_id']}/dismiss"
    assert admin.post(path, json={"reason": "he knows now"}).status_code == 201
    assert order_of(order.id).status == "created"
    assert_truthful(order.id)


def test_a_check_in_needs_the_license(app, client, admin):
    make_type(validity_months=None)
    stage = salon(app, 1)
    performer = stage.shop.workers[0]
    visit = stage.book_begun(30)
    require(stage.shop.service)
    mine = factories.device(worker_id=performer.id, origin="login")
    told = scan(client, mine, visit, None, occurred_at=ago(minutes=25))
    assert (told["reasons"], told["order"]["status"]) == (["license_missing"], "created")
    give(performer.id, ago=1 / 72)
    told = scan(client, mine, visit, None, occurred_at=ago(minutes=10))
    assert (told["reasons"], told["order"]["status"]) == ([], "processing")
    told = scan(client, mine, visit, None, occurred_at=ago(minutes=1))
    assert (told["reasons"], told["order"]["status"]) == ([], "completed")
    assert_truthful(visit.id)


def test_an_applied_check_in_is_no_check_out_besides(app, client, admin):
    make_type(validity_months=None)
    stage = salon(app, 1)
    visit = stage.book_begun(30)
    require(stage.shop.service)
    mine = factories.device(worker_id=stage.shop.workers[0].id, origin="login")
    told = scan(client, mine, visit, None, occurred_at=ago(minutes=25))
    path = f"/api/v1/workers/scans/{told['event_id']}/apply"
    assert admin.post(path, json={"reason": "the papers were late"}).status_code == 201
    assert order_of(visit.id).status == "processing"
    assert_truthful(visit.id)


def counted(call):
    """How many statements a call asks, but for the one that announces a new status."""
    with counted_statements() as found:
        assert call().status_code in (200, 201)
    left_out = ("PRAGMA", "SET SESSION", "INSERT INTO outbox ")
    return len([one for one in found if not one.startswith(left_out)])


def require(service, level=1):
    with writing() as session:
        row = session.get(type(service), service.id)
        row.required_license, row.required_level = TYPE, level


@pytest.mark.parametrize("licensed", [True, False])
def test_the_check_asks_no_statement_of_its_own(client, hands, worker, service, licensed):
    if licensed:
        give(worker.id, level=2)
    free, bound = aged_order(), aged_order(service_row=service)

    def count(order):
        body = long_form(order.label_code, "processing")
        return counted(lambda: client.post(SCAN, json=body, headers=hands.headers))

    assert count(bound) == count(free) <= SCAN_MOST


def test_a_batch_asks_as_many_statements_as_before(client, hands, worker, service):
    give(worker.id, level=2)
    free = [aged_order() for _ in range(4)]
    bound = [aged_order(service_row=service) for _ in range(4)]

    def count(orders):
        body = batch(*(event(one.label_code, "processing") for one in orders))
        return counted(lambda: client.post(SCANS, json=body, headers=hands.headers))

    assert count(free) == count(bound)


def test_an_order_of_several_services_requires_what_each_of_them_does(client, hands, worker, admin):
    make_type("leather", validity_months=None)
    one = factories.service("A", required_license=TYPE, required_level=1)
    other = factories.service("B", required_license="leather", required_level=1)
    body = {"customerName": "A", "customerEmail": "a@example.com", "phone": "5550100"}
    placed = admin.post("/api/orders", json=body | {"serviceIds": [one.id, other.id]})
    assert placed.status_code == 201, placed.text
    number = placed.json["order_number"]
    first = give(worker.id, level=1)

    def start():
        return client.post(SCAN, json=long_form(number, "processing"), headers=hands.headers).json

    assert start()["reasons"] == ["license_missing"]
    second = give(worker.id, "leather")
    assert start()["order"]["status"] == "processing"
    [_, row] = tracks()
    assert {proof["license"] for proof in json.loads(row.license)} == {
        license_of(first).code,
        license_of(second).code,
    }
