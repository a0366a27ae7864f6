"""A page with everything that the admin's pages are made of; no route of the product shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import render_template_string
from playwright.sync_api import Page

from app.http.application import Application
from app.http.headers import PAGE_POLICY
from app.support.words import STATUSES

TEMPLATE = Path(__file__).with_name("gallery.html")
AT = datetime(2026, 11, 20, 6, 39, 12, tzinfo=UTC)
VERDICTS = [
    ("accepted", ()),
    ("flagged", ("skipped_states", "stale")),
    ("rejected", ("unknown_code",)),
]


def render(app: Application, text: str, **given: Any) -> str:
    """A template's text, rendered as a view of the application would."""
    with app.test_request_context():
        return render_template_string(text, **given)


def render_gallery(app: Application) -> str:
    numbers = [f"K7WQ2RN{index}" for index in range(len(STATUSES))]
    orders = list(zip(numbers, STATUSES, strict=True))
    text = TEMPLATE.read_text(encoding="utf-8")
    return render(app, text, orders=orders, verdicts=VERDICTS, at=AT)


def open_page(page: Page, html: str, policy: str = PAGE_POLICY, **headers: str) -> None:
    """Show a text as if the application had answered it, with that policy."""
    sent = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
    page.route("**/gallery", lambda route: route.fulfill(body=html, headers=sent | headers))
    page.goto("/gallery")
