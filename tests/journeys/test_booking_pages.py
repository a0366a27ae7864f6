"""A business's journey over the pages alone: set up, approved, found, booked, confirmed, moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.web.browser import MakePage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAY = (clock.now() + timedelta(days=2)).date()


def register(page: Page, name: str, email: str, way: str) -> None:
    """A new account, by keyboard; it leads on to where somebody was going."""
    page.goto(f"/register?next={way}")
    expect(page.get_by_label("Your name")).to_be_focused()
    for text in (name, email, "0170 1234567", PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def set_up(page: Page) -> None:
    """The owner says what it is, what it offers, and when it is open."""
    page.get_by_label("Name", exact=True).fill("Salon Ada")
    page.get_by_label("Kind").select_option("hairdresser")
    page.get_by_label("City").fill("Kraków")
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Waiting for approval")).to_be_visible()
    page.get_by_role("link", name="Say what you offer").click()
    page.get_by_label("Name").fill("Haircut")
    page.get_by_label("Price").fill("32")
    page.get_by_label("Minutes it takes").fill("45")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Haircut was added.")).to_be_visible()
    page.get_by_role("link", name="Hours", exact=True).click()
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        page.get_by_label(weekday).fill("9-13, 14-18")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The hours were saved.")).to_be_visible()


def test_a_business_is_set_up_approved_booked_and_its_appointment_confirmed_and_moved(
    app: Application, make_page: MakePage
) -> None:
    factories.user(app, "boss@example.com", role="admin", username="boss")
    owner = make_page()
    register(owner, "Olga Owner", "olga@example.com", "/business/new")
    set_up(owner)

    admin = make_page(java_script_enabled=False)
    admin.goto("/admin/login")
    admin.get_by_label("User name or e-mail").fill("boss")
    admin.get_by_label("Password").fill(PASSWORD)
    admin.get_by_role("button", name="Sign in").click()
    admin.goto("/admin/businesses?status=pending")
    admin.get_by_role("link", name="Salon Ada").click()
    admin.get_by_role("button", name="Approve").click()
    expect(admin.get_by_text("Salon Ada is open for booking.")).to_be_visible()

    customer = make_page(java_script_enabled=False)
    customer.goto("/b")
    customer.get_by_label("City").fill("krakow")
    customer.keyboard.press("Enter")
    customer.get_by_role("link", name="Salon Ada").click()
    customer.get_by_role("link", name="Choose a time for Haircut").click()
    customer.get_by_role("textbox", name="Day").fill(DAY.isoformat())
    customer.get_by_role("button", name="Show times").click()
    customer.get_by_role("link", name="10:00", exact=True).click()
    customer.get_by_role("link", name="Make an account").click()
    for label, text in (
        ("Your name", "Ada Lovelace"),
        ("E-mail address", "ada@example.com"),
        ("Password", PASSWORD),
    ):
        customer.get_by_label(label).fill(text)
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", name="Is this right?")).to_be_visible()
    expect(customer.get_by_role("button", name="Book it")).to_be_focused()
    customer.keyboard.press("Enter")
    expect(customer.get_by_text("It is booked.")).to_be_visible()
    expect(customer.get_by_role("heading", name="Haircut")).to_contain_text("To be confirmed")

    owner.goto(f"/business/salon-ada/calendar?date={DAY}")
    owner.get_by_role("link", name="Ada Lovelace").click()
    owner.get_by_role("button", name="Confirm").press("Enter")
    expect(owner.get_by_text("It is confirmed.")).to_be_visible()
    owner.get_by_role("link", name="Move it").click()
    owner.get_by_role("link", name="14:30", exact=True).click()
    owner.get_by_role("button", name="Move it there").click()
    expect(owner.get_by_text("It is moved.")).to_be_visible()

    customer.goto("/my")
    expect(customer.get_by_role("listitem").filter(has_text="Haircut")).to_contain_text("14:30")
    customer.get_by_role("link", name="Haircut").click()
    expect(customer.get_by_role("heading", name="Haircut")).to_contain_text("Confirmed")
    expect(customer.get_by_role("img", name="QR code of your appointment")).to_be_visible()
