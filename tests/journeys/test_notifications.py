"""What people read of their orders, over HTTP on one side and a real mail server on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.models import User
from app.support import clock
from tests import factories
from tests.appointments import salon
from tests.mail_server import MailServer, html_of, mail_server, text_of
from tests.outbox import change, messages
from tests.rows import writing
from tests.scanning import SCAN, long_form


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def send(environment: dict[str, str], app: Any, post: MailServer) -> Callable[[], str]:
    def command() -> str:
        result = CliRunner().invoke(
            main, ["outbox", "run", "--once"], env={**environment, **post.environment}
        )
        assert result.exit_code == 0, result.output
        return result.output

    return command


def as_it_is(user_id: int, **columns: Any) -> None:
    with writing() as session:
        user = session.get_one(User, user_id)
        for name, value in columns.items():
            setattr(user, name, value)


def scan(client, device, label: str, action: str) -> None:
    answer = client.post(SCAN, json=long_form(label, action), headers=device.headers)
    assert answer.status_code == 201, answer.text


def order_of(client, customer, service) -> dict[str, Any]:
    answer = client.post(
        "/api/v1/orders", json={"service_id": service.id}, headers=customer.headers
    )
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_customer_hears_of_each_step_of_an_order_once(client, customer, device, post, send):
    order = order_of(client, customer, factories.service("Wash & fold", "12.50"))
    for action in ("picked_up", "processing", "completed", "delivered"):
        scan(client, device, order["label_code"], action)
        send()
    send()
    number = order["order_number"]
    assert post.subjects(customer.email) == [
        f"Your order {number} at House",
        f"We have your order {number}",
        f"Your order {number} is being worked on",
        f"Your order {number} is ready",
        f"Your order {number} was handed back",
    ]
    assert set(post.ids().values()) == {1}
    first = post.mails[0]
    assert first["From"] == "House <post@handover.test>"
    assert "Price: €12.50" in text_of(first)
    assert f"http://handover.test/track/{order['label_code']}" in text_of(first)
    assert "Wash &amp; fold" in html_of(first)
    assert first["Auto-Submitted"] == "auto-generated"


def test_the_same_is_in_the_inbox_and_can_be_read(app, client, customer, device, send):
    other = factories.sign_up(app, "eve@example.com")
    order = order_of(client, customer, factories.service())
    scan(client, device, order["label_code"], "completed")
    send()
    path, headers = "/api/v1/notifications", customer.headers
    newest, oldest = client.get(path, headers=headers).json
    assert (newest["event"], oldest["event"]) == ("order.ready", "order.placed")
    assert newest["link"] == f"/track/{order['label_code']}"
    assert newest["read_at"] is None
    count = f"{path}/unread-count"
    assert client.get(count, headers=headers).json == {"count": 2}
    one = f"{path}/{newest['id']}/read"
    assert client.post(one, headers=other.headers).status_code == 404
    assert client.post(one, headers=headers).json["read_at"] is not None
    assert client.get(count, headers=headers).json == {"count": 1}
    assert client.post(f"{path}/read-all", json={}, headers=headers).json == {"count": 1}
    assert client.post(f"{path}/read-all", json={}, headers=headers).json == {"count": 0}
    assert client.get(path, headers=other.headers).json == []
    assert client.get(f"{path}?unread=1", headers=headers).json == []


def test_an_inbox_has_pages(client, customer, send):
    service = factories.service()
    for _ in range(3):
        order_of(client, customer, service)
    send()
    path, headers = "/api/v1/notifications?limit=2&total=1", customer.headers
    first = client.get(path, headers=headers)
    assert first.headers["X-Total-Count"] == "3"
    assert len(first.json) == 2
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert len(client.get(link, headers=headers).json) == 1
    ids = [one["id"] for one in first.json]
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize(
    ("channels", "mails", "news"), [("email", 1, 0), ("inbox", 0, 1), ("", 0, 0)]
)
def test_a_customer_chooses_the_channels(client, customer, post, send, channels, mails, news):
    as_it_is(customer.id, channels=channels)
    order_of(client, customer, factories.service())
    send()
    assert len(post.mails) == mails
    assert len(client.get("/api/v1/notifications", headers=customer.headers).json) == news


def test_what_is_chosen_when_it_is_sent_counts(client, customer, post, send):
    order_of(client, customer, factories.service())
    post.answers = ["451 later"]
    send()
    as_it_is(customer.id, channels="inbox")
    change(due_at=clock.now())
    send()
    assert post.mails == []
    assert [one.last_error for one in messages(channel="email")] == ["Withdrawn"]


def test_dates_and_money_are_as_the_locale_has_them(app, post, send):
    stage = salon(app)
    as_it_is(stage.ada.id, locale="de-DE")
    order = stage.book()
    send()
    (mail,) = post.to(stage.ada.email)
    assert order.starts_at is not None
    assert ",00 €" in text_of(mail).replace("\N{NO-BREAK SPACE}", " ")
    assert str(order.starts_at.year) in text_of(mail)


def test_a_booking_is_told_to_both_and_what_is_confirmed_at_once_is_told_once(app, post, send):
    stage = salon(app, auto_confirm=True)
    order = stage.book()
    send()
    business = stage.shop.business.name
    assert post.subjects(stage.ada.email) == [f"Your appointment at {business} is confirmed"]
    (to_owner,) = post.subjects(stage.owner.email)
    assert to_owner.startswith("A new booking: ")
    news = stage.client.get("/api/v1/notifications", headers=stage.owner.headers).json
    assert [one["link"] for one in news] == [
        f"/business/{stage.shop.business.slug}/appointments/{order.order_number}"
    ]


def test_a_cancelled_appointment_reminds_nobody_and_tells_both(app, post, send):
    stage = salon(app)
    order = stage.book()
    stage.post(order.order_number, "cancel", stage.ada, {"reason": "I am ill"})
    send()
    assert [one.partition(" at ")[0] for one in post.subjects(stage.ada.email)] == [
        "Your booking",
        "Your appointment",
    ]
    assert "Why: I am ill" in text_of(post.to(stage.owner.email)[-1])


def test_whoever_reads_the_address_of_a_customer_reads_none_of_their_words(app, post, send):
    stage = salon(app)
    order = stage.book()
    stage.post(order.order_number, "cancel", stage.ada, {"reason": "Buy pills at evil.example"})
    send()
    assert len(post.to(stage.ada.email)) == 2
    for mail in post.to(stage.ada.email):
        assert "evil" not in mail.as_string() + text_of(mail) + html_of(mail)


def test_what_a_business_says_in_its_own_words_is_in_its_mails(app, post, send):
    stage = salon(app, auto_confirm=True)
    path = f"/api/v1/businesses/{stage.shop.business.slug}/messages"
    body = {"sender_name": "Olga's", "texts": {"appointment.confirmed": "Ring <twice>."}}
    answer = stage.client.put(path, json=body, headers=stage.owner.headers)
    assert answer.status_code == 200, answer.text
    stage.book()
    send()
    (mail,) = post.to(stage.ada.email)
    assert mail["From"] == "Olga's <post@handover.test>"
    assert mail["Subject"] == "Your appointment at Olga's is confirmed"
    assert "\n\nRing <twice>.\n\n" in text_of(mail)
    assert "Ring &lt;twice&gt;." in html_of(mail)
    (to_owner,) = post.to(stage.owner.email)
    assert "twice" not in text_of(to_owner)


def test_a_suspension_and_an_approval_are_told_to_the_owner(app, admin, post, send):
    stage = salon(app)
    slug = stage.shop.business.slug
    suspend = f"/api/v1/admin/businesses/{stage.shop.business.id}/suspend"
    assert admin.post(suspend, json={"reason": "Nobody answers"}).status_code == 200
    approve = f"/api/v1/admin/businesses/{stage.shop.business.id}/approve"
    assert admin.post(approve, json={}).status_code == 200
    send()
    name = stage.shop.business.name
    assert post.subjects(stage.owner.email) == [f"{name} is suspended", f"{name} is approved"]
    assert "Why: Nobody answers" not in text_of(post.mails[1])
    assert f"http://handover.test/business/{slug}" in text_of(post.mails[1])


def test_a_review_is_told_to_the_owner(app, client, post, send):
    stage = salon(app)
    visit = factories.visit(stage.shop, stage.ada.id)
    body = {"rating": 4, "comment": "Very good"}
    path = f"/api/v1/appointments/{visit.order_number}/review"
    assert client.post(path, json=body, headers=stage.ada.headers).status_code == 201
    send()
    (mail,) = post.to(stage.owner.email)
    assert "review" in mail["Subject"].lower()
    news = client.get("/api/v1/notifications", headers=stage.owner.headers).json
    assert [one["event"] for one in news] == ["review.created"]


def test_a_rejection_is_told_to_the_owner_with_its_reason(app, admin, post, send):
    stage = salon(app, status="pending")
    path = f"/api/v1/admin/businesses/{stage.shop.business.id}/reject"
    assert admin.post(path, json={"reason": "There is no such street"}).status_code == 200
    send()
    (mail,) = post.to(stage.owner.email)
    assert mail["Subject"] == f"{stage.shop.business.name} was not approved"
    assert "Why: There is no such street" in text_of(mail)


def test_who_did_not_come_reads_that_they_were_missed(app, post, send):
    stage = salon(app)
    visit = stage.book_begun(minutes=30)
    assert stage.post(visit.order_number, "confirm", stage.owner).status_code == 200
    missed = stage.post(visit.order_number, "no-show", stage.owner)
    assert missed.status_code == 200, missed.text
    send()
    words = f"We missed you at {stage.shop.business.name}"
    assert words in post.subjects(stage.ada.email)
    news = stage.client.get("/api/v1/notifications", headers=stage.ada.headers).json
    assert (news[0]["event"], news[0]["title"]) == ("appointment.no_show", words)
