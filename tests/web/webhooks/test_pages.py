"""The pages of webhooks: an owner adds one, sees its secret once, and how deliveries went."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app import database
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.webhooks.deliveries import send_test
from app.support import clock
from tests import booking
from tests.booking import Shop
from tests.outbox import messages
from tests.web.admin.forms import alert_of, error_at, news_after, secret_of, value_of
from tests.web.business import stage
from tests.web.looking import look_at, sign_in, walk
from tests.webhooks import attempts, drain, moved, serving, stored, subscribed

HOOKS = "/business/salon/webhooks"
FORM = {"url": "https://hook.example/in", "event": ["order.placed", "order.ready"]}


@pytest.fixture
def owner(app: Application) -> FlaskClient:
    client, user_id = stage.sign_in(app)
    booking.shop(owner_id=user_id, name="Salon Ada", slug="salon")
    return client


@pytest.fixture
def other(app: Application) -> Shop:
    return booking.shop(name="Salon Bob", slug="bobs")


def added(client: FlaskClient, home: str = HOOKS) -> int:
    answer = client.post(home, data=FORM)
    assert answer.status_code == 201, answer.text
    assert secret_of(answer).startswith("whsec_")
    assert answer.headers["Cache-Control"] == "no-store"
    with database.transaction(write=False) as session:
        return int(
            session.connection()
            .exec_driver_sql("SELECT max(id) FROM webhook_subscriptions")
            .scalar_one()
        )


def test_an_owner_adds_one_and_sees_its_secret_once(owner: FlaskClient) -> None:
    assert "Add the first webhook" in owner.get(HOOKS).text
    one = added(owner)
    page = owner.get(f"{HOOKS}/{one}")
    assert value_of(page, "url") == "https://hook.example/in"
    assert "whsec_" not in page.text
    assert stored(one).events == "order.placed order.ready"
    assert "https://hook.example/in" in owner.get(HOOKS).text


def test_an_address_that_is_not_allowed_is_marked_and_what_was_chosen_stays(
    owner: FlaskClient,
) -> None:
    answer = owner.post(HOOKS, data={**FORM, "url": "https://10.0.0.1/"})
    assert answer.status_code == 400
    assert "host" in error_at(answer, "url")
    assert value_of(answer, "url") == "https://10.0.0.1/"
    assert answer.text.count(" checked") == 2


def test_one_event_has_to_be_chosen(owner: FlaskClient) -> None:
    answer = owner.post(HOOKS, data={"url": FORM["url"]})
    assert answer.status_code == 400
    assert "Choose at least one event." in answer.text


def test_it_is_changed_paused_and_deleted(owner: FlaskClient) -> None:
    one = added(owner)
    form = {**FORM, "event": "review.created", "status": "paused"}
    assert news_after(owner, owner.post(f"{HOOKS}/{one}", data=form)) == "The webhook was saved."
    assert (stored(one).status, stored(one).events) == ("paused", "review.created")
    refused = owner.post(f"{HOOKS}/{one}/test")
    assert "not active" in alert_of(refused)
    answer = owner.post(f"{HOOKS}/{one}/delete")
    assert news_after(owner, answer) == "The webhook was deleted."
    assert owner.get(f"{HOOKS}/{one}").status_code == 404


def test_another_secret_is_shown_once_and_the_page_says_until_when_both_sign(
    owner: FlaskClient,
) -> None:
    one = added(owner)
    assert secret_of(owner.post(f"{HOOKS}/{one}/rotate")).startswith("whsec_")
    assert "The old secret signs, too, until" in owner.get(f"{HOOKS}/{one}").text


def test_a_delivery_is_seen_and_sent_again(owner: FlaskClient) -> None:
    with serving() as server:
        one, _ = subscribed(server.url, business="salon")
        server.status = 503
        owner.post(f"{HOOKS}/{one}/test")
        drain()
        page = owner.get(f"{HOOKS}/{one}").text
        assert "Not taken" in page
        assert "503" in page
        server.status = 200
        [tried] = attempts(one)
        answer = owner.post(f"{HOOKS}/{one}/deliveries/{tried.id}/replay")
        assert "sent again" in news_after(owner, answer)
        drain()
        assert "Taken" in owner.get(f"{HOOKS}/{one}").text
        assert len(server.got) == 2


def test_one_of_another_business_is_not_there(owner: FlaskClient, other: Shop) -> None:
    one, _ = subscribed("https://hook.example/", business=other.slug)
    for path in (f"{HOOKS}/{one}", f"/business/bobs/webhooks/{one}", "/business/bobs/webhooks"):
        assert owner.get(path).status_code == 404
    for rest in ("", "/test", "/rotate", "/delete", "/deliveries/1/replay"):
        assert owner.post(f"{HOOKS}/{one}{rest}", data=FORM).status_code == 404
    assert stored(one).deleted_at is None
    assert messages() == []


def test_an_admin_sees_all_and_adds_one_of_all(admin: FlaskClient, other: Shop) -> None:
    one, _ = subscribed("https://bobs.example/", business=other.slug)
    mine = added(admin, "/admin/webhooks")
    page = admin.get("/admin/webhooks").text
    assert "https://bobs.example/" in page
    assert "Salon Bob" in page
    assert "All businesses" in page
    assert stored(mine).business_id is None
    assert admin.get(f"/admin/webhooks/{one}").status_code == 200
    assert admin.get(f"/admin/businesses/bobs/webhooks/{one}").status_code == 200
    assert admin.get(f"/admin/businesses/bobs/webhooks/{mine}").status_code == 404


@pytest.mark.browser
def test_the_pages_are_good_to_look_at_and_need_no_mouse(app: Application, page: Page) -> None:
    sign_in(page, app)
    with serving() as server:
        one, _ = subscribed(server.url, "order.placed", "order.status_changed")
        for status in (200, 500):
            server.status = status
            moved("processing")
            drain()
        with database.transaction():
            send_test(one, at=clock.now(), actor=SYSTEM)
    drain()
    page.goto("/admin/webhooks")
    look_at(page, "webhooks")
    page.get_by_role("link", name="Add a webhook").click()
    look_at(page, "webhook-new")
    page.get_by_label("Address of your program").fill("https://hook.example/in")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("The secret, shown only now")).to_be_visible()
    look_at(page, "webhook-secret")
    page.goto(f"/admin/webhooks/{one}")
    look_at(page, "webhook")
    assert "Make another secret" in walk(page)
