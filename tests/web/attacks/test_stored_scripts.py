"""A script that somebody wrote into a name, a note or a place runs on no page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.http.application import Application
from tests import factories
from tests.holes.routes import ROUTES, Route
from tests.holes.shape import is_json_path
from tests.holes.world import World
from tests.web.attacks.enemies import EVERYWHERE, SCRIPTS, send_everywhere, write_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILES = ("/static", "/qr", "/metrics", "/health", "/readyz", "/ping", "/api")
PLANTED = """() => [...document.querySelectorAll("*")].filter((one) =>
  one.getAttributeNames().some((name) => name.startsWith("on"))
  || /^\\s*javascript:/i.test(one.getAttribute("href") || one.getAttribute("action") || "")
  || one.getAttribute("src") === "x"
  || (one.localName === "script" && !one.src && one.textContent.trim())
).map((one) => one.outerHTML.slice(0, 200))"""


class PoisonedWorld(World):
    """A world in which every path leads to an object that was written to by the attacker."""

    def __init__(self, app: Application) -> None:
        super().__init__(app)
        self.columns: set[str] = set()

    def path(self, template: str) -> str:
        path = super().path(template)
        self.columns |= write_everywhere(EVERYWHERE)
        return path


class Reader:
    """An admin at a browser, who fails the test where a script ran or an element was planted."""

    def __init__(self, page: Page, world: World) -> None:
        cookie = world.admin.get_cookie("session")
        assert cookie is not None
        self.page, self._client = page, world.admin
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

    def filters(self, path: str) -> set[str]:
        """The fields of the page's own search and filter forms."""
        forms = re.findall(r"<form[^>]*>.*?</form>", self._client.get(path).text, re.S)
        shown = " ".join(one for one in forms if 'method="post"' not in one.partition(">")[0])
        return set(re.findall(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"', shown))

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


def one_of_each_kind(app: Application, paths: set[str]) -> list[str]:
    """Of the pages that one route makes for the same questions, one: they have one template."""
    urls, found = app.url_map.bind("127.0.0.1"), {}
    for path in sorted(paths):
        bare, _, query = path.partition("?")
        if not (is_file(bare) or is_json_path(bare)):
            rule, _ = urls.match(bare, "GET", return_rule=True)
            found[rule.rule, *sorted(parse_qs(query))] = path
    return list(found.values())


def is_file(path: str) -> bool:
    return path.startswith(FILES) or "." in path.rpartition("/")[2]


def test_hostile_texts_that_are_stored_run_on_no_page(app: Application, page: Page) -> None:
    world = PoisonedWorld(app)
    reader = Reader(page, world)
    waiting: set[str] = set()
    for route in pages():
        reader.read(world.path(route.template))
        waiting |= reader.links()
    assert {"orders.name", "tracks.note", "devices.name", "users.name"} <= world.columns
    for path in one_of_each_kind(app, waiting):
        reader.read(path)
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
    for path in one_of_each_kind(app, waiting):
        reader.read(path)
    assert reader.shown >= 3


def test_hostile_texts_in_an_address_run_on_no_page(app: Application, page: Page) -> None:
    world = World(app)
    script = quote(EVERYWHERE, safe="")
    reader = Reader(page, world)
    for route in pages():
        if "{" in route.template:
            before, _, after = route.template.partition("{")
            reader.read(before + script + after.partition("}")[2])
            continue
        names = reader.filters(route.template)
        query = "&".join(f"{name}={script}" for name in {*names, "q", "cursor", "status"})
        reader.read(f"{route.template}?{query}")
    for path in (f"/{script}", f"/admin/{script}"):
        reader.read(path)


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
    expect(page.get_by_label("Password")).to_have_value("")
    assert page.get_by_label("User name or e-mail").input_value() == script
    assert page.evaluate(PLANTED) == []
    assert told == []
