"""How who holds a license proves it: the paper, the symbol, the badge."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image

from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.audit.sealing import seal_all
from app.operations.licenses.change import change_license, revoke_license, rotate_license
from app.support import clock
from tests import factories, proofs, symbols
from tests.factories import writing
from tests.proofs import MY, NAME, held, link_of, symbol, verified, words
from tests.statements import counted_statements


def test_the_symbol_on_the_paper_verifies_with_the_published_keys_alone(
    client: FlaskClient, app: Application, tmp_path: Path
) -> None:
    one = held(app)
    paper = client.get(f"{MY}/{one.id}/pdf", headers=one.account.headers)
    assert paper.status_code == 200, paper.text
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    said = symbol(paper.data, tmp_path)
    page, _, token = said.partition("#")
    assert page == f"{app.settings.public_url}/l/{one.code}"
    claims = verified(token, client)
    assert claims["iss"] == app.settings.public_url
    assert claims["jti"] == f"{one.code}.1"
    assert (claims["n"], claims["t"], claims["l"], claims["i"]) == (NAME, "dry_cleaning", 2, one.id)


def test_the_paper_says_name_number_type_level_dates_and_record(
    client: FlaskClient, app: Application, tmp_path: Path
) -> None:
    one = held(app)
    paper = client.get(f"{MY}/{one.id}/pdf", headers=one.account.headers).data
    text = words(paper, tmp_path)
    for part in (NAME, one.code, "dry_cleaning", "Dry cleaning", "Level 2", "Valid until"):
        assert part in text, part
    assert b"/Subtype /Image" in paper


def test_the_same_license_has_the_same_paper_until_it_changes(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)

    def paper() -> bytes:
        return client.get(f"{MY}/{one.id}/pdf", headers=one.account.headers).data

    first = paper()
    assert paper() == first
    with writing():
        change_license(one.id, {"level": 3}, at=clock.now(), actor=SYSTEM)
    assert paper() != first


def test_the_paper_names_the_seal_of_its_record_once_that_is_sealed(
    client: FlaskClient, app: Application, tmp_path: Path
) -> None:
    one = held(app)

    def text() -> str:
        return words(client.get(f"{MY}/{one.id}/pdf", headers=one.account.headers).data, tmp_path)

    assert "the next one will hold this record" in text()
    with app.app_context():
        seal_all()
    [said] = [line for line in text().splitlines() if "Ledger seal" in line]
    assert re.search(r"Ledger seal [0-9]+ of .+: [0-9a-f]{64}", said)


def test_a_letter_that_the_font_lacks_is_an_error_and_no_blank(
    client: FlaskClient, app: Application
) -> None:
    one = held(app, "李 Ming")
    answer = client.get(f"{MY}/{one.id}/pdf", headers=one.account.headers)
    assert answer.status_code == 409
    assert "李" in answer.json["message"]


def test_the_symbol_comes_as_an_image_whose_description_is_the_number(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    answer = client.get(f"{MY}/{one.id}/qr", headers=one.account.headers)
    image = Image.open(BytesIO(b64decode(answer.json["qr_code"])))
    assert image.info["Description"] == one.code
    said = symbols.text(image)
    assert said == answer.json["payload"]
    assert one.code in said
    assert said.endswith(f"#{answer.json['token']}")
    bare = client.get(f"{MY}/{one.id}/qr", headers={**one.account.headers, "Accept": "image/png"})
    assert bare.mimetype == "image/png"
    assert bare.data == b64decode(answer.json["qr_code"])


def test_a_device_of_the_holder_shows_the_license_too(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    assert client.get(f"{MY}/{one.id}/qr", headers=one.device.headers).status_code == 200
    assert client.get(f"{MY}/{one.id}/pdf", headers=one.device.headers).status_code == 200


@pytest.mark.parametrize("what", ["pdf", "qr", "qr?badge=1"])
def test_another_persons_license_is_not_there(
    client: FlaskClient, app: Application, what: str
) -> None:
    one, other = held(app), held(app)
    address = f"{MY}/{one.id}/{what}"
    assert client.get(address, headers=other.account.headers).status_code == 404
    assert client.get(address, headers=other.device.headers).status_code == 404
    assert client.get(address).status_code == 401
    assert factories.sign_in_admin(app).get(address).status_code == 401


def test_a_badge_lives_for_ten_minutes_and_a_card_for_ninety_days(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    card = verified(link_of(client, one).partition("#")[2], client)
    badge = verified(link_of(client, one, badge=True).partition("#")[2], client)
    assert badge["exp"] - badge["iat"] == 600
    assert card["exp"] - card["iat"] == timedelta(days=90).total_seconds()


def test_another_card_has_another_symbol(client: FlaskClient, app: Application) -> None:
    one = held(app)
    before = link_of(client, one)
    assert link_of(client, one) == before
    with writing():
        rotate_license(one.id, at=clock.now(), actor=SYSTEM)
    assert link_of(client, one) != before


def test_what_is_not_valid_is_not_proved(client: FlaskClient, app: Application) -> None:
    one = held(app)
    with writing():
        revoke_license(one.id, at=clock.now(), actor=SYSTEM)
    for what in ("pdf", "qr"):
        answer = client.get(f"{MY}/{one.id}/{what}", headers=one.account.headers)
        assert answer.status_code == 409
    other = held(app)
    proofs.in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=other.id)
    assert client.get(f"{MY}/{other.id}/pdf", headers=other.account.headers).status_code == 409


def test_an_expired_license_has_no_card(client: FlaskClient, app: Application) -> None:
    one = held(app)
    with time_machine.travel(clock.now() + timedelta(days=800), tick=False):
        fresh = factories.device("Later", worker_id=one.worker_id)
        answer = client.get(f"{MY}/{one.id}/qr", headers=fresh.headers)
    assert answer.status_code == 409
    assert "expired" in answer.json["message"]


def test_showing_a_license_writes_nothing_and_takes_few_statements(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    before = proofs.row(one.id).version
    with counted_statements() as statements:
        assert client.get(f"{MY}/{one.id}/pdf", headers=one.device.headers).status_code == 200
    assert len(statements) <= 6, statements
    assert all(one.startswith("SELECT") for one in statements), statements
    assert proofs.row(one.id).version == before
