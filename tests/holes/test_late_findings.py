"""Holes found by a second reading: who may know, resend and go on scanning."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.devices.revoking import revoke_device
from app.operations.devices.scanning import get_device
from app.operations.tracks.record import record_scans
from app.operations.tracks.sightings import Sighting
from app.support import clock
from app.support.label_text import read_label_text
from app.support.tokens import new_event_id
from tests import factories, scanning
from tests.factories import DeviceHandle
from tests.scanning import SCAN, SCANS, long_form, tracks

OLD_SCAN = "/worker/scan"


@pytest.mark.parametrize(("channel", "is_told"), [("legacy", True), ("v1", False)])
def test_hole_a_stranger_learns_no_order_of_an_account_by_its_address(
    client: FlaskClient, channel: str, is_told: bool
) -> None:
    order = factories.order(channel=channel, email="ada@example.com")
    worker = factories.worker()
    said = {"workerId": worker.id, "email": "ada@example.com", "action": "picked_up"}
    answer = client.post(OLD_SCAN, json=said)
    assert answer.status_code == 200
    told = {"order_number": order.order_number, "status": "created"}
    assert answer.json["order"] == (told if is_told else None)
    assert len(tracks()) == 1


def test_hole_a_worker_of_ours_still_finds_it(client: FlaskClient, device: DeviceHandle) -> None:
    order = factories.order(channel="v1", email="ada@example.com")
    said = {"email": "ada@example.com", "action": "picked_up"}
    answer = client.post(OLD_SCAN, json=said, headers=device.headers)
    assert answer.json["order"] == {"order_number": order.order_number, "status": "picked_up"}


def test_hole_a_forced_scan_that_is_stored_is_answered_to_whoever_resends_it(
    client: FlaskClient, device: DeviceHandle
) -> None:
    """The key is looked up before any other check: the new device may not force, nor need to."""
    supervisor = factories.device(profile="supervisor")
    order = factories.order()
    body = long_form(order.label_code, "completed", force={"reason": "label swapped"})
    first = client.post(SCAN, json=body, headers=supervisor.headers)
    again = client.post(SCAN, json=body, headers=device.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["reasons"] == ["forced"]
    other = long_form(order.label_code, "created", force={"reason": "because"})
    refused = client.post(SCAN, json=other, headers=device.headers)
    assert (refused.status_code, list(refused.json["details"])) == (400, ["force"])
    event = scanning.event(order.label_code, action="created", force={"reason": "because"})
    answer = client.post(SCANS, json=scanning.batch(event), headers=device.headers)
    (item,) = answer.json["results"]
    assert (item["error"], item["field"]) == ("VALIDATION_ERROR", "force")
    assert len(tracks()) == 1


def test_hole_a_device_that_is_revoked_while_it_scans_is_asked_again(
    app: Application, device: DeviceHandle
) -> None:
    order = factories.order()
    with database.transaction():
        seen = get_device(device.token, at=clock.now())
    with database.transaction():
        revoke_device(device.id, at=clock.now(), actor=SYSTEM)
    sighting = Sighting(
        event_id=new_event_id(),
        label=read_label_text(order.label_code, frozenset()),
        code_digest=None,
        content_digest=b"0" * 32,
        action="picked_up",
    )
    with pytest.raises(database.Replay), database.transaction():
        record_scans([sighting], received_at=clock.now(), device=seen)
    assert tracks() == []


@pytest.mark.parametrize(
    ("addresses", "is_one_client"),
    [("2001:db8::{:x}", True), ("2001:db8:0:{:x}::1", False), ("::ffff:192.0.2.{}", False)],
)
def test_hole_the_addresses_of_one_ipv6_network_and_no_others_are_one_client(
    make_app: Callable[..., Application], addresses: str, is_one_client: bool
) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    statuses = [
        client.post(
            "/api/v1/auth/login",
            json={"email": f"user{number}@example.com", "password": "wrong password"},
            environ_overrides={"REMOTE_ADDR": addresses.format(number)},
        ).status_code
        for number in range(1, 12)
    ]
    assert statuses == [401] * 10 + [429 if is_one_client else 401]


def test_a_device_of_nobody_takes_back_what_it_scanned_for_a_named_worker(
    client: FlaskClient, device: DeviceHandle
) -> None:
    order, worker, other = factories.order(), factories.worker(), factories.device()
    body = long_form(order.label_code, "picked_up", worker_id=worker.id)
    client.post(SCAN, json=body, headers=device.headers)
    path = f"{SCANS}/{body['event_id']}/void"
    void = {"event_id": new_event_id(), "reason": "did_not_occur"}
    assert client.post(path, json=void, headers=other.headers).status_code == 403
    assert client.post(path, json=void, headers=device.headers).status_code == 201
    assert scanning.order_of(order.id).status == "created"
