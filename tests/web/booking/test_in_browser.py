"""The pages of booking and of businesses, looked at: light and dark, large and small, by keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.support import clock
from app.support.wall_time import minute_of
from tests import appointments, booking, factories
from tests.booking import Shop
from tests.web.business import stage
from tests.web.looking import follow, look_at, sign_in, tab_to, walk

pytestmark = pytest.mark.browser

TEN = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def shop(app: Application) -> Shop:
    owner = stage.sign_in(app, "shop@example.com")[1]
    more = {"description": "We take our time.", "address": "Long Street 7", "phone": "555 1234"}
    made = booking.shop(2, owner_id=owner, slug="salon", name="Salon Ada", city="Kraków", **more)
    booking.add_service(made.business, name="Colour", description="Every one.")
    return made


def as_person(page: Page, user_id: int) -> None:
    cookie = factories.page_cookie(user_id)
    page.context.add_cookies(
        [{"name": "session", "value": cookie, "domain": "127.0.0.1", "path": "/"}]
    )


def customer_of(app: Application, page: Page) -> int:
    user_id = factories.user(app, "ada@example.com", name="Ada").id
    as_person(page, user_id)
    return user_id


def test_finding_choosing_and_booking_look_right(app: Application, page: Page, shop: Shop) -> None:
    customer = customer_of(app, page)
    page.goto("/b")
    look_at(page, "b")
    page.goto("/b/salon")
    look_at(page, "b-salon")
    assert "Choose a time for Colour" in " ".join(walk(page)) or "Choose a time" in walk(page)
    page.get_by_role("link", name="Choose a time").first.click()
    look_at(page, "times")
    tomorrow = (TEN + timedelta(days=1)).date()
    page.goto(f"/b/salon/book?service={shop.service.id}&date={tomorrow}")
    page.get_by_role("link", name="10:00", exact=True).click()
    look_at(page, "confirm")
    for worker in range(2):
        stage.visit(shop, TEN + timedelta(days=1), worker=worker)
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody was quicker")
    look_at(page, "taken")
    page.get_by_role("button", name=re.compile("09:00")).click()
    expect(page.get_by_text("It is booked.")).to_be_visible()
    look_at(page, "my-appointment")
    page.goto("/my")
    look_at(page, "my")
    factories.visit(shop, customer)
    page.goto("/my?past=1")
    page.get_by_role("link", name=shop.service.name).click()
    look_at(page, "my-review")
    page.goto("/my/account")
    look_at(page, "my-account")


def test_the_pages_of_a_business_look_right(app: Application, page: Page, shop: Shop) -> None:
    as_person(page, shop.business.owner_id)
    number = stage.visit(shop, TEN + timedelta(days=1), status="created")
    room = booking.add_room(shop, name="Blue room")
    for name, path in {
        "own": "/business",
        "own-new": "/business/new",
        "own-join": "/business/join",
        "desk-overview": "/business/salon",
        "desk-services": "/business/salon/services",
        "desk-service": f"/business/salon/services/{shop.service.id}",
        "desk-workers": "/business/salon/workers",
        "desk-worker": f"/business/salon/workers/{shop.workers[0].id}",
        "desk-rooms": "/business/salon/rooms",
        "desk-room": f"/business/salon/rooms/{room.id}",
        "desk-hours": "/business/salon/hours",
        "desk-time-off": "/business/salon/time-off",
        "desk-reviews": "/business/salon/reviews",
        "desk-details": "/business/salon/details",
        "desk-new": "/business/salon/appointments/new",
        "desk-appointment": f"/business/salon/appointments/{number}",
        "desk-move": f"/business/salon/appointments/{number}/move",
    }.items():
        page.goto(path)
        look_at(page, name)


def test_the_admins_pages_of_businesses_look_right(
    app: Application, page: Page, shop: Shop
) -> None:
    sign_in(page, app)
    with booking.writing() as session:
        business = session.get_one(type(shop.business), shop.business.id)
        business.approved_name, business.approved_category = "Salon Eva", "spa"
        business.approved_address, business.changed_at = "Short Street " * 9, TEN
    for name, path in {
        "admin-businesses": "/admin/businesses",
        "admin-business": "/admin/businesses/salon",
        "admin-calendar": "/admin/businesses/salon/calendar",
        "admin-move": "/admin/businesses/salon/appointments/{number}/move",
    }.items():
        number = stage.visit(shop, TEN + timedelta(days=2))
        page.goto(path.format(number=number))
        look_at(page, name)


def test_an_appointment_is_found_and_booked_by_keyboard_alone(
    app: Application, plain_page: Page, shop: Shop
) -> None:
    customer_of(app, plain_page)
    plain_page.goto("/b")
    for words in ("Salon Ada", "Choose a time", "Later days", "10:00"):
        follow(plain_page, words)
    expect(plain_page.get_by_role("button", name="Book it")).to_be_focused()
    plain_page.keyboard.press("Enter")
    expect(plain_page.get_by_text("It is booked.")).to_be_visible()
    tab_to(plain_page, "Cancel it")
    plain_page.keyboard.press("Enter")
    follow(plain_page, "Yes, cancel it")
    expect(plain_page.get_by_text("It is cancelled.")).to_be_visible()


def test_what_is_kept_and_ones_own_schedule_look_right(
    app: Application, page: Page, shop: Shop
) -> None:
    customer = customer_of(app, page)
    booking.add_worker(shop, user_id=customer, name="Ada")
    begins = TEN + timedelta(days=3)
    stage.visit(shop, begins, worker=2)
    booking.add_time_off(shop.workers[2], begins + timedelta(hours=2), begins + timedelta(hours=5))
    appointments.visit(shop, customer, minute_of(begins + timedelta(hours=1)), is_hold=True)
    page.goto("/my")
    look_at(page, "my-kept")
    page.get_by_role("link", name=shop.service.name).click()
    look_at(page, "my-hold")
    page.goto(f"/my/work/salon?date={begins.date()}")
    look_at(page, "my-work")
    assert "10:00–11:00 Jo Miller" in " ".join(walk(page))
    page.get_by_label("Show").select_option("week")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**view=week*")
    look_at(page, "my-week")
    page.get_by_role("link", name="Jo Miller").click()
    look_at(page, "my-work-visit")


def test_an_appointment_is_confirmed_by_keyboard_alone(
    app: Application, plain_page: Page, shop: Shop
) -> None:
    as_person(plain_page, shop.business.owner_id)
    number = stage.visit(shop, TEN + timedelta(days=1), status="created")
    plain_page.goto(f"/business/salon/appointments/{number}")
    plain_page.get_by_role("button", name="Confirm").focus()
    plain_page.keyboard.press("Enter")
    expect(plain_page.get_by_text("It is confirmed.")).to_be_visible()
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("Confirmed")
