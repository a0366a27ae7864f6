"""A license's page and the certificate's page, by their markup: what anybody sees without a script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.licenses.change import revoke_license, rotate_license
from app.support import clock
from tests import factories, proofs
from tests.factories import writing
from tests.proofs import NAME, held
from tests.statements import counted_statements


def heading(client: FlaskClient, address: str) -> str:
    page = client.get(address).text
    return page.split("<h1>")[1].split("</h1>")[0]


def test_the_page_of_a_valid_license_names_its_holder_and_when_it_was_checked(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    page = client.get(f"/l/{one.code}")
    assert page.status_code == 200
    assert NAME in page.text
    assert "Dry cleaning" in page.text
    assert "Checked" in page.text
    assert "@example.com" not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_each_of_the_six_statuses_is_shown(client: FlaskClient, app: Application) -> None:
    valid, revoked, tampered, rotated = (held(app) for _ in range(4))
    with writing():
        revoke_license(revoked.id, at=clock.now(), actor=SYSTEM)
    with writing():
        rotate_license(rotated.id, at=clock.now(), actor=SYSTEM)
    proofs.in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=tampered.id)
    assert heading(client, f"/l/{valid.code}") == "Valid"
    assert heading(client, f"/l/{revoked.code}") == "Revoked"
    assert heading(client, f"/l/{tampered.code}") == "Do not rely on this"
    assert heading(client, f"/l/{rotated.code}?serial=1") == "Superseded"
    assert heading(client, "/l/LIC-0000000000") == "Unknown"
    with time_machine.travel(clock.now() + timedelta(days=800), tick=False):
        assert heading(client, f"/l/{valid.code}") == "Expired"


def test_a_tampered_license_is_said_aloud_and_nothing_of_it_is_repeated(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    proofs.in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=one.id)
    page = client.get(f"/l/{one.code}").text
    assert 'role="alert"' in page
    assert NAME not in page


def test_an_unknown_license_is_404(client: FlaskClient) -> None:
    assert client.get("/l/LIC-0000000000").status_code == 404
    assert client.get("/l/%3Cscript%3E").status_code == 404
    assert "<script>" not in client.get("/l/%3Cscript%3E").text.replace('<script type="module"', "")


def test_a_license_page_takes_three_statements(client: FlaskClient, app: Application) -> None:
    one = held(app)
    with counted_statements() as statements:
        client.get(f"/l/{one.code}")
    assert len(statements) == 3, statements


def test_a_number_typed_without_a_script_leads_to_its_page(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    answer = client.get("/l/", query_string={"code": one.code.lower()})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/l/{one.code}")
    assert client.get("/l/", query_string={"code": "//evil"}).headers["Location"] == "/l/unknown"


@pytest.fixture
def file(client: FlaskClient, admin: FlaskClient) -> str:
    order = factories.placed_order()
    return str(admin.get(f"/api/v1/orders/{order.order_number}/certificate.json").text)


def test_a_certificate_is_checked_without_a_script(client: FlaskClient, file: str) -> None:
    page = client.post("/c", data={"text": file})
    assert page.status_code == 200
    assert "Genuine, to the letter" in page.text
    changed = client.post("/c", data={"text": file.replace('"created"', '"delivered"')})
    assert "Invalid" in changed.text
    assert "Genuine" not in changed.text


@pytest.mark.parametrize("given", [{}, {"text": ""}])
def test_nothing_to_check_is_refused(client: FlaskClient, given: dict[str, Any]) -> None:
    assert client.post("/c", data=given).status_code == 400


@pytest.mark.parametrize("text", ["nonsense", "{}", '{"certificate": {}, "signature": 7}', "a.b.c"])
def test_what_is_no_certificate_is_invalid(client: FlaskClient, text: str) -> None:
    assert "Invalid" in client.post("/c", data={"text": text}).text
