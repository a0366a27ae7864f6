"""The verifier in a real browser: what it takes for genuine, with and without a network."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import qrcode
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from app.extensions import signing_keys
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.licenses.change import revoke_license, rotate_license
from app.operations.proofs.void import read_status_list
from app.support import clock
from app.support.signed_claims import sign_claims
from app.support.signing import KeyRing
from tests import factories
from tests.factories import writing
from tests.proofs import NAME, held, in_sql, link_of
from tests.web.browser import PHONE, Launch, MakePage
from tests.web.looking import film, look_at, walk
from tests.web.scanner import phone

pytestmark = pytest.mark.browser

# An older browser: it has no Ed25519 of its own, and takes the library that lies among our files.
WITHOUT_ED25519 = """(() => {
  const own = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (form, data, name, ...rest) {
    if (name === "Ed25519") return Promise.reject(new DOMException("no", "NotSupportedError"));
    return own.call(this, form, data, name, ...rest);
  };
})()"""
CONTROLLED = "navigator.serviceWorker.controller !== null"


@pytest.fixture(params=["its own Ed25519", "the library's"])
def page(request: pytest.FixtureRequest, make_page: MakePage) -> Page:
    """The verifier in a browser of today, and in one that cannot check these signatures itself."""
    opened = make_page(viewport=PHONE, service_workers="block")
    if request.param == "the library's":
        opened.context.add_init_script(WITHOUT_ED25519)
    visit(opened)
    return opened


def visit(page: Page, address: str = "/l/") -> None:
    page.goto(address)
    expect(page.locator("#verifier")).to_have_attribute("data-ready", "true")


def check(page: Page, text: str) -> tuple[str, str]:
    """The answer to a text that is pasted: its title, and what stands below."""
    page.locator("#code").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#result")).not_to_have_attribute("data-signal", "busy")
    return page.locator("#result-title").inner_text(), page.locator("#result-detail").inner_text()


def forgeries(app: Application, token: str) -> dict[str, str]:
    """Tokens that no verifier may take, each near to a genuine one."""
    header, body, signature = token.split(".")
    said = jwt.decode(token, options={"verify_signature": False})
    with app.app_context():
        key = signing_keys.ring.current
    named = {"kid": key.key_id, "typ": "license"}
    strange = KeyRing.of("a-secret-of-nobody-with-enough-letters-in-it").current
    public = urlsafe_b64encode(key.license_public_key).rstrip(b"=").decode()
    spare = "".join(chr(ord(signature[-1]) + step) for step in (1,))
    past = int((clock.now() - timedelta(minutes=3)).timestamp())
    false_name = (
        urlsafe_b64encode(
            json.dumps(
                {"alg": "EdDSA", "kid": key.key_id, "typ": "license"}, separators=(",", ":")
            ).encode()
        )
        .rstrip(b"=")
        .decode()
    )
    changed = {
        f"byte {place}": token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(5, len(token), 37)
        if token[place] != "."
    }
    return {
        **changed,
        "spare bits": f"{header}.{body}.{signature[:-1]}{spare}",
        "no signature": f"{header}.{body}.",
        "unsigned": jwt.encode(said, "", algorithm="none", headers=named) + "AA",
        "HS256 with the public key": jwt.encode(said, public, algorithm="HS256", headers=named),
        "an unknown key": sign_claims("license", said, strange),
        "a strange key by our name": ".".join(
            [false_name, *sign_claims("license", said, strange).split(".")[1:]]
        ),
        "another kind": sign_claims("custody", said, key),
        "another issuer": sign_claims("license", {**said, "iss": "https://other.example"}, key),
        "expired": sign_claims("license", {**said, "exp": past}, key),
        "not yet": sign_claims("license", {**said, "iat": past + 600}, key),
        "no code": sign_claims("license", {**said, "jti": "7"}, key),
    }


def test_a_genuine_card_is_valid_and_says_when_that_was_checked(
    page: Page, app: Application, client: FlaskClient
) -> None:
    link = link_of(client, held(app))
    title, detail = check(page, link)
    assert title == "Valid"
    assert NAME in detail
    assert "Checked with the server at" in detail
    assert check(page, link.partition("#")[2])[0] == "Valid"


def test_no_forgery_is_taken(page: Page, app: Application, client: FlaskClient) -> None:
    link, _, token = link_of(client, held(app)).partition("#")
    assert check(page, token)[0] == "Valid"
    page.context.set_offline(True)
    assert check(page, token)[0] == "Valid"
    for kind, forged in forgeries(app, token).items():
        assert check(page, f"{link}#{forged}")[0] == "Invalid", kind


def test_two_licenses_in_one_link_are_invalid(
    page: Page, app: Application, client: FlaskClient
) -> None:
    one, other = link_of(client, held(app)), link_of(client, held(app))
    title, detail = check(page, f"{one.partition('#')[0]}#{other.partition('#')[2]}")
    assert title == "Invalid"
    assert "two licenses" in detail


def test_a_revoked_license_is_invalid_at_once_online_and_offline_after_the_lists_refresh(
    page: Page, app: Application, client: FlaskClient
) -> None:
    one = held(app)
    link = link_of(client, one)
    page.reload()  # with the license on the list that is kept
    expect(page.locator("#verifier")).to_have_attribute("data-ready", "true")
    with writing():
        revoke_license(one.id, at=clock.now(), actor=SYSTEM)
    title, detail = check(page, link)
    assert (title, "was revoked" in detail) == ("Invalid", True)
    page.context.set_offline(True)
    title, detail = check(page, link)
    assert title == "Valid"
    assert "Revocation last checked at" in detail
    page.context.set_offline(False)
    visit(page)
    page.context.set_offline(True)
    title, detail = check(page, link)
    assert (title, "It was revoked" in detail) == ("Invalid", True)


def test_an_old_card_is_superseded_where_there_is_a_network(
    page: Page, app: Application, client: FlaskClient
) -> None:
    one = held(app)
    old = link_of(client, one)
    with writing():
        rotate_license(one.id, at=clock.now(), actor=SYSTEM)
    title, detail = check(page, old)
    assert title == "Invalid"
    assert "replaced by a newer one" in detail
    assert check(page, link_of(client, one))[0] == "Valid"


def test_a_list_that_is_too_old_leaves_a_card_unchecked(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    link = link_of(client, held(app))
    page = make_page(service_workers="block")
    visit(page)
    page.context.set_offline(True)
    assert check(page, link)[0] == "Valid"
    page.context.add_init_script(phone.CLOCK_WRONG % (2 * 3600 * 1000))
    page.evaluate(phone.CLOCK_WRONG % (2 * 3600 * 1000))
    title, detail = check(page, link)
    assert title == "Genuine, not checked for revocation today"
    assert "Revocation last checked at" in detail


@pytest.mark.parametrize("answer", ["an older list", "another site's page"])
def test_what_is_known_of_a_revocation_is_not_forgotten_for_a_worse_answer(
    make_page: MakePage, app: Application, client: FlaskClient, answer: str
) -> None:
    one = held(app)
    link, before = link_of(client, one), client.get("/api/v1/licenses/status").text
    later = clock.now() + timedelta(seconds=5)  # a list bears the second of its making
    with writing():
        revoke_license(one.id, at=clock.now(), actor=SYSTEM)
    with app.app_context():
        after = read_status_list(issuer=app.settings.public_url, at=later)
    page = make_page(service_workers="block")
    body = after
    page.route("**/api/v1/licenses/status", lambda route: route.fulfill(body=body))
    visit(page)
    body = before if answer == "an older list" else "<html>Welcome to this hotel"
    visit(page)
    page.context.set_offline(True)
    title, detail = check(page, link)
    assert (title, "It was revoked" in detail) == ("Invalid", True)


def test_a_list_from_the_future_leaves_a_card_unchecked(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    link = link_of(client, held(app))
    with app.app_context():
        tomorrow = clock.now() + timedelta(days=1)
        body = read_status_list(issuer=app.settings.public_url, at=tomorrow)
    page = make_page(service_workers="block")
    page.route("**/api/v1/licenses/status", lambda route: route.fulfill(body=body))
    visit(page)
    page.context.set_offline(True)
    assert check(page, link)[0] == "Genuine, not checked for revocation today"


def test_a_card_of_another_name_than_the_servers_is_no_bare_yes(
    page: Page, app: Application, client: FlaskClient
) -> None:
    one = held(app)
    link = link_of(client, one)
    in_sql("UPDATE workers SET name = 'Mallory' WHERE id = :id", id=one.worker_id)
    title, detail = check(page, link)
    assert title == "Valid, under another name"
    assert "Mallory" in detail


def test_a_device_that_has_no_list_says_that_revocation_was_never_checked(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    link = link_of(client, held(app))
    page = make_page(service_workers="block")
    page.route("**/api/v1/licenses/status", lambda route: route.abort("internetdisconnected"))
    visit(page)
    page.context.set_offline(True)
    title, detail = check(page, link)
    assert title == "Genuine, not checked for revocation today"
    assert "never checked" in detail


def test_the_verifier_works_with_the_network_off_and_reads_a_card_before_its_camera(
    launch: Launch, make_page: MakePage, app: Application, client: FlaskClient, tmp_path: Path
) -> None:
    link = link_of(client, held(app))
    picture = qrcode.make(link, error_correction=qrcode.constants.ERROR_CORRECT_L).get_image()
    page = make_page(launch(*film(picture, tmp_path / "card.y4m")), service_workers="allow")
    visit(page)
    phone.until(page, lambda: page.evaluate(CONTROLLED))
    page.context.set_offline(True)
    visit(page)
    expect(page.locator("#line")).to_have_text("No network")
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator("#result-title")).to_have_text("Valid")
    expect(page.locator("#result-detail")).to_contain_text(NAME)
    expect(page.locator("#result-detail")).to_contain_text("Revocation last checked at")


@pytest.mark.parametrize("dressed", ["{}", " {} ", "lic {}", "LIC-{}"])
def test_a_number_is_understood_however_it_was_typed(
    page: Page, app: Application, dressed: str
) -> None:
    code = held(app).code
    typed = dressed.format(code.removeprefix("LIC-").lower().replace("0", "o").replace("1", "l"))
    page.context.set_offline(True)
    title, detail = check(page, typed)
    assert title == "Not checked"
    assert "only with a network" in detail
    page.context.set_offline(False)
    page.get_by_role("button", name="Check").click()
    page.wait_for_url(f"**/l/{code}")


def test_a_text_that_is_no_number_is_none(page: Page) -> None:
    for text in ("LIC-000", "HELLO WORLD!", "LIC-UUUUUUUUUU"):
        assert check(page, text) == (
            "Invalid",
            "This is neither a license nor a certificate of this site.",
        )


def test_a_cards_link_opens_without_a_network_and_is_judged(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    link = link_of(client, held(app))
    page = make_page(service_workers="allow")
    visit(page)
    phone.until(page, lambda: page.evaluate(CONTROLLED))
    page.context.set_offline(True)
    visit(page, "/l/" + link.rpartition("/l/")[2])
    expect(page.locator("#result-title")).to_have_text("Valid")
    expect(page.locator("#result-detail")).to_contain_text(NAME)


def test_the_page_of_a_license_checks_the_card_that_led_there(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    one = held(app)
    link = link_of(client, one)
    page = make_page(service_workers="block")
    page.goto("/l/" + link.rpartition("/l/")[2])
    expect(page.get_by_role("heading", level=1)).to_have_text("Valid")
    expect(page.locator("#result-title")).to_have_text("Valid")
    expect(page.locator("main")).to_contain_text(NAME)
    with writing():
        rotate_license(one.id, at=clock.now(), actor=SYSTEM)
    page.reload()
    expect(page.locator("#result-title")).to_have_text("Invalid")
    expect(page.locator("#result-detail")).to_contain_text("replaced by a newer one")


@pytest.fixture
def file(client: FlaskClient, admin: FlaskClient) -> dict[str, Any]:
    order = factories.placed_order(service_name="Őze Алина 😀")
    return dict(admin.get(f"/api/v1/orders/{order.order_number}/certificate.json").json)


def test_a_certificate_is_judged_on_the_device_to_the_letter(
    make_page: MakePage, file: dict[str, Any], tmp_path: Path
) -> None:
    page = make_page()
    page.goto("/c")
    expect(page.locator("#certificate")).to_have_attribute("data-ready", "true")
    page.context.set_offline(True)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(file, indent=2), encoding="utf-8")
    page.get_by_label("The certificate's file").set_input_files(path)
    expect(page.locator("#result-title")).to_have_text("Genuine, to the letter")
    file["certificate"]["order"]["status"] = "delivered"
    path.write_text(json.dumps(file), encoding="utf-8")
    page.get_by_label("The certificate's file").set_input_files([])
    page.get_by_label("The certificate's file").set_input_files(path)
    expect(page.locator("#result-title")).to_have_text("Invalid")
    expect(page.locator("#content")).to_be_hidden()


def test_a_certificates_link_is_judged_when_it_opens_and_in_the_verifier(
    make_page: MakePage, file: dict[str, Any]
) -> None:
    page = make_page(service_workers="block")
    page.goto(f"/c#{file['signature']}")
    expect(page.locator("#result-title")).to_have_text("Genuine signature")
    expect(page.locator("#result-detail")).to_contain_text(
        file["certificate"]["order"]["order_number"]
    )
    visit(page)
    assert check(page, f"http://handover.test/c#{file['signature']}")[0] == "Genuine signature"
    assert check(page, f"http://handover.test/c#{file['signature'][:-9]}AAAAAAAAA")[0] == "Invalid"
    assert check(page, json.dumps(file))[0] == "Genuine, to the letter"


def test_the_scanner_shows_a_license_and_records_nothing(
    make_page: MakePage, app: Application, client: FlaskClient
) -> None:
    one = held(app)
    link = link_of(client, one, badge=True)
    page = phone.enrolled(make_page, app)
    page.locator("#code").fill(link)
    page.get_by_role("button", name="Record").click()
    expect(page.locator("#standing-title")).to_have_text("License: valid")
    expect(page.locator("#standing-detail")).to_contain_text(NAME)
    expect(page.locator("#standing-detail")).to_contain_text("No scan was recorded.")
    assert phone.entries(page) == []
    page.context.set_offline(True)
    page.locator("#code").fill(link[:-8] + "AAAAAAAA")
    page.get_by_role("button", name="Record").click()
    expect(page.locator("#standing-title")).to_have_text("License: invalid")
    assert phone.entries(page) == []
    order = factories.placed_order()
    phone.wedge(page, order.label_code)
    expect(page.locator("#standing")).to_be_hidden()
    page.context.set_offline(False)
    phone.wait_until_sent(page, 1)


def test_the_pages_can_be_read_by_everybody(
    make_page: MakePage, app: Application, client: FlaskClient, file: dict[str, Any]
) -> None:
    one = held(app)
    page = make_page(service_workers="block")
    visit(page)
    check(page, link_of(client, one))
    look_at(page, "verifier")
    assert "Check" in walk(page)
    page.goto("/l/" + link_of(client, one).rpartition("/l/")[2])
    expect(page.locator("#result-title")).to_have_text("Valid")
    look_at(page, "license-valid")
    page.goto(f"/c#{file['signature']}")
    expect(page.locator("#result-title")).to_have_text("Genuine signature")
    look_at(page, "certificate")
    page.goto("/l/LIC-0000000000")
    look_at(page, "license-unknown")
    in_sql("UPDATE licenses SET level = 5 WHERE id = :id", id=one.id)
    page.goto("/l/" + one.code)
    look_at(page, "license-tampered")
    visit(page)
    check(page, "a.b.c")
    look_at(page, "verifier-invalid")
