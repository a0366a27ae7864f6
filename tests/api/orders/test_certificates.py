"""The custody certificate of an order: who gets it, what it lists, and that nothing in it can be changed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS
from sqlalchemy import text as sql

from app.extensions import signing_keys
from app.http.application import Application
from app.models import AuditEvent, Track
from app.operations.certificates.signing import check_certificate
from app.support.signed_claims import key_set
from tests import factories, scanning
from tests.appointments import salon
from tests.factories import writing
from tests.licensing import give, license_of, make_type
from tests.proofs import symbol, words
from tests.statements import counted_statements


def scanned_order(client: FlaskClient, scans: int = 3, **more: Any) -> Any:
    """An order that a named worker's device has scanned so many times."""
    order = factories.placed_order(**more)
    worker = factories.worker("Őze Алина")
    device = factories.device("Counter", worker_id=worker.id)
    for start in range(0, scans, 500):
        events = [
            scanning.event(order.label_code, "picked_up" if n == 0 else "scanned", seq=n + 1)
            | {"location": {"code": f"Halle 😀 {n}"}, "occurred_at": scanning.ago(seconds=600 - n)}
            for n in range(start, min(scans, start + 500))
        ]
        answer = client.post(scanning.SCANS, json=scanning.batch(*events), headers=device.headers)
        assert answer.json["batch"] == "ok", answer.text
    return order


def certificate(client: FlaskClient, order: Any, form: str = "json", **headers: Any) -> Any:
    answer = client.get(f"/api/v1/orders/{order.order_number}/certificate.{form}", **headers)
    assert answer.status_code == 200, answer.text
    return answer


def is_genuine(app: Application, text: str) -> bool:
    with app.app_context():
        return check_certificate(text, issuer=app.settings.public_url) is not None


def test_a_certificate_lists_every_scan_with_its_time_place_worker_and_record(
    client: FlaskClient, admin: FlaskClient
) -> None:
    order = scanned_order(client)
    said = certificate(admin, order).json["certificate"]
    rows = {row.event_id: row for row in scanning.tracks(order_id=order.id)}
    assert [event["event_id"] for event in said["events"]] == list(rows)
    for event in said["events"]:
        row = rows[event["event_id"]]
        assert event["record"] == row.mac.hex()
        assert (event["clock"], event["result"]) == (row.clock, row.result)
        assert event["place"].startswith("Halle 😀")
        assert event["worker"]["name"] == "Őze Алина"
        assert event["device"]["name"] == "Counter"
    assert said["order"]["order_number"] == order.order_number
    assert said["order"]["status"] == "picked_up"


def test_a_start_is_listed_with_the_license_that_its_worker_held(
    client: FlaskClient, admin: FlaskClient, tmp_path: Path
) -> None:
    kind = make_type()
    service = factories.service(required_license=kind, required_level=1)
    order = factories.placed_order(service_row=service)
    worker = factories.worker()
    code = license_of(give(worker.id, kind, 2, ago=3)).code
    device = factories.device("Press", worker_id=worker.id)
    scan = scanning.long_form(order.label_code, "processing")
    answer = client.post(scanning.SCAN, json=scan, headers=device.headers)
    assert answer.json["result"] != "rejected", answer.text
    (event,) = certificate(admin, order).json["certificate"]["events"]
    assert event["license"] == {"license": code, "level": 2, "version": 1}
    paper = admin.get(f"/api/v1/orders/{order.order_number}/certificate.pdf").data
    assert f"license: {code} level 2, version 1" in words(paper, tmp_path)


def test_what_was_taken_back_is_listed_and_marked(client: FlaskClient, admin: FlaskClient) -> None:
    order = scanned_order(client, 2)
    last = scanning.tracks(order_id=order.id)[-1]
    void = {"event_id": "01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10", "sent_at": scanning.ago()}
    answer = admin.post(
        f"/api/v1/workers/scans/{last.event_id}/void", json={**void, "reason": "did_not_occur"}
    )
    if answer.status_code in (401, 403):  # a supervisor's device voids what others scanned
        device = factories.device("Boss", profile="supervisor")
        answer = client.post(
            f"/api/v1/workers/scans/{last.event_id}/void",
            json={**void, "reason": "did_not_occur"},
            headers=device.headers,
        )
    assert answer.status_code == 201, answer.text
    events = certificate(admin, order).json["certificate"]["events"]
    assert [(one["kind"], one["voided"], one["about"]) for one in events] == [
        ("scan", False, None),
        ("scan", True, None),
        ("void", False, last.event_id),
    ]


