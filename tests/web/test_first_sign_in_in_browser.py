"""Accounts as people see them: registered by an admin, a first sign-in, an owner's second factor."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import User
from tests import factories
from tests.factories import PASSWORD
from tests.ledger import event
from tests.web.browser import MakePage
from tests.web.looking import look_at, sign_in, walk

pytestmark = pytest.mark.browser


def test_an_admin_registers_somebody_who_chooses_a_password(
    app: Application, page: Page, make_page: MakePage
) -> None:
    sign_in(page, app)
    page.goto("/admin/people/new")
    look_at(page, "person-new")
    page.get_by_label("Name", exact=False).first.fill("Grace Hopper")
    page.get_by_label("Phone").fill("+1 202 555 0143")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Hopper was registered")
    look_at(page, "person-password")
    password = page.get_by_label("Temporary password").input_value()
    page.get_by_role("link", name="Go to Grace Hopper").click()
    look_at(page, "person")
    walk(page)

    theirs = make_page()
    theirs.goto("/login")
    theirs.get_by_label("E-mail address").fill("+1 202 555 0143")
    theirs.get_by_label("Password").fill(password)
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Choose your password")
    look_at(theirs, "first-password")
    theirs.get_by_label("Password that you were given").fill(password)
    theirs.get_by_label("New password").fill("amazing grace 1906")
    theirs.get_by_role("button", name="Change password").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Your account")


def test_the_last_admin_reads_why_the_role_stays(app: Application, page: Page) -> None:
    sign_in(page, app)
    page.goto(f"/admin/people/{event(action='LOGIN').resource_id}")
    page.get_by_label("Role").select_option("customer")
    page.get_by_role("button", name="Change role").click()
    expect(page.get_by_role("alert")).to_contain_text("last active administrator")
    look_at(page, "person-refused")


def test_an_owner_is_asked_for_a_code(app: Application, make_page: MakePage) -> None:
    owner: User = factories.user(app, "owner@example.com", role="owner")
    secret = factories.second_factor(owner.id)
    page = make_page()
    page.goto("/login?next=/my/account/two-factor")
    page.get_by_label("E-mail address").fill("owner@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    look_at(page, "sign-in-code")
    page.get_by_label("Code").fill(factories.code(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two-factor sign-in")
    look_at(page, "my-two-factor")
    page.goto("/my/account")
    look_at(page, "my-account-with-two-factor")
