"""A time that is kept for a customer: taken up at a page in time, or let go."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app import database
from app.http.application import Application
from app.models import Claim, Order
from app.support import clock
from app.support.wall_time import minute_of
from tests import appointments, booking
from tests.booking import Shop
from tests.ledger import events
from tests.web.admin.forms import alert_of, news_after
from tests.web.business import stage

TEN = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=3)


@pytest.fixture
def shop(app: Application) -> Shop:
    owner = stage.sign_in(app, "shop@example.com")[1]
    return booking.shop(2, owner_id=owner, slug="salon", name="Salon Ada", timezone="Asia/Tashkent")


class Customer:
    """A browser, and what is kept for whoever is signed in there."""

    def __init__(self, app: Application, email: str) -> None:
        self.client, self.user_id = stage.sign_in(app, email, role="customer")

    def hold(self, shop: Shop, begins: datetime = TEN, **more: object) -> str:
        order = appointments.visit(shop, self.user_id, minute_of(begins), is_hold=True, **more)
        return f"/my/appointments/{order.order_number}"


@pytest.fixture
def ada(app: Application) -> Customer:
    return Customer(app, "ada@example.com")


def order_at(page: str) -> Order:
    with database.transaction(write=False) as session:
        return session.query(Order).filter_by(order_number=page.rpartition("/")[2]).one()


def claims() -> int:
    with database.transaction(write=False) as session:
        return session.query(Claim).count()


def test_it_is_shown_until_when_it_is_kept_on_the_businesss_clock(
    ada: Customer, shop: Shop
) -> None:
    page = ada.hold(shop)
    until = order_at(page).hold_expires_at + timedelta(hours=5)
    for shown in (ada.client.get("/my").text, ada.client.get(page).text):
        assert re.search(rf"Kept for you until <strong><time[^>]*>{until:%H:%M}</time>", shown)
        assert f'action="{page}/confirm"' in shown
        assert f'action="{page}/cancel"' in shown
        assert "QR code" not in shown
    assert "Nothing is coming up" not in ada.client.get("/my").text


def test_taking_it_up_books_it_once(ada: Customer, shop: Shop) -> None:
    page = ada.hold(shop)
    for _ in range(2):
        answer = ada.client.post(f"{page}/confirm")
        assert news_after(ada.client, answer).startswith("It is booked.")
    assert order_at(page).status == "created"
    assert len(events(action="APPOINTMENT_BOOKED")) == 1
    shown = ada.client.get(page).text
    assert "Kept for you" not in shown
    assert "QR code of your appointment" in shown
    assert "Not booked yet" not in ada.client.get("/my").text


def test_letting_it_go_frees_its_time_even_when_it_is_too_late_to_cancel(
    ada: Customer, shop: Shop
) -> None:
    with booking.writing() as session:
        business = session.get_one(type(shop.business), shop.business.id)
        business.cancel_cutoff_minutes = 10 * 1440
    page = ada.hold(shop)
    assert claims()
    answer = ada.client.post(f"{page}/cancel")
    assert news_after(ada.client, answer) == "The time is free for others again."
    assert order_at(page).status == "expired"
    assert claims() == 0


def test_what_has_lapsed_is_said_to_be_over_and_cannot_be_taken_up(
    ada: Customer, shop: Shop
) -> None:
    page = ada.hold(shop, at=clock.now() - timedelta(minutes=11))
    assert order_at(page).status == "held"
    assert "Not booked yet" not in ada.client.get("/my").text
    shown = ada.client.get(page).text
    assert "that is over" in shown
    assert f"{page}/confirm" not in shown
    assert "Book it again" in shown
    late = ada.client.post(f"{page}/confirm")
    assert late.status_code == 409
    assert alert_of(late) == "This time is not held any more."
    assert order_at(page).status == "held"


def test_nobody_takes_up_or_lets_go_anothers(
    app: Application, ada: Customer, shop: Shop, client: FlaskClient
) -> None:
    page = ada.hold(shop)
    eve = stage.sign_in(app, "eve@example.com", role="customer")[0]
    owner = stage.browser_of(app, shop.business.owner_id)
    for who, status in ((eve, 404), (owner, 404), (client, 401)):
        for step in ("confirm", "cancel"):
            assert who.post(f"{page}/{step}").status_code == status
    assert "Not booked yet" not in eve.get("/my").text
    assert order_at(page).status == "held"
