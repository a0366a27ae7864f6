"""Another site cannot write with an admin's session, show our pages in its frame, or read them."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from app.http.application import Application
from tests.holes.bodies import BODIES
from tests.holes.routes import ROUTES
from tests.holes.world import World, rows
from tests.web.attacks.enemies import evil_site, victim
from tests.web.attacks.test_stored_scripts import pages

pytestmark = pytest.mark.browser

# Another site, and the same host at another port, to which browsers send our cookie.
FOES = ("localhost", "127.0.0.1")
SESSION_POSTS = [
    route
    for route in ROUTES
    if route.method == "POST" and route.statuses["nobody"] == 401 and route.statuses["admin"] < 400
]
SEND = """async (wanted) => {
  for (const [address, body] of wanted)
    await fetch(address, {method: "POST", mode: "no-cors", credentials: "include",
      headers: {"Content-Type": "application/x-www-form-urlencoded"}, body}).catch(() => 0);
}"""


@pytest.mark.parametrize("foe", FOES)
def test_another_sites_posts_change_nothing(
    app: Application, chromium: Browser, live: str, foe: str
) -> None:
    world = World(app)
    wanted = []
    for route in SESSION_POSTS:
        path = world.path(route.template)
        body = route.body(world) if route.name in BODIES else {}
        form = "&".join(f"{name}={value}" for name, value in body.items())
        wanted.append([live + path, form])
    before = rows()
    with evil_site("<p>Win a prize</p>") as port, victim(chromium, live, world.admin) as page:
        page.goto(f"http://{foe}:{port}/")
        page.evaluate(SEND, wanted)
    assert len(wanted) > 10
    assert rows() == before


@pytest.mark.parametrize("foe", FOES)
@pytest.mark.parametrize("action", ["/admin/logout", "/admin/account/sessions/end-others"])
def test_another_sites_form_changes_nothing(
    app: Application, chromium: Browser, live: str, admin: FlaskClient, foe: str, action: str
) -> None:
    form = f'<form method="post" action="{live}{action}"><button>Win</button></form>'
    before = rows()
    with evil_site(form) as port, victim(chromium, live, admin) as page:
        page.goto(f"http://{foe}:{port}/")
        page.get_by_role("button").click()
        expect(page).to_have_url(f"{live}{action}")
        page.goto(f"{live}/admin/account")
        expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    assert rows() == before


def test_another_sites_form_signs_nobody_in(
    app: Application, chromium: Browser, live: str, admin: FlaskClient
) -> None:
    form = f"""<form method="post" action="{live}/admin/login">
      <input name="username" value="chief@example.com"><input name="password" value="x">
      <button>Win</button></form>"""
    with evil_site(form) as port, victim(chromium, live, admin) as page:
        page.goto(f"http://localhost:{port}/")
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_contain_text("another site")


@pytest.mark.parametrize("foe", FOES)
def test_no_page_of_ours_is_shown_in_a_frame(
    app: Application, chromium: Browser, live: str, foe: str
) -> None:
    world = World(app)
    addresses = [live + world.path(route.template) for route in pages()]
    with evil_site("<p>Click here</p>") as port, victim(chromium, live, world.admin) as page:
        page.goto(f"http://{foe}:{port}/")
        for address in addresses:
            assert framed(page, address) == "", address


def framed(page: Page, address: str) -> str:
    """What a frame with this address shows."""
    page.evaluate(
        """(address) => new Promise((done) => {
          document.querySelectorAll("iframe").forEach((one) => one.remove());
          const frame = document.createElement("iframe");
          frame.onload = done;
          frame.src = address;
          document.body.append(frame);
        })""",
        address,
    )
    frame = page.frames[-1]
    assert frame is not page.main_frame
    where, shown = frame.evaluate("[location.href, document.body.innerText]")
    return "" if where.startswith("chrome-error:") else str(shown)


def test_a_frame_shows_what_may_be_framed(chromium: Browser, live: str, admin: FlaskClient) -> None:
    with evil_site("<p>Mine</p>") as port, victim(chromium, live, admin) as page:
        page.goto(f"http://localhost:{port}/")
        assert framed(page, f"http://localhost:{port}/other") == "Mine"


def test_another_site_reads_nothing(chromium: Browser, live: str, admin: FlaskClient) -> None:
    with evil_site("<p>Mine</p>") as port, victim(chromium, live, admin) as page:
        for foe in FOES:
            page.goto(f"http://{foe}:{port}/")
            for path in ("/admin/account", "/admin/api/customers", "/api/v1/customers"):
                read = page.evaluate(
                    f"""fetch({json.dumps(live + path)}, {{credentials: "include"}})
                    .then((answer) => answer.text(), () => "refused")"""
                )
                assert read == "refused", (foe, path)
