"""How a page is looked at: axe, light and dark, on a counter's PC and a phone, by keyboard."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from app.http.application import Application
from tests import factories
from tests.web.browser import DESKTOP, PHONE

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SEVERE = ("serious", "critical")
COLOURS = ("color-contrast", "link-in-text-block")
"""Axe's rules that judge by colours, of those that it runs unasked."""
MOST_STOPS = 100
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
FOCUSED = """() => {
  const at = document.activeElement;
  if (at === document.body || at === null) return null;
  const look = getComputedStyle(at), box = at.getBoundingClientRect();
  const label = at.labels && at.labels[0];
  const words = at.getAttribute("aria-label") || (label && label.innerText) || at.innerText || at.name;
  return {
    words: words.split("\\n")[0].trim(),
    isMarked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2
      && look.outlineColor !== "rgba(0, 0, 0, 0)",
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0,
  };
}"""


def sign_in(page: Page, app: Application, email: str | None = None) -> None:
    """Give the page an admin's session."""
    cookie = factories.sign_in_admin(app, email).get_cookie("session")
    assert cookie is not None
    page.context.add_cookies(
        [{"name": "session", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


def axe(page: Page, *rules: str) -> None:
    """Fail on what axe finds serious or critical, by all its rules or by these."""
    if not page.evaluate("'axe' in self"):
        page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = page.evaluate("(options) => axe.run(options).then((one) => one.violations)", options)
    severe = [told(one) for one in found if one["impact"] in SEVERE]
    assert severe == [], "\n".join(severe)


def told(violation: dict[str, Any]) -> str:
    nodes = [f"{node['html'][:120]} {node['failureSummary']}" for node in violation["nodes"]]
    return f"{violation['id']}: {violation['help']}\n  " + "\n  ".join(nodes)


def at_phone(page: Page) -> None:
    """Make the page as small as a small phone, and fail if it has to be pushed sideways."""
    page.wait_for_load_state("load")
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{width} pixels wide"


def look_at(page: Page, name: str) -> None:
    """axe in light and dark, on a PC and at 360 pixels; pictures go to HANDOVER_SCREENSHOTS.

    In the dark it judges by its rules of colours alone. Nothing else differs between the schemes,
    as test_assets.py makes sure, so all other rules would find again what they found in the light.
    """
    page.wait_for_load_state("load")
    folder = os.environ.get("HANDOVER_SCREENSHOTS")
    for size in ("desktop", "phone"):
        if size == "phone":
            at_phone(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if folder:
                path = Path(folder) / f"{name}-{size}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
            axe(page, *(() if scheme == "light" else COLOURS))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)


def walk(page: Page) -> list[str]:
    """What Tab leads to, in order and in words; each stop is visible and visibly focused."""
    page.wait_for_load_state("load")  # a page without its style sheets shows nothing as it is
    page.evaluate(FROM_THE_TOP)
    stops: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return stops
        assert stop["isSeen"], f"{stop['words']!r} has the focus and cannot be seen"
        assert stop["isMarked"], f"{stop['words']!r} has the focus and does not show it"
        stops.append(stop["words"])
    raise AssertionError(f"Tab leads nowhere: {stops}")


def tab_to(page: Page, words: str) -> None:
    """Go on by Tab from where the focus is to what begins so; each stop is visibly focused."""
    page.wait_for_load_state("load")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop is not None, f"Tab never leads to {words!r}"
        assert stop["isMarked"], f"{stop['words']!r} has the focus and does not show it"
        if stop["words"].startswith(words):
            return
    raise AssertionError(f"Tab never leads to {words!r}")


def follow(page: Page, words: str) -> None:
    """Go on by Tab to a link or a button, and by Enter to the page to which it leads."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def film(image: Image.Image, path: Path) -> tuple[str, ...]:
    """Flags for `launch`: a camera before which this picture is held, and a user who allows it."""
    grey = image.convert("L").resize((480, 480))
    frame = Image.new("L", (640, 480), 255)
    frame.paste(grey, (80, 0))
    flat = bytes([128]) * (640 * 480 // 2)
    path.write_bytes(
        b"YUV4MPEG2 W640 H480 F10:1 Ip C420jpeg\n" + b"FRAME\n" + frame.tobytes() + flat
    )
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )
