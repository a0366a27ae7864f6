"""The Electron client's way in: a page from file:// in a real browser, JSON on every call.

The page has the origin `null`, or `file://` with `--allow-file-access-from-files`, so each of its
calls is preflighted, and a redirect or a missing header shows as a failed fetch.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.serving import Server, served
from tests.web.browser import find_chromium

__all__ = ["served"]

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
SERVICE = "Wash & Fold"
FLAGS = {"null": [], "file://": ["--allow-file-access-from-files"]}
PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Desk</title>
<script>
async function call(base, method, path, token, body) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = "Bearer " + token;
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return {
    status: answer.status,
    redirected: answer.redirected,
    deprecation: answer.headers.get("Deprecation"),
    body: JSON.parse(text),
  };
}
</script>
"""


class Desk:
    """The page, and the server that it talks to."""

    def __init__(self, page: Page, server: Server) -> None:
        self._page = page
        self._server = server

    def call(self, method: str, path: str, *, token: str | None = None, body: Any = None) -> Any:
        """A fetch of the page; raises where the browser refuses to show the answer."""
        answer = self._page.evaluate(
            "([base, method, path, token, body]) => call(base, method, path, token, body)",
            [self._server.url, method, path, token, body],
        )
        assert answer["redirected"] is False
        return answer


@pytest.fixture(scope="module", params=FLAGS)
def desk(
    request: pytest.FixtureRequest,
    playwright: Playwright,
    served: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    file = Path(tmp_path_factory.mktemp("desk")) / "desk.html"
    file.write_text(PAGE, encoding="utf-8")
    browser = playwright.chromium.launch(
        executable_path=find_chromium(),
        args=["--no-sandbox", "--disable-dev-shm-usage", *FLAGS[request.param]],
    )
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("self.origin") == request.param
    yield Desk(page, served)
    browser.close()


@pytest.fixture
def email() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def wishes(email: str) -> dict[str, Any]:
    return {
        "customerName": "Ada",
        "customerEmail": email,
        "customerPhone": "+44 1",
        "service_name": SERVICE,
        "pickupDate": "2026-12-24",
        "specialInstructions": "Soft 🧺",
        "total": 0.01,
    }


@pytest.mark.parametrize("end", ["", "/"])
def test_a_customer_signs_up_and_in_and_lives_with_an_order(desk, email, end):
    account = {"name": "Ada", "email": email, "password": PASSWORD}
    assert desk.call("POST", f"/auth/signup{end}", body=account)["status"] == 201
    signed_in = desk.call("POST", f"/auth/login{end}", body=account)
    assert signed_in["status"] == 200
    assert signed_in["body"]["customer"]["email"] == email
    token = signed_in["body"]["token"]

    services = desk.call("GET", f"/api/services{end}", token=token)
    assert SERVICE in [one["name"] for one in services["body"]]
    assert services["deprecation"] is not None

    placed = desk.call("POST", f"/api/orders{end}", token=token, body=wishes(email))
    assert placed["status"] == 201
    number = placed["body"]["order"]["id"]
    assert placed["body"]["total"] == 12.5
    assert placed["body"]["specialInstructions"] == "Soft 🧺"

    listed = desk.call("GET", f"/api/orders{end}", token=token)
    assert [one["order_number"] for one in listed["body"]] == [number]

    revised = {"pickupDate": "2026-12-27", "specialInstructions": "No starch"}
    path = f"/api/orders/{number}{end}"
    updated = desk.call("PUT", path, token=token, body=revised)
    assert (updated["status"], updated["body"]["message"]) == (200, "Updated")
    assert updated["body"]["order"]["pickup_date"] == "2026-12-27"

    deleted = desk.call("DELETE", f"{path}?email={email}", token=token)
    assert (deleted["status"], deleted["body"]) == (200, {"message": "Deleted"})
    assert desk.call("GET", f"/api/orders{end}", token=token)["body"] == []


@pytest.mark.parametrize("end", ["", "/"])
def test_nobody_in_particular_places_lists_and_deletes_by_email(desk, email, end):
    placed = desk.call("POST", f"/api/orders{end}", body=wishes(email))
    assert placed["status"] == 201
    assert placed["body"]["customer_id"] is None
    number = placed["body"]["order_number"]
    listed = desk.call("GET", f"/api/orders{end}?email={email.upper()}")
    assert [one["order_number"] for one in listed["body"]] == [number]
    deleted = desk.call("DELETE", f"/api/orders/{number}{end}?email={email}")
    assert deleted["body"] == {"message": "Deleted"}
    assert desk.call("GET", f"/api/orders{end}?email={email}")["body"] == []


def test_the_page_can_read_every_refusal(desk, email):
    body = wishes(email)
    for method, path, token, sent, status, words in (
        (
            "POST",
            "/auth/login",
            None,
            {"email": email, "password": "x"},
            401,
            "Invalid credentials",
        ),
        ("POST", "/api/orders", None, {**body, "service_name": "No"}, 400, "Invalid service"),
        ("POST", "/api/orders", None, {}, 400, "Missing fields"),
        ("GET", "/api/orders", None, None, 400, "Email query param is required"),
        ("GET", "/api/orders", "not.a.token", None, 401, "This token is not valid."),
        ("PUT", "/api/orders/NOSUCH42", None, {}, 401, "Unauthorized"),
        ("DELETE", "/api/orders/NOSUCH42?email=a@b.c", None, None, 404, "Order not found"),
        ("PUT", "/api/services", None, {}, 405, "This method is not allowed here."),
        ("POST", "/worker/scan", None, {}, 400, "Missing required fields"),
    ):
        answer = desk.call(method, path, token=token, body=sent)
        assert (answer["status"], answer["body"]["error"]) == (status, words)


def test_the_page_reads_that_a_body_is_too_large(desk, email):
    body = wishes(email) | {"specialInstructions": "x" * 2_000_000}
    answer = desk.call("POST", "/api/orders", body=body)
    assert (answer["status"], answer["body"]["error_code"]) == (413, "TOO_LARGE")
