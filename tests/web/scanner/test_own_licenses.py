"""A worker without an account shows a badge on the phone that is bound to them."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Page, expect

from app.http.application import Application
from tests import factories, symbols
from tests.proofs import held, in_sql, verified
from tests.web.browser import MakePage
from tests.web.looking import look_at
from tests.web.scanner import phone

pytestmark = pytest.mark.browser
SUMMARY = "My licenses"


def bound(make_page: MakePage, app: Application, worker_id: int) -> Page:
    """A phone that is one worker's."""
    page = phone.open_scanner(make_page)
    phone.enrol(page, phone.invitation(app, worker_id=worker_id)["code"])
    return page


def opened(page: Page) -> None:
    page.get_by_text(SUMMARY).focus()
    page.keyboard.press("Enter")


def test_a_badge_is_shown_by_keyboard_and_verifies(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    one = held(app, "Wanda Alpha")
    held(app, "Somebody else")
    in_sql("UPDATE workers SET user_id = NULL WHERE id = :id", id=one.worker_id)
    page = bound(make_page, app, one.worker_id)
    opened(page)
    expect(page.locator("#own-list")).to_contain_text("Dry cleaning, level 2, until")
    assert page.locator("#own-list li").count() == 1
    page.get_by_role("button", name="Show badge: Dry cleaning").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#own-badge")).to_contain_text("Wanda Alpha: Dry cleaning, level 2")
    expect(page.locator("#own-until")).to_contain_text(one.code)
    expect(page.locator("#own-badge")).to_be_visible()
    box, bar = page.locator("#own-image").bounding_box(), page.locator(".bottom").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] <= bar["y"]  # no part of the symbol is covered
    image = page.get_by_alt_text("QR code of your license").get_attribute("src") or ""
    said = symbols.text(Image.open(BytesIO(b64decode(image.partition(",")[2]))))
    claims = verified(said.partition("#")[2], client)
    assert claims["n"] == "Wanda Alpha"
    assert claims["exp"] - claims["iat"] == 600
    look_at(page, "scanner-own-license")


def test_what_is_no_longer_valid_has_no_badge(make_page: MakePage, app: Application) -> None:
    one = held(app, "Wanda")
    page = bound(make_page, app, one.worker_id)
    address = f"/admin/licenses/{one.id}/revoke"
    assert factories.sign_in_admin(app).post(address, data={"reason": "Left"}).status_code == 303
    opened(page)
    expect(page.locator("#own-list")).to_contain_text("revoked")
    assert page.locator("#own-list button").count() == 0


def test_who_has_none_is_told_who_issues_them(make_page: MakePage, app: Application) -> None:
    page = bound(make_page, app, factories.worker("Wim").id)
    opened(page)
    expect(page.locator("#own-words")).to_contain_text("There is none.")


def test_without_a_network_a_phone_says_what_a_badge_needs(
    make_page: MakePage, app: Application
) -> None:
    page = bound(make_page, app, held(app, "Wanda").worker_id)
    page.context.set_offline(True)
    opened(page)
    expect(page.locator("#own-words")).to_contain_text("needs a network")


def test_the_next_person_at_a_phone_sees_nothing_of_the_last(
    make_page: MakePage, app: Application
) -> None:
    page = bound(make_page, app, held(app, "Wanda").worker_id)
    opened(page)
    page.get_by_role("button", name="Show badge").click()
    expect(page.locator("#own-badge")).to_be_visible()
    page.get_by_text("Settings and state").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#own")).to_be_hidden()
    assert page.locator("#own-list li").count() == 0
    assert page.locator("#own-image").get_attribute("src") is None
