"""The account's pages as people meet them: set up, signed in by a code, printed, signed out."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.http.application import Application
from tests import factories, symbols
from tests.factories import PASSWORD
from tests.web.browser import MakePage
from tests.web.looking import look_at, sign_in, walk

pytestmark = pytest.mark.browser

PAGE = "/admin/account/two-factor"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


def fill_in_login(page: Page, name: str) -> None:
    page.goto("/admin/login")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def begin(page: Page) -> str:
    """Ask for a key, and scan it as a phone does: the secret."""
    page.goto(PAGE)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    picture = Image.open(io.BytesIO(page.get_by_role("img", name="QR code").screenshot()))
    secret = re.search(r"[?&]secret=([A-Z2-7]+)", symbols.text(picture))
    assert secret is not None
    return secret[1]


def test_the_whole_way_without_a_script(plain_page: Page, app: Application) -> None:
    page = plain_page
    factories.user(app, role="admin", username="boss")
    fill_in_login(page, "boss")
    expect(page).to_have_url(re.compile("/admin$"))
    secret = begin(page)
    page.get_by_label("Code", exact=True).fill(factories.code(secret))
    page.get_by_role("button", name="Switch it on").click()
    code = page.get_by_role("listitem").filter(has_text=re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    recovery = code.first.inner_text()
    assert code.count() == 10
    page.context.clear_cookies()
    fill_in_login(page, "boss")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Code").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/admin$"))


def test_a_browser_is_signed_out_from_another_one(make_page: MakePage, app: Application) -> None:
    factories.user(app, role="admin", username="boss")
    here, lost = make_page(), make_page(user_agent=FIREFOX)
    for page in (here, lost):
        fill_in_login(page, "boss")
    here.goto("/admin/account/sessions")
    here.get_by_role("button", name=re.compile("^Sign out Firefox on Linux")).click()
    expect(here.get_by_text("That browser is signed out.")).to_be_visible()
    lost.goto("/admin/account")
    expect(lost).to_have_url(re.compile("/admin/login$"))


def test_the_account_and_its_sessions_look_right(page: Page, app: Application) -> None:
    sign_in(page, app, "boss@example.com")
    page.goto("/admin/account")
    look_at(page, "account")
    page.goto("/admin/account/sessions")
    look_at(page, "sessions-alone")
    sign_in_again = app.test_client()
    sign_in_again.post("/admin/login", json={"email": "boss@example.com", "password": PASSWORD})
    page.reload()
    page.get_by_text("Sign out all others").first.click()
    look_at(page, "sessions")
    assert "Back to your account" in walk(page)


def test_two_factor_looks_right_at_every_step(page: Page, app: Application) -> None:
    sign_in(page, app)
    page.goto(PAGE)
    look_at(page, "two-factor-off")
    secret = begin(page)
    look_at(page, "two-factor-key")
    assert "Switch it on" in walk(page)
    page.get_by_label("Code", exact=True).fill("123")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("This is not the code that the app shows now.")).to_be_visible()
    look_at(page, "two-factor-wrong")
    page.get_by_label("Code", exact=True).fill(factories.code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("link", name="I have kept them")).to_be_visible()
    look_at(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("Switch it off", exact=True).click()
    look_at(page, "two-factor-on")
    page.goto("/admin/account")
    look_at(page, "account-on")


def test_the_question_for_the_code_looks_right(page: Page, app: Application) -> None:
    boss = factories.user(app, role="admin", username="boss")
    factories.second_factor(boss.id)
    fill_in_login(page, "boss")
    look_at(page, "code")
    page.get_by_label("Code").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look_at(page, "code-wrong")
    assert walk(page)[0] == "Code"
