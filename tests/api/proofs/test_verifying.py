"""What anybody learns of a license by its number, and what a phone keeps to check without a network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.extensions import signing_keys
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.licenses.change import revoke_license, rotate_license
from app.support import clock
from app.support.status_lists import is_void, read_status_list
from tests import proofs
from tests.factories import writing
from tests.proofs import NAME, held
from tests.statements import counted_statements

VERIFY = "/api/v1/licenses/verify"
FIELDS = {
    "is_valid",
    "status",
    "license_code",
    "specialization",
    "specialization_type",
    "level",
    "holder",
    "issued_at",
    "expires_at",
    "checked_at",
}


def verify(client: FlaskClient, code: str, **query: Any) -> Any:
    return client.get(f"{VERIFY}/{code}", query_string=query)


def is_listed(app: Application, client: FlaskClient, license_id: int) -> bool | None:
    token = client.get("/api/v1/licenses/status").text
    with app.app_context():
        said = read_status_list(token, ring=signing_keys.ring, issuer=app.settings.public_url)
    return is_void(said["status_list"]["lst"], license_id)


def test_a_valid_license_is_shown_without_ids_and_contacts(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    answer = verify(client, one.code)
    assert answer.status_code == 200
    assert set(answer.json) == FIELDS
    said = answer.json
    assert (said["is_valid"], said["status"], said["license_code"]) == (True, "valid", one.code)
    assert (said["holder"], said["level"]) == (NAME, 2)
    assert (said["specialization"], said["specialization_type"]) == ("Dry cleaning", "dry_cleaning")


def test_a_number_is_understood_as_people_type_it(client: FlaskClient, app: Application) -> None:
    one = held(app)
    typed = one.code.lower().replace("0", "o").replace("1", "l")
    for text in (typed, one.code.replace("-", " "), one.code[4:]):
        assert verify(client, text).json["license_code"] == one.code


def test_an_unknown_number_is_404_and_not_valid(client: FlaskClient) -> None:
    for code in ("LIC-0000000000", "nonsense"):
        answer = verify(client, code)
        assert answer.status_code == 404
        assert (answer.json["is_valid"], answer.json["status"]) == (False, "unknown")
        assert answer.json["error_code"] == "NOT_FOUND"


def test_a_revoked_license_is_told_at_once_and_by_the_next_list(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    assert is_listed(app, client, one.id) is False
    with writing():
        revoke_license(one.id, reason="lost", at=clock.now(), actor=SYSTEM)
    answer = verify(client, one.code)
    assert answer.status_code == 200
    assert (answer.json["is_valid"], answer.json["status"]) == (False, "revoked")
    assert is_listed(app, client, one.id) is True


def test_a_level_raised_in_sql_is_tampered_and_what_it_claims_is_not_repeated(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    proofs.in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=one.id)
    said = verify(client, one.code).json
    assert (said["is_valid"], said["status"]) == (False, "tampered")
    assert (said["level"], said["holder"]) == (None, None)


def test_what_the_ledger_says_was_revoked_stays_on_the_list(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    with writing():
        revoke_license(one.id, at=clock.now(), actor=SYSTEM)
    proofs.in_sql("UPDATE licenses SET revoked_at = NULL, live = 1 WHERE id = :id", id=one.id)
    assert verify(client, one.code).json["status"] == "tampered"
    assert is_listed(app, client, one.id) is True


def test_an_expired_license_is_told_and_listed(client: FlaskClient, app: Application) -> None:
    one = held(app)
    with time_machine.travel(clock.now() + timedelta(days=800), tick=False):
        assert verify(client, one.code).json["status"] == "expired"
        assert is_listed(app, client, one.id) is True


def test_an_old_card_is_superseded_and_the_new_one_is_valid(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    with writing():
        rotate_license(one.id, at=clock.now(), actor=SYSTEM)
    assert verify(client, one.code, serial=1).json["status"] == "superseded"
    assert verify(client, one.code, serial=2).json["status"] == "valid"
    assert verify(client, one.code).json["status"] == "valid"


@pytest.mark.parametrize("serial", ["x", "-1", "1.5", "99999999999"])
def test_a_serial_that_none_has_is_named(client: FlaskClient, serial: str) -> None:
    answer = verify(client, "LIC-0000000000", serial=serial)
    assert answer.status_code == 400
    assert "serial" in answer.json["details"]


def test_checking_takes_three_statements_and_the_list_two(
    client: FlaskClient, app: Application
) -> None:
    one = held(app)
    with counted_statements() as statements:
        verify(client, one.code)
    assert len(statements) == 3, statements
    with counted_statements() as statements:
        client.get("/api/v1/licenses/status")
    assert len(statements) == 2, statements


def test_one_address_may_check_thirty_a_minute(make_app: Any, app: Application) -> None:
    client = make_app(RATELIMIT_ENABLED="true").test_client()
    statuses = [verify(client, "LIC-0000000000").status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]


def test_list_and_keys_may_be_kept_for_a_while(client: FlaskClient) -> None:
    for address in ("/api/v1/licenses/status", "/.well-known/jwks.json"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "public" in answer.headers["Cache-Control"]
        assert "max-age" in answer.headers["Cache-Control"]


def test_the_keys_are_all_of_the_ring_and_public_alone(make_app: Any) -> None:
    old = "an-older-secret-of-the-tests-with-many-letters"
    keys = make_app(SIGNING_SECRETS_RETIRED=old).test_client().get("/.well-known/jwks.json").json
    assert len(keys["keys"]) == 2
    for key in keys["keys"]:
        assert set(key) == {"kty", "crv", "alg", "use", "kid", "x"}