def test_an_independent_library_verifies_a_certificate_with_the_key_set_alone(
    client: FlaskClient, admin: FlaskClient, app: Application
) -> None:
    file = certificate(admin, scanned_order(client)).json
    signed = JWS()
    signed.deserialize(file["signature"])
    with app.app_context():
        signed.verify(JWKSet.from_json(json.dumps(key_set(signing_keys.ring))))
    text = json.dumps(
        file["certificate"], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    digest = urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
    assert json.loads(signed.payload)["d"] == digest


def test_a_certificate_of_200_scans_verifies_as_a_file_and_on_paper(
    client: FlaskClient, admin: FlaskClient, app: Application
) -> None:
    order = scanned_order(client, 200)
    assert certificate(admin, order, "pdf").data.startswith(b"%PDF")
    file = certificate(admin, order)
    assert len(file.json["certificate"]["events"]) == 200
    assert is_genuine(app, file.text)


def test_the_number_of_statements_does_not_grow_with_the_scans(
    client: FlaskClient, admin: FlaskClient
) -> None:
    counts = set()
    for scans in (1, 40):
        order = scanned_order(client, scans)
        with counted_statements() as statements:
            certificate(admin, order)
        counts.add(len(statements))
    assert counts == {5}, statements


def test_one_changed_byte_makes_a_certificate_false(
    client: FlaskClient, admin: FlaskClient, app: Application
) -> None:
    text = certificate(admin, scanned_order(client, 1)).text
    assert is_genuine(app, text)
    for place in range(0, len(text), 7):
        other = "1" if text[place] != "1" else "2"
        assert not is_genuine(app, text[:place] + other + text[place + 1 :]), text[place - 9 :][:20]


def test_the_symbol_on_the_paper_leads_to_the_signature_of_the_same_content(
    client: FlaskClient, admin: FlaskClient, app: Application, tmp_path: Path
) -> None:
    order = scanned_order(client, 5)
    paper = admin.get(f"/api/v1/orders/{order.order_number}/certificate.pdf")
    assert paper.content_type == "application/pdf"
    found = symbol(paper.data, tmp_path)
    assert found.startswith(f"{app.settings.public_url}/c#")
    with app.app_context():
        said = check_certificate(found, issuer=app.settings.public_url)
    assert said is not None
    assert (said["sub"], said["e"]) == (order.order_number, 5)
    text = words(paper.data, tmp_path)
    assert order.order_number in text
    assert text.count("Őze Алина") == 5
    assert "Halle [U+1F600] 4" in text


@pytest.mark.parametrize("kind", ["json", "pdf"])
def test_its_customer_its_business_and_admins_get_it_and_nobody_else(
    client: FlaskClient, admin: FlaskClient, customer: Any, app: Application, kind: str
) -> None:
    order = scanned_order(client, 1, customer_id=customer.id)
    address = f"/api/v1/orders/{order.order_number}/certificate.{kind}"
    stranger = factories.sign_up(app, "stranger@example.com")
    device = factories.device("Another")
    assert client.get(address).status_code == 401
    assert client.get(address, headers=stranger.headers).status_code == 404
    assert client.get(address, headers=customer.headers).status_code == 200
    assert client.get(address, headers=device.headers).status_code == 200
    assert admin.get(address).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tracks SET location = 'elsewhere' WHERE order_id = :id",
        "DELETE FROM tracks WHERE order_id = :id AND location LIKE '% 1'",
        "UPDATE tracks SET order_id = NULL WHERE order_id = :id AND location LIKE '% 1'",
        "UPDATE orders SET status = 'delivered' WHERE id = :id",
        "UPDATE orders SET status_since = created_at WHERE id = :id",
        "UPDATE orders SET piece_count = 7 WHERE id = :id",
        "UPDATE orders SET service_name = 'Another one' WHERE id = :id",
        "UPDATE orders SET version = version - 1 WHERE id = :id",
        "UPDATE audit_events SET seq = 2 WHERE resource_type = 'order' AND resource_id = :id",
        "DELETE FROM audit_events WHERE resource_type = 'order' AND resource_id = :id",
    ],
)
def test_what_somebody_changed_in_the_database_is_not_certified(
    client: FlaskClient, admin: FlaskClient, change: str
) -> None:
    order = scanned_order(client)
    certificate(admin, order)
    with writing() as session:
        session.execute(sql(change), {"id": order.id})
    answer = admin.get(f"/api/v1/orders/{order.order_number}/certificate.json")
    assert answer.status_code == 503


def test_a_false_record_does_not_stand_for_a_scan_that_was_deleted(
    client: FlaskClient, admin: FlaskClient
) -> None:
    order = scanned_order(client)
    with writing() as session:
        [gone] = (
            session.query(Track).filter_by(order_id=order.id).filter(Track.location.like("% 1"))
        )
        [model] = session.query(AuditEvent).filter_by(resource_type="order", resource_id=order.id)
        values = {column.name: getattr(model, column.name) for column in model.__table__.columns}
        session.delete(gone)
        session.add(AuditEvent(**values | {"id": None, "seq": gone.order_version}))
    answer = admin.get(f"/api/v1/orders/{order.order_number}/certificate.json")
    assert answer.status_code == 503


def test_what_an_admin_did_with_an_order_is_certified_too(
    client: FlaskClient, admin: FlaskClient, app: Application
) -> None:
    order = scanned_order(client)
    told = admin.put(f"/admin/api/orders/{order.order_number}", json={"status": "completed"})
    assert told.status_code == 200, told.text
    told = admin.post(f"/api/v1/orders/{order.order_number}/rotate-label")
    assert told.status_code == 200, told.text
    file = certificate(admin, order)
    assert file.json["certificate"]["order"]["status"] == "completed"
    assert is_genuine(app, file.text)


def test_an_appointment_is_certified_from_its_hold_to_its_end(
    client: FlaskClient, admin: FlaskClient, app: Application
) -> None:
    stage = salon(app, 1)
    visit = stage.book_begun(30)
    performer = stage.shop.workers[0]
    mine = factories.device(worker_id=performer.id, origin="login")
    for minutes in (25, 1):
        body = scanning.long_form(visit.label_code, None, occurred_at=scanning.ago(minutes=minutes))
        assert client.post(scanning.SCAN, json=body, headers=mine.headers).status_code == 201
    file = certificate(admin, visit)
    assert file.json["certificate"]["order"]["status"] == "completed"
    assert is_genuine(app, file.text)
    other = stage.book()
    told = stage.post(other.order_number, "cancel", stage.ada)
    assert told.status_code == 200, told.text
    assert certificate(admin, other).json["certificate"]["order"]["status"] == "cancelled"
