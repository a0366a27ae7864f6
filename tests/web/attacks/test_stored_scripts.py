"""A script that somebody wrote into a name, a note or a place runs on no page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page

from app.http.application import Application
from tests import factories
from tests.holes.routes import ROUTES, Route
from tests.holes.shape import is_json_path
from tests.holes.world import World
from tests.web.attacks.enemies import SCRIPTS, send_everywhere, write_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILES = ("/static", "/qr", "/metrics", "/health", "/readyz", "/ping", "/api")
MANY = 120
PLANTED = """() => [...document.querySelectorAll("*")].filter((one) =>
  one.getAttributeNames().some((name) => name.startsWith("on"))
  || /^\\s*javascript:/i.test(one.getAttribute("href") || one.getAttribute("action") || "")
  || one.getAttribute("src") === "x"
  || (one.localName === "script" && !one.src && one.textContent.trim())
).map((one) => one.outerHTML.slice(0, 200))"""


class PoisonedWorld(World):
    """A world in which every path leads to an object that was written to by the attacker."""

    def __init__(self, app: Application, script: str) -> None:
        super().__init__(app)
        self.script = script
        self.columns: set[str] = set()

    def path(self, template: str) -> str:
        path = super().path(template)
        self.columns |= write_everywhere(self.script)
        return path


class Reader:
    """An admin at a browser, who fails the test where a script ran or an element was planted."""

    def __init__(self, page: Page, world: World) -> None:
        cookie = world.admin.get_cookie("session")
        assert cookie is not None
        self.page = page
        self.told: list[str] = []
        self.shown = 0
        page.on("dialog", self._hear)
        page.context.add_cookies(
            [{"name": "session", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
        )

    def _hear(self, dialog: Dialog) -> None:
        self.told.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()

    def read(self, path: str) -> None:
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status < 500, path
        assert self.page.evaluate(PLANTED) == [], path
        self.shown += "alert(7)" in self.page.content()
        assert self.told == []

    def links(self) -> set[str]:
        found = self.page.evaluate("[...document.links].map((one) => one.href)")
        own = re.match(r"https?://[^/]+", self.page.url)
        assert own is not None
        return {
            one.removeprefix(own[0]).partition("#")[0] for one in found if one.startswith(own[0])
        }


def pages() -> list[Route]:
    return [
        route
        for route in ROUTES
        if not route.writes and not is_json_path(route.template) and not is_file(route.template)
    ]


def is_file(path: str) -> bool:
    return path.startswith(FILES) or "." in path.rpartition("/")[2]


@pytest.mark.parametrize("script", SCRIPTS)
def test_hostile_texts_that_are_stored_run_on_no_page(
    app: Application, page: Page, script: str
) -> None:
    world = PoisonedWorld(app, script)
    reader = Reader(page, world)
    waiting: set[str] = set()
    for route in pages():
        reader.read(world.path(route.template))
        waiting |= reader.links()
    assert {"orders.name", "tracks.note", "devices.name", "users.name"} <= world.columns
    read = 0
    for path in sorted(waiting):
        if not (is_file(path) or is_json_path(path)) and read < MANY:
            reader.read(path)
            read += 1
    assert reader.shown >= 5, "the hostile text is hardly shown anywhere: is it stored?"


def test_hostile_texts_that_are_sent_by_every_route_run_on_no_page(
    app: Application, page: Page
) -> None:
    world = World(app)
    assert send_everywhere(world, SCRIPTS[0]) > 20
    reader = Reader(page, world)
    waiting: set[str] = set()
    for route in pages():
        if "{" not in route.template:
            reader.read(route.template)
            waiting |= reader.links()
    for path in sorted(waiting)[:MANY]:
        if not (is_file(path) or is_json_path(path)):
            reader.read(path)
    assert reader.shown >= 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_hostile_texts_in_an_address_run_on_no_page(
    app: Application, page: Page, script: str
) -> None:
    world = World(app)
    reader = Reader(page, world)
    for route in pages():
        if "{" in route.template:
            before, _, after = route.template.partition("{")
            reader.read(before + quote(script, safe="") + after.partition("}")[2])
            continue
        names = page_filters(page, route.template)
        query = "&".join(f"{name}={quote(script)}" for name in {*names, "q", "cursor", "status"})
        reader.read(f"{route.template}?{query}")
    for path in (f"/{quote(script, safe='')}", f"/admin/{quote(script, safe='')}"):
        reader.read(path)


def page_filters(page: Page, path: str) -> list[str]:
    """The fields of the page's own search and filter forms."""
    page.goto(path)
    names = page.evaluate(
        "[...document.querySelectorAll('form[method=get] [name]')].map((one) => one.name)"
    )
    return [str(name) for name in names]


@pytest.mark.parametrize("script", SCRIPTS)
def test_hostile_texts_in_a_refused_form_are_shown_as_text(
    app: Application, page: Page, script: str
) -> None:
    factories.user(app, role="admin", username="boss")
    Reader(page, World(app))
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.context.clear_cookies()
    page.goto("/admin/login")
    page.get_by_label("User name or e-mail").fill(script)
    page.get_by_label("Password").fill(script)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_label("User name or e-mail").input_value() == script
    assert page.get_by_label("Password").input_value() == ""
    assert page.evaluate(PLANTED) == []
    assert told == []
