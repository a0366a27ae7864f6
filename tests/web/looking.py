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


def axe(page: Page) -> None:
    """Fail on what axe finds serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((one) => one.violations)")
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
    """axe in light and dark, on a PC and at 360 pixels; pictures go to HANDOVER_SCREENSHOTS."""
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
            axe(page)
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
