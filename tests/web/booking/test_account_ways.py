"""The ways of an account at the pages: verified, forgotten, told, copied and closed."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.http.application import Application
from app.models import User
from tests import booking, factories, mails
from tests.factories import PASSWORD, Customer
from tests.holes.world import stored
from tests.ledger import event, events
from tests.web.admin.forms import error_at, news_after, without_token
from tests.web.browser import MakePage
from tests.web.looking import look_at, walk

ACCOUNT = "/my/account"
VERIFY = "/my/verify"
NEW = "another good one"
PHONE = "+4930901820"


@pytest.fixture
def ada(app: Application) -> Customer:
    return factories.sign_up(app, "ada@example.com", name="Ada")


@pytest.fixture
def browser(app: Application, ada: Customer) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", factories.page_cookie(ada.id))
    return client


def test_an_address_is_verified_by_its_code(browser: FlaskClient, ada: Customer) -> None:
    assert "/my/verify" in browser.get(ACCOUNT).text
    assert "ada@example.com" in browser.get(VERIFY).text
    code = mails.code(ada.id).code
    wrong = browser.post(VERIFY, data={"code": mails.another(code)})
    assert (wrong.status_code, "not the code" in wrong.text) == (400, True)
    assert "is verified" in news_after(browser, browser.post(VERIFY, data={"code": code}))
    assert "/my/verify" not in browser.get(ACCOUNT).text
    assert "is verified" in browser.get(VERIFY).text


def test_who_has_no_address_is_asked_for_none_and_mailed_no_code(app: Application) -> None:
    person = factories.user(app, phone=PHONE, login_phone=PHONE)
    with booking.writing() as session:
        session.get_one(User, person.id).email = None
    browser = app.test_client()
    browser.set_cookie("session", factories.page_cookie(person.id))
    assert VERIFY not in browser.get(ACCOUNT).text
    page = browser.get(VERIFY).text
    assert ("Add yours" in page, "None" in page) == (True, False)
    assert browser.post(f"{VERIFY}/resend").status_code == 409
    saved = browser.post(ACCOUNT, data={"name": "Nora", "email": "", "phone": PHONE})
    assert news_after(browser, saved) == "Your account was saved."
    kept = stored(User, person.id)
    assert (kept.name, kept.email, kept.login_phone) == ("Nora", None, PHONE)
    refused = browser.post(ACCOUNT, data={"name": "Nora", "email": "nora@", "phone": PHONE})
    assert refused.status_code == 400


def test_an_address_that_there_is_cannot_be_emptied(browser: FlaskClient, ada: Customer) -> None:
    emptied = browser.post(ACCOUNT, data={"name": "Ada", "email": "", "phone": ""})
    assert (emptied.status_code, error_at(emptied, "email") != "") == (400, True)
    assert stored(User, ada.id).email == "ada@example.com"


def test_a_wrong_code_at_the_page_is_one_of_the_five(browser: FlaskClient, ada: Customer) -> None:
    code = mails.code(ada.id).code
    for _ in range(5):
        assert browser.post(VERIFY, data={"code": mails.another(code)}).status_code == 400
    assert "too often" in browser.post(VERIFY, data={"code": code}).text
    assert stored(User, ada.id).verified_at is None


def test_another_code_is_asked_for(browser: FlaskClient, ada: Customer) -> None:
    hasty = browser.post(f"{VERIFY}/resend")
    assert (hasty.status_code, "just mailed" in hasty.text) == (429, True)
    factories.after_a_while()
    assert "on its way" in news_after(browser, browser.post(f"{VERIFY}/resend"))
    assert len(mails.announced("account.verification", ada.id)) == 1


def test_the_link_of_the_mail_is_opened_by_a_post_alone(client: FlaskClient, ada: Customer) -> None:
    token = mails.code(ada.id).token
    assert client.get("/verify").status_code == 200
    assert stored(User, ada.id).verified_at is None
    done = client.post("/verify", data={"token": token})
    assert (done.status_code, "is verified" in done.text) == (200, True)
    assert stored(User, ada.id).verified_at is not None
    again = client.post("/verify", data={"token": token})
    assert (again.status_code, "used already" in again.text) == (400, True)


@pytest.mark.parametrize("path", ["/verify", "/reset", "/forgot"])
def test_another_site_posts_nothing(client: FlaskClient, ada: Customer, path: str) -> None:
    given = {"token": mails.code(ada.id).token, "password": NEW, "email": ada.email}
    answer = client.post(path, data=given, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert stored(User, ada.id).verified_at is None
    assert mails.announced("account.password_reset", ada.id) == []


def test_a_forgotten_password_is_replaced(client: FlaskClient, ada: Customer) -> None:
    assert 'href="/forgot"' in client.get("/login").text
    pages = [
        without_token(client.post("/forgot", data={"email": email}).text).replace(email, "")
        for email in (ada.email, "nobody@example.com")
    ]
    assert "on its way" in pages[0]
    assert pages[0] == pages[1]
    token = mails.link(ada.id).token
    weak = client.post("/reset", data={"token": token, "password": "password1"})
    assert (weak.status_code, token in weak.text) == (400, True)
    done = client.post("/reset", data={"token": token, "password": NEW})
    assert (done.status_code, 'href="/login"' in done.text) == (200, True)
    login = {"email": ada.email, "password": NEW}
    assert client.post("/login", data=login).status_code == 303


def test_an_empty_address_is_named(client: FlaskClient) -> None:
    answer = client.post("/forgot", data={"email": " "})
    assert answer.status_code == 400
    assert error_at(answer, "email")


def test_preferences_are_saved_and_shown(browser: FlaskClient, ada: Customer) -> None:
    sent = {"locale": "de", "timezone": "Europe/Vienna", "channel": ["inbox", "pigeon"]}
    assert "saved" in news_after(browser, browser.post(f"{ACCOUNT}/preferences", data=sent))
    row = stored(User, ada.id)
    assert (row.locale, row.timezone, row.channels) == ("de", "Europe/Vienna", "inbox")
    page = browser.get(ACCOUNT).text
    assert '<option value="de" selected>' in page
    assert 'value="inbox" checked' in page
    assert 'value="email" checked' not in page
    wrong = browser.post(f"{ACCOUNT}/preferences", data=sent | {"timezone": "Mars/Olympus"})
    assert wrong.status_code == 400
    assert error_at(wrong, "timezone")
    browser.post(f"{ACCOUNT}/preferences", data={"locale": "de", "timezone": ""})
    row = stored(User, ada.id)
    assert (row.timezone, row.channels) == (None, "")


def test_a_copy_comes_as_a_file(browser: FlaskClient, ada: Customer) -> None:
    answer = browser.post(f"{ACCOUNT}/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="handover-my-data.json"'
    assert json.loads(answer.text)["account"]["email"] == ada.email
    assert event(action="DATA_EXPORT").user_id == ada.id


def test_an_account_is_closed_with_its_password(browser: FlaskClient, ada: Customer) -> None:
    wrong = browser.post(f"{ACCOUNT}/close", data={"password": "not mine at all"})
    assert (wrong.status_code, "not your password" in wrong.text) == (400, True)
    assert events(action="ACCOUNT_CLOSED") == []
    order = factories.order(customer_id=ada.id)
    needed = browser.post(f"{ACCOUNT}/close", data={"password": PASSWORD})
    assert (needed.status_code, order.order_number in needed.text) == (409, True)
    factories_cancel = {"status": "cancelled"}
    path = f"/api/v1/orders/{order.order_number}"
    assert browser.put(path, json=factories_cancel, headers=ada.headers).status_code == 200
    closed = browser.post(f"{ACCOUNT}/close", data={"password": PASSWORD})
    assert (closed.status_code, closed.location) == (303, "/b")
    assert "Your account is closed" in browser.get("/b").text
    assert browser.get("/my").status_code == 302
    assert stored(User, ada.id).closed_at is not None


@pytest.mark.browser
def test_the_link_of_a_mail_needs_no_copying(page: Page, ada: Customer) -> None:
    page.goto(f"/verify#{mails.code(ada.id).token}")
    expect(page.get_by_label("Code")).to_be_hidden()
    assert "#" not in page.url
    look_at(page, "verify")
    page.get_by_role("button", name="This is my address").click()
    expect(page.get_by_role("status")).to_contain_text("is verified")


@pytest.mark.browser
def test_the_way_from_a_forgotten_password_by_keyboard(page: Page, ada: Customer) -> None:
    page.goto("/login")
    page.get_by_role("link", name="Forgotten your password?").press("Enter")
    look_at(page, "forgot")
    page.get_by_label("E-mail address").fill(ada.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("on its way")
    page.goto(f"/reset#{mails.link(ada.id).token}")
    look_at(page, "reset")
    page.get_by_label("New password").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is set")


@pytest.mark.browser
def test_the_account_looks_right_and_is_reached_by_tab(page: Page, ada: Customer) -> None:
    cookie = {"name": "session", "value": factories.page_cookie(ada.id), "path": "/"}
    page.goto("/login")
    page.context.add_cookies([{**cookie, "domain": "127.0.0.1"}])  # type: ignore[typeddict-item]
    page.goto(ACCOUNT)
    look_at(page, "my-account")
    stops = walk(page)
    for words in ("Verify your address", "Change password", "Take a copy", "Close my account"):
        assert any(words in stop for stop in stops), words
    page.goto(VERIFY)
    look_at(page, "my-verify")


@pytest.mark.browser
def test_without_a_script_the_code_of_a_link_is_pasted(make_page: MakePage, ada: Customer) -> None:
    page = make_page(java_script_enabled=False)
    page.goto("/verify")
    page.get_by_label("Code").fill(mails.code(ada.id).token)
    page.get_by_role("button", name="This is my address").click()
    expect(page.get_by_role("status")).to_contain_text("is verified")
