"""Voiding, applying and dismissing scans (scans.md 8)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from app.models import OrderAlias, Track
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.scanning import (
    SCAN,
    SCANS,
    aged_order,
    ago,
    assert_truthful,
    long_form,
    order_of,
    tracks,
)


@pytest.fixture
def worker():
    return factories.worker()


@pytest.fixture
def own_device(worker):
    """A device on which the worker is signed in."""
    return factories.device(worker_id=worker.id, origin="login")


@pytest.fixture
def supervisor():
    return factories.device("Desk", profile="supervisor")


def scanned(client, device, code, action="picked_up", **more) -> str:
    answer = client.post(SCAN, json=long_form(code, action, **more), headers=device.headers)
    assert answer.status_code == 201, answer.text
    return answer.json["event_id"]


def void_body(**more):
    return {"event_id": str(uuid.uuid4()), "sent_at": ago(), "reason": "did_not_occur"} | more


def void(client, target, headers=None, **more):
    return client.post(f"{SCANS}/{target}/void", json=void_body(**more), headers=headers)


def apply(admin, event_id, **more):
    return admin.post(f"{SCANS}/{event_id}/apply", json={"reason": "seen by Ada"} | more)


def dismiss(admin, event_id):
    return admin.post(f"{SCANS}/{event_id}/dismiss", json={"reason": "a test label"})


def make_older(event_id: str, **span: float) -> None:
    """Let a scan have arrived so long ago."""
    with writing() as session:
        row = session.query(Track).filter_by(event_id=event_id).one()
        row.received_at = clock.now() - timedelta(**span)


# --- void ---------------------------------------------------------------------------------------


def test_a_voided_scan_has_no_effect_and_stays_in_the_history(client, own_device):
    order = aged_order()
    scanned(client, own_device, order.label_code, "picked_up")
    event_id = scanned(client, own_device, order.label_code, "delivered")
    answer = void(client, event_id, own_device.headers, note="wrong shelf")
    assert answer.status_code == 201, answer.text
    assert answer.json["order"]["status"] == "picked_up"
    assert answer.json["transition"] == {
        "from": "delivered",
        "to": "picked_up",
        "applied": True,
        "skipped": [],
    }
    assert assert_truthful(order.id).status == "picked_up"
    kinds = [(row.kind, row.target_event_id) for row in tracks()]
    assert kinds == [("scan", None), ("scan", None), ("void", event_id)]
    assert tracks(kind="void")[0].note == "did_not_occur, wrong shelf"


def test_a_void_is_safe_to_send_again(client, own_device):
    order = aged_order()
    event_id = scanned(client, own_device, order.label_code)
    body = void_body()
    path = f"{SCANS}/{event_id}/void"
    first = client.post(path, json=body, headers=own_device.headers)
    again = client.post(path, json=body | {"sent_at": ago()}, headers=own_device.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["replayed"] is True
    other = client.post(path, json=body | {"reason": "incorrect_data"}, headers=own_device.headers)
    assert (other.status_code, other.json["error_code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert_truthful(order.id)


def test_a_void_with_the_key_of_a_scan_is_a_conflict(client, own_device):
    event_id = scanned(client, own_device, aged_order().label_code)
    answer = void(client, event_id, own_device.headers, event_id=event_id)
    assert (answer.status_code, answer.json["error_code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_scan_is_voided_once(client, own_device):
    order = aged_order()
    event_id = scanned(client, own_device, order.label_code)
    assert void(client, event_id, own_device.headers).status_code == 201
    answer = void(client, event_id, own_device.headers)
    assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT")
    assert_truthful(order.id)


def test_the_same_worker_may_void_on_another_device(client, worker, own_device):
    event_id = scanned(client, own_device, aged_order().label_code)
    other = factories.device(worker_id=worker.id, origin="login")
    assert void(client, event_id, other.headers).status_code == 201


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 201), (15.1, 403)])
def test_the_same_worker_may_void_for_15_minutes(client, own_device, minutes, status):
    event_id = scanned(client, own_device, aged_order().label_code)
    make_older(event_id, minutes=minutes)
    assert void(client, event_id, own_device.headers).status_code == status


def test_another_worker_may_not_void(client, own_device):
    order = aged_order()
    event_id = scanned(client, own_device, order.label_code)
    other = factories.device(worker_id=factories.worker().id, origin="login")
    answer = void(client, event_id, other.headers)
    assert (answer.status_code, answer.json["error_code"]) == (403, "PERMISSION_DENIED")
    assert assert_truthful(order.id).status == "picked_up"


def test_another_device_without_a_worker_may_not_void(client, device):
    event_id = scanned(client, device, aged_order().label_code)
    assert void(client, event_id, factories.device().headers).status_code == 403
    assert void(client, event_id, device.headers).status_code == 201


@pytest.mark.parametrize("days", [0, 29])
def test_a_supervisor_may_void_at_any_time(client, own_device, supervisor, days):
    event_id = scanned(client, own_device, aged_order().label_code)
    make_older(event_id, days=days)
    assert void(client, event_id, supervisor.headers).status_code == 201


def test_an_admin_may_void_at_any_time(client, own_device, admin):
    event_id = scanned(client, own_device, aged_order().label_code)
    make_older(event_id, days=300)
    assert void(admin, event_id).status_code == 201


def test_a_customer_may_not_void(client, device, customer):
    event_id = scanned(client, device, aged_order(customer_id=customer.id).label_code)
    assert void(client, event_id, customer.headers).status_code == 403


def test_what_is_not_a_scan_cannot_be_voided(client, own_device):
    assert void(client, uuid.uuid4(), own_device.headers).status_code == 404
    event_id = scanned(client, own_device, aged_order().label_code)
    void_id = void(client, event_id, own_device.headers).json["event_id"]
    assert void(client, void_id, own_device.headers).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("event_id", "7"), ("reason", "because"), ("replaced_by", 7), ("sent_at", "yesterday")],
)
def test_a_bad_void_names_its_field(client, own_device, field, value):
    event_id = scanned(client, own_device, aged_order().label_code)
    answer = void(client, event_id, own_device.headers, **{field: value})
    assert (answer.status_code, list(answer.json["details"])) == (400, [field])
    assert len(tracks()) == 1


# --- apply and dismiss --------------------------------------------------------------------------


def too_old(client, device, order, **more) -> str:
    at = ago(days=31)
    body = long_form(order.label_code, "processing", occurred_at=at, **more)
    answer = client.post(SCAN, json=body, headers=device.headers)
    assert (answer.status_code, answer.json["reason"]) == (201, "too_old"), answer.text
    return answer.json["event_id"]


def unverified(client, order) -> str:
    body = {"order_number": order.order_number, "workerId": 1, "action": "At Factory"}
    body["workerId"] = factories.worker().id
    assert client.post("/worker/scan", json=body).status_code == 200
    (row,) = tracks(order_id=order.id, reasons="unverified,skipped_states") or tracks(
        order_id=order.id
    )
    assert "unverified" in row.reasons
    return row.event_id


def quarantined(client, order) -> str:
    device = factories.device(revoked_at=clock.now())
    body = {"sent_at": ago(), "events": [long_form(order.label_code, "processing")]}
    answer = client.post(SCANS, json=body, headers=device.headers)
    assert answer.json["results"][0]["reason"] == "quarantined", answer.text
    return answer.json["results"][0]["event_id"]


@pytest.fixture(params=["too_old", "unverified", "quarantined"])
def without_effect(request, client, device):
    """An order, and a scan of it to `processing` that had no effect."""
    order = aged_order()
    make = {
        "too_old": lambda: too_old(client, device, order, location="PLANT"),
        "unverified": lambda: unverified(client, order),
        "quarantined": lambda: quarantined(client, order),
    }[request.param]
    event_id = make()
    assert assert_truthful(order.id).status == "created"
    return order.id, event_id


def test_an_admin_may_give_effect_to_a_scan_that_had_none(admin, without_effect):
    order_id, event_id = without_effect
    answer = apply(admin, event_id)
    assert answer.status_code == 201, answer.text
    order = assert_truthful(order_id)
    scan, applied = tracks(order_id=order_id)
    assert order.status == "processing"
    assert order.status_since == scan.effective_at == applied.effective_at
    assert (applied.kind, applied.target_event_id) == ("apply", event_id)
    assert answer.json["order"]["status"] == "processing"


def test_an_applied_scan_is_applied_once(admin, without_effect):
    order_id, event_id = without_effect
    assert apply(admin, event_id).status_code == 201
    assert apply(admin, event_id).status_code == 409
    assert_truthful(order_id)


def test_an_applied_scan_can_be_voided(admin, without_effect):
    order_id, event_id = without_effect
    apply(admin, event_id)
    answer = void(admin, event_id)
    assert answer.status_code == 201, answer.text
    assert answer.json["transition"]["to"] == "created"
    assert assert_truthful(order_id).status == "created"


def test_a_voided_scan_cannot_be_applied(admin, without_effect):
    order_id, event_id = without_effect
    assert void(admin, event_id).status_code == 201
    assert apply(admin, event_id).status_code == 409
    assert assert_truthful(order_id).status == "created"


def test_a_dismissed_scan_has_no_effect_and_is_dismissed_once(admin, without_effect):
    order_id, event_id = without_effect
    answer = dismiss(admin, event_id)
    assert answer.status_code == 201, answer.text
    assert dismiss(admin, event_id).status_code == 409
    assert assert_truthful(order_id).status == "created"


def test_an_applied_scan_takes_its_place_in_time(client, device, admin):
    order = aged_order()
    event_id = too_old(client, device, order)
    scanned(client, device, order.label_code, "completed")
    assert apply(admin, event_id).status_code == 201
    after = assert_truthful(order.id)
    assert (after.status, after.version) == ("completed", 4)
    assert after.status_since > clock.now() - timedelta(minutes=1)


def test_a_scan_without_an_order_is_applied_to_the_one_that_the_admin_names(client, device, admin):
    order = aged_order()
    event_id = scanned(client, device, "NOSUCH42", "processing")
    assert apply(admin, event_id).status_code == 400
    assert apply(admin, event_id, order="NOSUCH42").status_code == 404
    answer = apply(admin, event_id, order=order.order_number)
    assert answer.status_code == 201, answer.text
    assert assert_truthful(order.id).status == "processing"


def test_a_scan_that_was_applied_to_a_named_order_can_be_voided(client, device, admin):
    order = aged_order()
    event_id = scanned(client, device, "NOSUCH42", "processing")
    apply(admin, event_id, order=order.order_number)
    assert void(admin, event_id).status_code == 201
    assert assert_truthful(order.id).status == "created"


def test_a_voided_scan_without_an_order_cannot_be_applied_to_one(client, device, admin):
    order = aged_order()
    event_id = scanned(client, device, "NOSUCH42", "processing")
    assert void(admin, event_id).status_code == 201
    assert apply(admin, event_id, order=order.order_number).status_code == 409
    assert assert_truthful(order.id).status == "created"


def test_a_scan_that_had_its_effect_is_neither_applied_nor_dismissed(client, device, admin):
    event_id = scanned(client, device, aged_order().label_code)
    assert apply(admin, event_id).status_code == 409
    assert dismiss(admin, event_id).status_code == 409


def test_a_flagged_scan_can_be_dismissed_and_keeps_its_effect(client, device, admin):
    order = aged_order()
    event_id = scanned(client, device, order.label_code, "completed")
    assert apply(admin, event_id).status_code == 409
    assert dismiss(admin, event_id).status_code == 201
    assert assert_truthful(order.id).status == "completed"


@pytest.mark.parametrize("what", ["apply", "dismiss"])
def test_only_an_admin_judges(client, supervisor, device, what):
    event_id = scanned(client, device, "NOSUCH42")
    path = f"{SCANS}/{event_id}/{what}"
    assert client.post(path, json={"reason": "x"}, headers=supervisor.headers).status_code == 403
    assert client.post(path, json={"reason": "x"}).status_code == 401


@pytest.mark.parametrize("what", ["apply", "dismiss"])
@pytest.mark.parametrize("reason", [None, "", "  ", 7])
def test_a_judgement_needs_a_reason(client, admin, device, what, reason):
    event_id = scanned(client, device, "NOSUCH42")
    answer = admin.post(f"{SCANS}/{event_id}/{what}", json={"reason": reason})
    assert (answer.status_code, list(answer.json["details"])) == (400, ["reason"])


def test_a_judged_scan_itself_is_never_changed(admin, without_effect):
    order_id, event_id = without_effect
    columns = [column.key for column in Track.__table__.columns]
    before = [getattr(tracks(event_id=event_id)[0], name) for name in columns]
    apply(admin, event_id)
    dismiss(admin, event_id)
    void(admin, event_id)
    assert [getattr(tracks(event_id=event_id)[0], name) for name in columns] == before
    assert_truthful(order_id)


def test_a_scan_of_a_replaced_label_can_be_voided(client, device):
    order = aged_order()
    replaced = factories.order().label_code
    with writing() as session:
        session.query(type(order)).filter_by(label_code=replaced).update(
            {"label_code": factories.new_label_code()}
        )
        session.add(OrderAlias(alias=replaced, order_id=order.id, kind="label"))
    event_id = scanned(client, device, replaced)
    assert tracks()[0].reasons == "superseded_label"
    assert void(client, event_id, device.headers).status_code == 201
    assert order_of(order.id).status == "created"
