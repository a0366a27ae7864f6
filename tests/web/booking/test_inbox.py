"""One's own inbox at the pages: what is unread, reading it, and what a business says in it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.http.application import Application
from app.models import MessageText, Notification
from app.support import clock
from tests import booking, factories
from tests.holes.world import stored
from tests.ledger import event
from tests.web.admin.forms import error_at, news_after
from tests.web.business import stage

PAGE = "/my/inbox"


@pytest.fixture
def person(app: Application) -> tuple[FlaskClient, int]:
    return stage.sign_in(app, "ada@example.com", role="customer")


def test_an_empty_inbox_says_what_it_is_for(person: tuple[FlaskClient, int]) -> None:
    page = person[0].get(PAGE)
    assert page.status_code == 200
    assert "is kept here" in page.text
    assert "unread" not in page.text


def test_what_is_unread_is_counted_here_and_on_the_first_page(
    app: Application, person: tuple[FlaskClient, int]
) -> None:
    client, user_id = person
    for _ in range(3):
        factories.notification(user_id)
    factories.notification(user_id, read_at=clock.now())
    factories.notification(factories.user(app).id)
    assert "3 unread" in client.get(PAGE).text
    assert "<title>Inbox (3)" in client.get(PAGE).text
    assert "Inbox (3)" in client.get("/my").text
    assert '<a href="/my/inbox">Inbox</a>' in client.get("/business").text


def test_opening_one_reads_it_and_leads_on(person: tuple[FlaskClient, int]) -> None:
    client, user_id = person
    one = factories.notification(user_id, link="/track/ABC")
    plain = factories.notification(user_id, link=None)
    assert client.post(f"{PAGE}/{one.id}/open").location == "/track/ABC"
    assert client.post(f"{PAGE}/{plain.id}/open").location == PAGE
    assert stored(Notification, one.id).read_at is not None


def test_anothers_is_not_opened(app: Application, person: tuple[FlaskClient, int]) -> None:
    other = factories.notification(factories.user(app).id)
    assert person[0].post(f"{PAGE}/{other.id}/open").status_code == 404
    assert stored(Notification, other.id).read_at is None


def test_all_that_was_shown_is_read_and_what_came_since_is_not(
    person: tuple[FlaskClient, int],
) -> None:
    client, user_id = person
    seen, newer = factories.notification(user_id), factories.notification(user_id)
    answer = client.post(f"{PAGE}/read-all", data={"until_id": seen.id})
    assert answer.status_code == 303
    assert stored(Notification, seen.id).read_at is not None
    assert stored(Notification, newer.id).read_at is None


def test_words_are_shown_as_words(person: tuple[FlaskClient, int]) -> None:
    client, user_id = person
    factories.notification(user_id, title="<b>x</b>", body="First.\n\n<script>1</script>")
    page = client.get(PAGE).text
    assert "<b>x</b>" not in page
    assert "<p>First.</p>" in page
    assert "<script>1" not in page


# --- a business's own words ---------------------------------------------------------------------


@pytest.fixture
def desk(person: tuple[FlaskClient, int]) -> Any:
    return booking.shop(0, owner_id=person[1])


def test_a_business_saves_and_takes_away_its_words(
    person: tuple[FlaskClient, int], desk: Any
) -> None:
    client, page = person[0], f"/business/{desk.slug}/messages"
    sent = {"sender_name": "Olga's", "order.ready": "Ring twice.", "order.placed": " "}
    assert news_after(client, client.post(page, data=sent)) == "The messages were saved."
    shown = client.get(page).text
    assert 'value="Olga&#39;s"' in shown
    assert "Ring twice." in shown
    record = event(action="MESSAGES_CHANGED")
    assert '"events":["order.ready"]' in record.data.replace(" ", "")
    client.post(page, data={"sender_name": "", "order.ready": ""})
    assert "Ring twice." not in client.get(page).text
    assert stored(MessageText, (desk.business.id, "order.ready")) is None


def test_a_text_that_is_too_long_is_shown_again(person: tuple[FlaskClient, int], desk: Any) -> None:
    answer = person[0].post(
        f"/business/{desk.slug}/messages", data={"sender_name": "", "order.ready": "x" * 1001}
    )
    assert answer.status_code == 400
    assert error_at(answer, "order.ready")
    assert "x" * 1001 in answer.text
