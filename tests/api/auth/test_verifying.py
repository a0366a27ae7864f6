"""Verifying an e-mail address by the code or the link of a mail (issue 8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import EmailVerification, User
from app.operations.auth.mailed import find_mailed_code
from app.support import clock
from tests import factories, ledger, mails, outbox
from tests.factories import Customer
from tests.holes.world import rows, stored

ME = "/api/v1/auth/me"
VERIFY = "/api/v1/auth/verify-email"
LINK = "/api/v1/auth/verify-email/link"
RESEND = "/api/v1/auth/resend-verification"
MINUTE = timedelta(minutes=1)


def send(client: FlaskClient, customer: Customer, code: str) -> Any:
    return client.post(VERIFY, json={"code": code}, headers=customer.headers)


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error_code"]


def later(minutes: float) -> Any:
    return time_machine.travel(clock.now() + minutes * MINUTE, tick=False)


def resend(client: FlaskClient, customer: Customer) -> Any:
    return client.post(RESEND, headers=customer.headers)


def is_verified(client: FlaskClient, customer: Customer) -> bool:
    return bool(client.get(ME, headers=customer.headers).json["email_verified"])


def test_who_registers_is_mailed_a_code_that_verifies_the_address(
    client: FlaskClient, customer: Customer
) -> None:
    assert not is_verified(client, customer)
    code = mails.code(customer.id).code
    assert len(code) == 6
    assert code.isdigit()
    done = send(client, customer, f" {code[:3]} {code[3:]}")
    assert (done.status_code, done.json["email_verified"]) == (200, True)
    assert is_verified(client, customer)
    record = ledger.event(action="EMAIL_VERIFIED")
    assert (record.user_id, record.resource_id) == (customer.id, customer.id)


@pytest.mark.parametrize("path", ["/api/v1/auth/register", "/auth/signup"])
def test_the_sign_up_announces_one_mail_and_says_no_more_than_which(
    client: FlaskClient, path: str
) -> None:
    body = {"name": "Eve", "email": "eve@example.com", "password": factories.PASSWORD}
    user_id = client.post(path, json=body).json["customer"]["id"]
    [news] = outbox.messages()
    assert (news.event, news.subject_id) == ("account.verification", user_id)
    [verification_id] = mails.verifications(user_id)
    assert news.payload == f'{{"verification_id":{verification_id}}}'


def test_the_link_of_the_mail_verifies_it_too_and_ends_the_code(
    client: FlaskClient, customer: Customer
) -> None:
    mail = mails.code(customer.id)
    assert client.post(LINK, json={"token": mail.token}).status_code == 200
    assert is_verified(client, customer)
    again = client.post(LINK, json={"token": mail.token})
    assert told(again) == (400, "VERIFICATION_CODE_USED")
    assert told(send(client, customer, mail.code)) == (400, "VERIFICATION_CODE_USED")


@pytest.mark.parametrize("token", ["x", "ü" * 43, "0" * 128])
def test_a_link_that_is_not_ours_is_refused(client: FlaskClient, token: str) -> None:
    answer = client.post(LINK, json={"token": token})
    assert told(answer) == (400, "INVALID_VERIFICATION_CODE")


@pytest.mark.parametrize("code", ["12345", "abcdef", "1234567", "١٢٣٤٥٦"])
def test_what_is_no_code_is_wrong(client: FlaskClient, customer: Customer, code: str) -> None:
    assert told(send(client, customer, code)) == (400, "INVALID_VERIFICATION_CODE")


def test_five_tries_are_judged_and_no_more(client: FlaskClient, customer: Customer) -> None:
    code = mails.code(customer.id).code
    for _ in range(5):
        wrong = send(client, customer, mails.another(code))
        assert told(wrong) == (400, "INVALID_VERIFICATION_CODE")
    assert told(send(client, customer, code)) == (400, "VERIFICATION_CODE_EXPIRED")
    assert not is_verified(client, customer)


def test_a_code_and_its_link_count_for_15_minutes(client: FlaskClient, customer: Customer) -> None:
    mail = mails.code(customer.id)
    with later(15):
        login = {"email": customer.email, "password": factories.PASSWORD}
        token = client.post("/api/v1/auth/login", json=login).json["token"]
        headers = {"Authorization": f"Bearer {token}"}
        late = client.post(VERIFY, json={"code": mail.code}, headers=headers)
        assert told(late) == (400, "VERIFICATION_CODE_EXPIRED")
        link = client.post(LINK, json={"token": mail.token})
        assert told(link) == (400, "VERIFICATION_CODE_EXPIRED")
    assert send(client, customer, mail.code).status_code == 200


def test_a_new_code_ends_the_last(client: FlaskClient, customer: Customer) -> None:
    first = mails.code(customer.id)
    with later(2):
        assert resend(client, customer).status_code == 200
        second = mails.code(customer.id)
        assert first.code != second.code
        old = client.post(LINK, json={"token": first.token})
        assert told(old) == (400, "VERIFICATION_CODE_EXPIRED")
        wrong = send(client, customer, first.code)
        assert told(wrong) == (400, "INVALID_VERIFICATION_CODE")
        assert send(client, customer, second.code).status_code == 200


def test_codes_are_mailed_once_a_minute_and_five_times_an_hour(
    client: FlaskClient, customer: Customer
) -> None:
    hasty = resend(client, customer)
    assert told(hasty) == (429, "RATE_LIMITED")
    assert 1 <= int(hasty.headers["Retry-After"]) <= 60
    for minutes in (2, 4, 6, 8):
        with later(minutes):
            assert resend(client, customer).status_code == 200
    with later(10):
        sixth = resend(client, customer)
        assert told(sixth) == (429, "RATE_LIMITED")
        assert 49 * 60 <= int(sixth.headers["Retry-After"]) <= 50 * 60
    assert len(mails.verifications(customer.id)) == 5
    assert len(mails.announced("account.verification", customer.id)) == 4  # and at the sign-up


def test_who_is_verified_is_mailed_no_other_code(client: FlaskClient, customer: Customer) -> None:
    send(client, customer, mails.code(customer.id).code)
    with later(2):
        assert told(resend(client, customer)) == (409, "CONFLICT")


def test_another_address_is_not_verified_and_gets_a_mail_of_its_own(
    client: FlaskClient, customer: Customer
) -> None:
    first = mails.code(customer.id)
    send(client, customer, first.code)
    with later(2):
        body = {"email": "ada@elsewhere.example", "password": factories.PASSWORD}
        changed = client.put("/api/v1/customers", json=body, headers=customer.headers)
        assert changed.status_code == 200
        assert not is_verified(client, customer)
        second = mails.code(customer.id)
        assert second.user.email == "ada@elsewhere.example"
        assert send(client, customer, second.code).status_code == 200


def test_a_code_for_the_address_that_was_does_not_verify_the_new_one(
    client: FlaskClient, customer: Customer
) -> None:
    mail = mails.code(customer.id)
    body = {"email": "victim@elsewhere.example"}  # too soon for another mail: it is to be asked for
    client.put("/api/v1/customers", json=body, headers=customer.headers)
    assert told(send(client, customer, mail.code)) == (400, "VERIFICATION_CODE_EXPIRED")
    link = client.post(LINK, json={"token": mail.token})
    assert told(link) == (400, "VERIFICATION_CODE_EXPIRED")
    assert not is_verified(client, customer)


def test_one_persons_code_is_not_anothers(client: FlaskClient, app: Application) -> None:
    ada, bob = (factories.sign_up(app, f"{name}@example.com") for name in ("ada", "bob"))
    assert mails.code(ada.id).token != mails.code(bob.id).token
    wrong = send(client, bob, mails.code(ada.id).code)
    assert told(wrong) == (400, "INVALID_VERIFICATION_CODE")


def test_neither_code_nor_link_is_stored_anywhere(client: FlaskClient, customer: Customer) -> None:
    mail = mails.code(customer.id)
    with later(2):
        client.post("/api/v1/auth/forgot-password", json={"email": customer.email})
    link = mails.link(customer.id)
    send(client, customer, mail.code)
    secrets = {mail.code, mail.token, link.token}
    for table, found in rows().items():
        for value in (one for row in found for one in row):
            held = value.decode("latin-1") if isinstance(value, bytes) else value
            assert held not in secrets, table
            assert not any(one in str(held) for one in secrets - {mail.code}), table
    assert not any(f'"{mail.code}"' in record.data for record in ledger.events())


def test_a_mail_of_no_use_any_more_is_not_derived(client: FlaskClient, customer: Customer) -> None:
    [verification_id] = mails.verifications(customer.id)
    send(client, customer, mails.code(customer.id).code)
    with database.transaction(write=False):
        assert find_mailed_code(verification_id, at=clock.now()) is None


def at_once(app: Application, count: int, ask: Any) -> list[Any]:
    barrier = Barrier(count)

    def run(number: int) -> Any:
        client = app.test_client()
        barrier.wait()
        return ask(client, number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_of_ten_tries_at_once_five_are_judged(app: Application, customer: Customer) -> None:
    code = mails.code(customer.id).code
    wrong = mails.another(code)
    answers = at_once(app, 10, lambda client, _: told(send(client, customer, wrong)))
    assert (
        sorted(answers)
        == [(400, "INVALID_VERIFICATION_CODE")] * 5 + [(400, "VERIFICATION_CODE_EXPIRED")] * 5
    )
    row = stored(EmailVerification, *mails.verifications(customer.id))
    assert row.tries == 5
    assert stored(User, customer.id).verified_at is None


def test_of_uses_of_one_link_at_once_one_counts(app: Application, customer: Customer) -> None:
    token = mails.code(customer.id).token

    def use(client: FlaskClient, _: int) -> int:
        return client.post(LINK, json={"token": token}).status_code

    assert sorted(at_once(app, 4, use)) == [200, 400, 400, 400]
    assert len(ledger.events(action="EMAIL_VERIFIED")) == 1


def test_a_code_that_races_its_successor_counts_or_is_over(
    app: Application, customer: Customer
) -> None:
    """Whoever is first: never is the address verified by a code that a newer one had ended."""
    code = mails.code(customer.id).code
    factories.after_a_while()

    def rival(client: FlaskClient, number: int) -> int:
        if number:
            return int(resend(client, customer).status_code)
        return int(send(client, customer, code).status_code)

    verified, sent = at_once(app, 2, rival)
    mailed = mails.verifications(customer.id)
    assert (verified, sent, len(mailed)) in ((200, 409, 1), (400, 200, 2))
    is_verified = stored(User, customer.id).verified_at is not None
    assert is_verified == (verified == 200)
