"""Preferences, and a copy of everything that is kept of somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import Favorite, Notification, Review, User
from app.support import clock
from tests import booking, factories, ledger
from tests.factories import PASSWORD, Customer
from tests.proofs import held
from tests.rows import writing

ME = "/api/v1/auth/me"
EXPORT = "/api/v1/customers/export"


def test_an_account_begins_with_every_channel_in_english(
    client: FlaskClient, customer: Customer
) -> None:
    shown = client.get(ME, headers=customer.headers).json
    assert (shown["locale"], shown["timezone"]) == ("en", None)
    assert shown["channels"] == ["email", "sms", "inbox"]


def test_preferences_are_chosen_and_what_is_absent_stays(
    client: FlaskClient, customer: Customer
) -> None:
    wish = {"locale": "de-AT", "timezone": "Europe/Vienna", "channels": ["inbox", "email", "email"]}
    chosen = client.patch(ME, json=wish, headers=customer.headers)
    assert chosen.status_code == 200, chosen.text
    assert chosen.json["channels"] == ["email", "inbox"]
    less = client.patch(ME, json={"timezone": None, "channels": []}, headers=customer.headers).json
    assert (less["locale"], less["timezone"], less["channels"]) == ("de-AT", None, [])
    told = [ledger.data_of(one)["changes"] for one in ledger.events(action="USER_UPDATED")]
    assert told[0]["locale"] == ["en", "de-AT"]
    assert told[1] == {"channels": ["email,inbox", ""], "timezone": ["Europe/Vienna", None]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("locale", bad) for bad in ("", "EN", "english", "en_GB", "e", None, 7)),
        *(("timezone", bad) for bad in ("", "Mars/Olympus", "localtime", 7)),
        *(("channels", bad) for bad in (None, "email", ["pigeon"], [None], {})),
    ],
)
def test_a_bad_preference_is_named_and_changes_nothing(
    client: FlaskClient, customer: Customer, field: str, value: Any
) -> None:
    answer = client.patch(ME, json={field: value, "name": "Eve"}, headers=customer.headers)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_ERROR")
    assert next(iter(answer.json["details"])).startswith(field)
    assert client.get(ME, headers=customer.headers).json["name"] == "Ada"


def test_a_copy_holds_everything_of_its_person_and_nothing_of_others(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    shop = booking.shop()
    bob = factories.sign_up(app, "bob@example.com", name="Bob")
    order = factories.order(customer_id=customer.id, instructions="Ring twice")
    hidden = factories.order(customer_id=customer.id, deleted_at=clock.now())
    foreign = factories.order(customer_id=bob.id)
    visit = factories.visit(shop, customer.id)
    at = clock.now() - timedelta(hours=1)
    review = {"user_id": customer.id, "business_id": shop.business.id, "order_id": visit.id}
    booking.add(
        Review(**review, rating=4, comment="Good", created_at=at, updated_at=at),
        Favorite(user_id=customer.id, business_id=shop.business.id, created_at=at),
    )
    factories.page_cookie(customer.id)
    answer = client.post(EXPORT, headers=customer.headers)
    assert answer.status_code == 200, answer.text
    data = answer.json
    assert data["account"]["email"] == "ada@example.com"
    numbers = [one["order_number"] for one in data["orders"]]
    assert numbers == [order.order_number, hidden.order_number, visit.order_number]
    assert foreign.order_number not in answer.text
    assert data["orders"][0]["instructions"] == "Ring twice"
    assert data["orders"][0]["lines"] == [{"name": order.service_name, "price": 12.5}]
    assert data["orders"][2]["starts_at"] == clock.instant_text(visit.starts_at)
    assert [(one["rating"], one["comment"]) for one in data["reviews"]] == [(4, "Good")]
    assert data["favorites"] == [shop.slug]
    assert len(data["sign_ins"]) == 1
    for secret in ("password_hash", "digest", PASSWORD, customer.token, "argon2"):
        assert secret not in answer.text
    record = ledger.event(action="DATA_EXPORT")
    assert (record.user_id, record.resource_id) == (customer.id, customer.id)
    assert ledger.data_of(record) == {
        "what": "own data",
        "filters": {},
        "count": 3,
        "is_cut": False,
    }


def test_an_owners_copy_names_the_businesses(app: Application, client: FlaskClient) -> None:
    owner = factories.sign_up(app, "olga@example.com")
    shop = booking.shop(owner_id=owner.id)
    booking.shop()
    data = client.post(EXPORT, headers=owner.headers).json
    assert [one["slug"] for one in data["businesses"]] == [shop.slug]


def test_a_copy_holds_what_lay_in_the_inbox_and_by_what_one_signs_in(
    app: Application, client: FlaskClient, customer: Customer
) -> None:
    bob = factories.sign_up(app, "bob@example.com", name="Bob")
    with writing() as session:
        ada = session.get_one(User, customer.id)
        ada.login_phone, ada.username = "+4930901820", "countess"
        session.add_all([news(customer.id, "Yours is ready"), news(bob.id, "Another's is ready")])
    answer = client.post(EXPORT, headers=customer.headers)
    account = answer.json["account"]
    assert (account["login_phone"], account["username"]) == ("+4930901820", "countess")
    assert [one["title"] for one in answer.json["notifications"]] == ["Yours is ready"]
    assert "Another's" not in answer.text


def test_a_copy_holds_the_licenses_of_its_person(app: Application, client: FlaskClient) -> None:
    one = held(app, "Wanda")
    held(app, "Somebody else")
    data = client.post(EXPORT, headers=one.account.headers).json
    assert [(each["code"], each["holder"]) for each in data["licenses"]] == [(one.code, "Wanda")]


def news(user_id: int, title: str) -> Notification:
    return Notification(
        user_id=user_id,
        event="order.ready",
        subject_id=1,
        says="completed",
        title=title,
        body="",
        created_at=clock.now(),
    )
