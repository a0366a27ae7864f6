"""A customer finds a business, chooses a time and books it; moves, cancels and reviews it."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import Claim, Order, Review
from app.support import clock
from tests import booking, factories
from tests.booking import Shop
from tests.statements import counted_statements
from tests.web.admin.forms import alert_of, error_at, news_after, value_of
from tests.web.business import stage

DAY = (clock.now() + timedelta(days=3)).date()


@pytest.fixture
def shop(app: Application) -> Shop:
    owner = stage.sign_in(app, "shop@example.com")[1]
    return booking.shop(2, owner_id=owner, slug="salon", name="Salon Ada", city="Kraków")


@pytest.fixture
def ada(app: Application) -> FlaskClient:
    return stage.sign_in(app, "ada@example.com", role="customer")[0]


def start(hour: int = 10, minute: int = 0, day: date = DAY) -> str:
    return f"{day}T{hour:02}:{minute:02}:00+00:00"


def form(shop: Shop, at: str | None = None, **more: object) -> dict[str, object]:
    wanted = {"key": str(uuid.uuid4()), "service": shop.service.id, "start": at or start()}
    return wanted | more


def book(client: FlaskClient, shop: Shop, at: str | None = None, **more: object) -> str:
    """Its number."""
    answer = client.post("/b/salon/book", data=form(shop, at, **more))
    assert answer.status_code == 303, answer.text
    assert "It is booked." in news_after(client, answer)
    return str(answer.headers["Location"].rpartition("/")[2])


def orders() -> list[Order]:
    with database.transaction(write=False) as session:
        return list(session.query(Order).filter(Order.starts_at.is_not(None)).order_by(Order.id))


def test_a_business_is_found_by_its_words_and_city(client: FlaskClient, shop: Shop) -> None:
    for query in ("", "?q=salon", "?city=krakow", "?q=ada&city=Kraków"):
        assert "Salon Ada" in client.get(f"/b{query}").text, query
    for query in ("?q=garage", "?city=Berlin", "?category=doctor"):
        page = client.get(f"/b{query}").text
        assert "Salon Ada" not in page
        assert "No business fits." in page
    assert client.get("/b?category=castle").status_code == 400


def test_beyond_the_last_page_there_is_a_way_back(client: FlaskClient, shop: Shop) -> None:
    page = client.get("/b?page=9").text
    assert "There are no more of them." in page
    assert "Let customers book you here" in page


def test_the_page_tells_people_and_machines_what_it_is(client: FlaskClient, shop: Shop) -> None:
    page = client.get("/b/salon").text
    assert '<link rel="canonical" href="http://handover.test/b/salon">' in page
    assert 'itemtype="https://schema.org/LocalBusiness"' in page
    assert f'itemprop="name">{shop.service.name}<' in page
    assert "Monday to Sunday</dt><dd>09:00–17:00" in page
    assert f"/b/salon/book?service={shop.service.id}" in page
    assert "<script" not in page


@pytest.mark.parametrize("status", ["pending", "rejected", "suspended"])
def test_nobody_finds_one_that_is_not_approved(
    app: Application, client: FlaskClient, status: str
) -> None:
    owner, user_id = stage.sign_in(app)
    made = booking.shop(owner_id=user_id, slug="hidden", status=status)
    assert client.get("/b/hidden").status_code == 404
    assert client.get(f"/b/hidden/book?service={made.service.id}").status_code == 404
    assert "Nobody but you sees this page" in owner.get("/b/hidden").text
    assert made.business.name not in client.get("/b").text


def test_free_times_lead_to_a_last_look_and_signed_out_people_to_the_sign_in(
    client: FlaskClient, ada: FlaskClient, shop: Shop
) -> None:
    page = client.get(f"/b/salon/book?service={shop.service.id}&date={DAY}").text
    assert "Morning" in page
    links = re.findall(r'href="(/b/salon/book/confirm\?[^"]+)"', page)
    assert len(links) == 4 * 8 - 3
    link = links[4].replace("&amp;", "&")
    answer = client.get(link)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["next"] == [link]
    last_look = ada.get(link).text
    assert "Is this right?" in last_look
    assert f"{DAY:%a} {DAY.day} {DAY:%b}, 10:00" in last_look


def test_without_a_day_the_first_with_a_free_time_is_shown(
    client: FlaskClient, app: Application
) -> None:
    soon = DAY + timedelta(days=1)
    made = booking.shop(slug="rare", hours=[(soon, 540, 1020)])
    page = client.get(f"/b/rare/book?service={made.service.id}").text
    assert f"{soon:%A}, {soon.day} {soon:%B %Y}" in page


def test_a_booking_stands_in_both_calendars(app: Application, ada: FlaskClient, shop: Shop) -> None:
    number = book(ada, shop, notes="No loud music, please.")
    (order,) = orders()
    assert (order.order_number, order.instructions) == (number, "No loud music, please.")
    assert (order.status, order.business_id) == ("created", shop.business.id)
    assert number in ada.get("/my").text
    page = ada.get(f"/my/appointments/{number}").text
    assert "To be confirmed" in page
    assert "QR code of your appointment" in page
    owner = stage.browser_of(app, shop.business.owner_id)
    assert number in owner.get(f"/business/salon/calendar?date={DAY}").text


def test_a_double_click_books_once(ada: FlaskClient, shop: Shop) -> None:
    sent = form(shop)
    answers = [ada.post("/b/salon/book", data=sent) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(orders()) == 1
    other = ada.post("/b/salon/book", data=sent | {"start": start(14)})
    assert other.status_code == 409
    assert value_of(other, "key") != sent["key"]
    assert len(orders()) == 1


def test_a_time_that_was_taken_meanwhile_is_said_and_others_are_offered(
    app: Application, ada: FlaskClient, shop: Shop
) -> None:
    for number in range(2):
        rival = stage.sign_in(app, f"rival{number}@example.com", role="customer")[0]
        book(rival, shop)
    sent = form(shop, notes="Window seat")
    answer = ada.post("/b/salon/book", data=sent)
    assert answer.status_code == 409
    assert "Somebody was quicker" in alert_of(answer)
    assert "Window seat" in answer.text
    offered = re.findall(r'<button type="submit" name="start" value="([^"]+)"', answer.text)
    assert len(offered) == 5
    again = {**sent, "key": value_of(answer, "key"), "start": offered[0]}
    assert ada.post("/b/salon/book", data=again).status_code == 303
    assert len(orders()) == 3


def test_who_has_another_appointment_then_is_not_told_of_somebody_quicker(
    ada: FlaskClient, shop: Shop
) -> None:
    moved = book(ada, shop, start(14))
    book(ada, shop)
    again = ada.post("/b/salon/book", data=form(shop))
    assert again.status_code == 409
    told = "You have another appointment then."
    assert alert_of(again) == f"{told} Nothing was booked."
    assert "This time is gone" not in again.text
    move = ada.post(f"/my/appointments/{moved}/move", data={"start": start()})
    assert (move.status_code, told in move.text) == (409, True)


def test_what_cannot_be_booked_is_refused_in_words(ada: FlaskClient, shop: Shop) -> None:
    past = ada.post("/b/salon/book", data=form(shop, start(day=DAY - timedelta(days=9))))
    assert past.status_code == 400
    assert "This time has passed." in alert_of(past)
    closed = ada.post("/b/salon/book", data=form(shop, start(3)))
    assert (closed.status_code, "Somebody was quicker" in closed.text) == (409, False)
    assert "It is closed then." in alert_of(closed)
    assert ada.post("/b/salon/book", data=form(shop, "soon")).status_code == 400
    assert ada.post("/b/salon/book", data=form(shop, service=10**12)).status_code == 404
    assert orders() == []


def test_it_is_moved_and_the_old_time_is_free_again(ada: FlaskClient, shop: Shop) -> None:
    number = book(ada, shop)
    page = f"/my/appointments/{number}"
    assert f"{page}/move" in ada.get(page).text
    times = ada.get(f"{page}/move").text
    assert re.search(rf'href="{page}/move\?[^"]*start={quote(start(10, 15), safe="")}', times)
    chosen = ada.get(f"{page}/move?start={quote(start(14))}").text
    assert "Move it there" in chosen
    assert news_after(ada, ada.post(f"{page}/move", data={"start": start(14)})) == "It is moved."
    (order,) = orders()
    assert (order.starts_at.hour, order.sequence) == (14, 1)


def test_it_is_cancelled_until_the_cutoff(app: Application, ada: FlaskClient, shop: Shop) -> None:
    number = book(ada, shop)
    page = f"/my/appointments/{number}"
    done = ada.post(f"{page}/cancel", data={"reason": "I am ill."})
    assert news_after(ada, done) == "It is cancelled."
    with database.transaction(write=False) as session:
        assert session.query(Claim).count() == 0
    assert number in ada.get("/my?past=1").text
    with booking.writing() as session:
        business = session.get_one(type(shop.business), shop.business.id)
        business.cancel_cutoff_minutes = 10 * 1440
    late = book(ada, shop)
    page = f"/my/appointments/{late}"
    assert (
        "It can no longer be moved or cancelled here: that ends 10 days before"
        in ada.get(page).text
    )
    for step, data in (("cancel", {}), ("move", {"start": start(14)})):
        assert ada.post(f"{page}/{step}", data=data).status_code == 409
    assert orders()[-1].status == "created"


def test_nobody_sees_or_touches_anothers(app: Application, ada: FlaskClient, shop: Shop) -> None:
    number = book(ada, shop)
    eve = stage.sign_in(app, "eve@example.com", role="customer")[0]
    page = f"/my/appointments/{number}"
    assert eve.get(page).status_code == 404
    for step in ("cancel", "move", "review"):
        assert eve.post(f"{page}/{step}", data={"start": start(14), "rating": 5}).status_code == 404
    owner = stage.browser_of(app, shop.business.owner_id)
    assert owner.get(page).status_code == 404
    assert number not in eve.get("/my").text
    assert number not in owner.get("/my").text


def test_a_business_is_kept_and_forgotten(ada: FlaskClient, shop: Shop) -> None:
    assert "Kept among" in news_after(ada, ada.post("/b/salon/favorite"))
    assert "Salon Ada" in ada.get("/my").text
    assert 'aria-pressed="true"' in ada.get("/b/salon").text
    assert "no longer" in news_after(ada, ada.post("/b/salon/favorite"))
    assert "Salon Ada" not in ada.get("/my").text


def completed(
    app: Application, ada: FlaskClient, shop: Shop, device: factories.DeviceHandle
) -> str:
    """An appointment that was scanned in and out; its number."""
    with booking.writing() as session:
        user_id = session.query(factories.User).filter_by(email="ada@example.com").one().id
    now = clock.now().replace(second=0, microsecond=0)
    begins = now - timedelta(minutes=now.minute % 5 + 5)
    number = stage.visit(shop, begins, customer_id=user_id, make=factories.placed_order)
    for action in ("processing", "completed"):
        body = {"order_number": number, "action": action}
        sent = app.test_client().post("/api/v1/workers/scan", json=body, headers=device.headers)
        assert sent.status_code == 201, sent.text
    return number


def test_a_visit_that_took_place_is_reviewed_once_and_answered(
    app: Application, client: FlaskClient, ada: FlaskClient, shop: Shop
) -> None:
    scanner = factories.device(worker_id=shop.workers[0].id)
    number = completed(app, ada, shop, scanner)
    page = f"/my/appointments/{number}"
    assert "How was it?" in ada.get(page).text
    certificate = f"{page}/certificate.pdf"
    assert f'href="{certificate}"' in ada.get(page).text
    assert ada.get(certificate).content_type == "application/pdf"
    assert error_at(ada.post(f"{page}/review", data={"rating": "6"}), "rating")
    said = ada.post(f"{page}/review", data={"rating": "5", "comment": "Gladly again!"})
    assert said.status_code == 303
    assert ada.post(f"{page}/review", data={"rating": "1"}).status_code == 409
    shown = client.get("/b/salon").text
    assert "Gladly again!" in shown
    assert "Olga" in shown
    owner = stage.browser_of(app, shop.business.owner_id)
    with database.transaction(write=False) as session:
        review_id = session.query(Review).one().id
    answer = owner.post(f"/business/salon/reviews/{review_id}/reply", data={"reply": "Thank you."})
    assert "for everybody to read" in news_after(owner, answer)
    assert "Thank you." in client.get("/b/salon").text
    assert "Thank you." in ada.get(page).text


def test_an_admin_hides_a_review_and_shows_it_again(
    app: Application, admin: FlaskClient, client: FlaskClient, ada: FlaskClient, shop: Shop
) -> None:
    number = completed(app, ada, shop, factories.device(worker_id=shop.workers[0].id))
    ada.post(f"/my/appointments/{number}/review", data={"rating": "1", "comment": "Insults"})
    with database.transaction(write=False) as session:
        review_id = session.query(Review).one().id
    desk = f"/admin/businesses/salon/reviews/{review_id}"
    assert error_at(admin.post(f"{desk}/hide", data={"reason": ""}), f"hide-{review_id}")
    admin.post(f"{desk}/hide", data={"reason": "It insults people."})
    assert "Insults" not in client.get("/b/salon").text
    assert "It insults people." in admin.get("/admin/businesses/salon/reviews").text
    owner = stage.browser_of(app, shop.business.owner_id)
    assert owner.post(f"/business/salon/reviews/{review_id}/hide").status_code == 404
    admin.post(f"{desk}/show", data={"reason": "They took it back."})
    assert "Insults" in client.get("/b/salon").text


COSTS = {
    "/b": 3,
    "/b/salon": 6,
    "/b/salon/book?service={service}": 8,
    "/my": 6,
    "/my?past=1": 3,
    "/my/appointments/{number}": 4,
    "/my/account": 2,
}


@pytest.mark.parametrize("page", COSTS)
def test_a_page_asks_as_often_for_many_as_for_few(
    app: Application, ada: FlaskClient, shop: Shop, page: str
) -> None:
    number = book(ada, shop)

    def count() -> int:
        with counted_statements() as statements:
            assert ada.get(page.format(service=shop.service.id, number=number)).status_code == 200
        return len(statements)

    ada.post("/b/salon/favorite")
    few = count()
    for hour in (11, 12, 13):
        book(ada, shop, start(hour))
        booking.add_service(shop.business)
        booking.add_worker(shop)
        booking.shop(name="Salon")
    assert count() == few
    assert few <= COSTS[page]
