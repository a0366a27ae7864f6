"""Webhooks over the API: made, shown, changed, and whose they are."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import OutboxMessage
from tests import booking, factories, ledger
from tests.booking import Shop
from tests.factories import Customer
from tests.holes.test_secrets import cells
from tests.rows import writing
from tests.webhooks import attempts, drain, moved, serving

WEBHOOKS = "/api/v1/webhooks"
HOOK = {"url": "https://hook.example/in", "events": ["order.ready", "order.placed"]}


@pytest.fixture
def shop(customer: Customer) -> Shop:
    return booking.shop(owner_id=customer.id)


def create(client: FlaskClient, who: Any, **more: Any) -> Any:
    answer = client.post(WEBHOOKS, json=HOOK | more, headers=who and who.headers)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_webhook_shows_its_secret_once(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    made = create(client, customer, business=shop.slug)
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    shown = client.get(f"{WEBHOOKS}/{made['id']}", headers=customer.headers)
    assert shown.json == made
    assert made["events"] == ["order.placed", "order.ready"]
    assert (made["status"], made["business_id"]) == ("active", shop.business.id)
    inside = secret.removeprefix("whsec_").encode()
    assert [column for column, cell in cells() if inside in cell or secret.encode() in cell] == []


def test_a_manager_may_and_another_owner_does_not_even_see_it(
    app: Application, client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    manager = factories.sign_up(app, "max@example.com")
    booking.add_worker(shop, user_id=manager.id, is_manager=True)
    other = factories.sign_up(app, "bob@example.com")
    booking.shop(owner_id=other.id)
    made = create(client, manager, business=shop.slug)
    path = f"{WEBHOOKS}/{made['id']}"
    for who, seen in ((customer, [made["id"]]), (manager, [made["id"]]), (other, [])):
        found = client.get(WEBHOOKS, headers=who.headers)
        assert [one["id"] for one in found.json] == seen
        assert found.headers["X-Total-Count"] == str(len(seen))
    assert client.get(path, headers=other.headers).status_code == 404
    refused = client.get(f"{WEBHOOKS}?business={shop.slug}", headers=other.headers)
    assert refused.json["error_code"] == "BUSINESS_NOT_FOUND"


def test_only_an_admin_is_told_of_all(
    admin: FlaskClient, client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    refused = client.post(WEBHOOKS, json=HOOK, headers=customer.headers)
    assert refused.status_code == 400
    assert "business" in refused.json["details"]
    made = create(admin, None)
    assert made["business_id"] is None
    mine = create(client, customer, business=shop.slug)
    assert [one["id"] for one in admin.get(WEBHOOKS).json] == [made["id"], mine["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://hook.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "http://8.8.8.8/"}, "url"),
        ({"url": "https://2130706433/"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "https://user:word@hook.example/"}, "url"),
        ({"url": None}, "url"),
        ({"events": []}, "events"),
        ({"events": ["order.eaten"]}, "events.0"),
        ({"events": "order.placed"}, "events"),
    ],
)
def test_what_is_unsound_is_refused_by_its_field(
    client: FlaskClient, customer: Customer, shop: Shop, body: Any, field: str
) -> None:
    whole = HOOK | {"business": shop.slug} | body
    made = client.post(WEBHOOKS, json=whole, headers=customer.headers)
    assert (made.status_code, list(made.json["details"])) == (400, [field])
    path = f"{WEBHOOKS}/{create(client, customer, business=shop.slug)['id']}"
    changed = client.patch(path, json=body, headers=customer.headers)
    assert (changed.status_code, list(changed.json["details"])) == (400, [field])


def test_what_is_absent_from_a_change_stays(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    made = create(client, customer, business=shop.slug)
    path = f"{WEBHOOKS}/{made['id']}"
    changed = client.patch(path, json={"status": "paused"}, headers=customer.headers).json
    assert changed["status"] == "paused"
    for name in ("url", "events", "business_id"):
        assert changed[name] == made[name]


def test_a_business_has_at_most_twenty(client: FlaskClient, customer: Customer, shop: Shop) -> None:
    for _ in range(20):
        made = create(client, customer, business=shop.slug)
    body = HOOK | {"business": shop.slug}
    assert client.post(WEBHOOKS, json=body, headers=customer.headers).status_code == 409
    client.delete(f"{WEBHOOKS}/{made['id']}", headers=customer.headers)
    create(client, customer, business=shop.slug)


@pytest.mark.parametrize("is_admins", [False, True])
def test_of_rivals_for_the_last_place_one_gets_it(
    make_app: Callable[..., Application],
    client: FlaskClient,
    admin: FlaskClient,
    customer: Customer,
    shop: Shop,
    is_admins: bool,
) -> None:
    body = HOOK if is_admins else HOOK | {"business": shop.slug}
    headers = {} if is_admins else customer.headers
    cookie = admin.get_cookie("session")
    assert cookie is not None
    rivals = [make_app().test_client() for _ in range(4)]
    for one in (client, *rivals) if is_admins else ():
        one.set_cookie("session", cookie.value)
    for _ in range(19):
        assert client.post(WEBHOOKS, json=body, headers=headers).status_code == 201
    start, statuses = threading.Barrier(len(rivals)), []

    def ask(rival: FlaskClient) -> None:
        start.wait()
        statuses.append(rival.post(WEBHOOKS, json=body, headers=headers).status_code)

    threads = [threading.Thread(target=ask, args=(rival,)) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409, 409]


def test_a_deleted_one_is_gone_and_its_id_is_nobody_elses(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    made = create(client, customer, business=shop.slug)
    path = f"{WEBHOOKS}/{made['id']}"
    assert client.delete(path, headers=customer.headers).status_code == 200
    for method in ("GET", "DELETE"):
        assert client.open(path, method=method, headers=customer.headers).status_code == 404
    assert create(client, customer, business=shop.slug)["id"] != made["id"]


def test_the_ledger_tells_of_each_change_and_of_no_address_or_secret(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    made = create(client, customer, business=shop.slug)
    path = f"{WEBHOOKS}/{made['id']}"
    client.patch(path, json={"url": "https://new.example/"}, headers=customer.headers)
    client.post(f"{path}/rotate-secret", headers=customer.headers)
    client.post(f"{path}/test", headers=customer.headers)
    client.delete(path, headers=customer.headers)
    rows = ledger.events(resource_type="webhook", resource_id=made["id"])
    assert [one.action for one in rows] == [
        "WEBHOOK_CREATED",
        "WEBHOOK_UPDATED",
        "WEBHOOK_SECRET_ROTATED",
        "WEBHOOK_TESTED",
        "WEBHOOK_DELETED",
    ]
    assert ledger.data_of(rows[1]) == {"changed": ["url"]}
    assert not any(word in (one.data or "") for one in rows for word in ("example", "whsec"))


def test_a_test_is_delivered_logged_and_replayed(
    make_app: Any, client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    lenient = make_app(WEBHOOK_NETWORKS="127.0.0.0/8, ::1").test_client()
    with serving() as server:
        made = create(lenient, customer, business=shop.slug, url=server.url)
        path = f"{WEBHOOKS}/{made['id']}"
        assert client.post(f"{path}/test", headers=customer.headers).status_code == 202
        drain()
        [logged] = client.get(f"{path}/deliveries", headers=customer.headers).json
        assert (logged["event"], logged["status"], logged["error"]) == ("webhook.test", 204, None)
        again = client.post(f"{path}/deliveries/{logged['id']}/replay", headers=customer.headers)
        assert again.status_code == 202
        drain()
        assert [one.id for one in server.got] == [logged["event_id"]] * 2
        assert server.got[1].verified(made["secret"])
    page = client.get(f"{path}/deliveries?limit=1", headers=customer.headers)
    assert len(page.json) == 1
    assert 'rel="next"' in page.headers["Link"]


def test_another_webhooks_delivery_is_not_replayed(
    make_app: Any, client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    lenient = make_app(WEBHOOK_NETWORKS="127.0.0.0/8").test_client()
    with serving() as server:
        one = create(lenient, customer, business=shop.slug, url=server.url)["id"]
        moved("created", business_id=shop.business.id)
        client.post(f"{WEBHOOKS}/{one}/test", headers=customer.headers)
        drain()
    [delivery] = attempts(one)
    other = create(client, customer, business=shop.slug)["id"]
    path = f"{WEBHOOKS}/{other}/deliveries/{delivery.id}/replay"
    assert client.post(path, headers=customer.headers).status_code == 404


def test_a_paused_one_takes_no_test(client: FlaskClient, customer: Customer, shop: Shop) -> None:
    path = f"{WEBHOOKS}/{create(client, customer, business=shop.slug)['id']}"
    client.patch(path, json={"status": "paused"}, headers=customer.headers)
    assert client.post(f"{path}/test", headers=customer.headers).status_code == 409


def test_a_rotated_secret_is_another_and_the_old_ones_end_is_told(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    made = create(client, customer, business=shop.slug)
    assert made["old_secret_until"] is None
    rotated = client.post(f"{WEBHOOKS}/{made['id']}/rotate-secret", headers=customer.headers)
    assert rotated.json["secret"] != made["secret"]
    assert rotated.json["old_secret_until"] is not None
    assert rotated.headers["Cache-Control"] == "no-store"
    shown = client.get(f"{WEBHOOKS}/{made['id']}", headers=customer.headers)
    assert "secret" not in json.loads(shown.text)


def test_a_webhook_is_tested_ten_times_an_hour(
    client: FlaskClient, customer: Customer, shop: Shop
) -> None:
    path = f"{WEBHOOKS}/{create(client, customer, business=shop.slug)['id']}/test"
    other = f"{WEBHOOKS}/{create(client, customer, business=shop.slug)['id']}/test"
    statuses = [client.post(path, headers=customer.headers).status_code for _ in range(10)]
    assert statuses == [202] * 10
    refused = client.post(path, headers=customer.headers)
    assert (refused.status_code, refused.json["error_code"]) == (429, "RATE_LIMITED")
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert client.post(other, headers=customer.headers).status_code == 202
    with writing() as session:
        for one in session.query(OutboxMessage):
            one.created_at -= timedelta(hours=1)
    assert client.post(path, headers=customer.headers).status_code == 202


def test_over_http_only_an_address_that_is_allowed_is_taken(
    app: Application, make_app: Callable[..., Application]
) -> None:
    allowing = make_app(WEBHOOK_NETWORKS="10.1.0.0/16").test_client()
    allowing.set_cookie("session", factories.session_cookie(factories.user(app, role="admin").id))
    for url, status in (
        ("http://8.8.8.8/", 400),
        ("http://[::ffff:8.8.8.8]/", 400),
        ("http://10.1.2.3/", 201),
        ("https://8.8.8.8/", 201),
    ):
        answer = allowing.post(WEBHOOKS, json=HOOK | {"url": url})
        assert answer.status_code == status, url
