"""Where the pages of webhooks are: at the desk of a business, and for an admin under /admin/webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, render_template

from app.http.access import actor
from app.operations.businesses.access import get_own_business
from app.web.admin_access import admin_form, admin_page
from app.web.business.desk import DeskPages, desk, render_desk

View = TypeVar("View", bound=Callable[..., Any])

ADMINS_HOME = "/admin"


class WebhookPages(DeskPages):
    """Views with three addresses; without a business in it, `slug` is left out."""

    def __init__(self) -> None:
        super().__init__("webhooks")
        self._of_all = Blueprint("admin_webhooks", __name__, url_prefix=ADMINS_HOME)

    def page(self, rule: str) -> Callable[[View], View]:
        bind_to_desks = super().page(rule)

        def bind(view: View) -> View:
            self._of_all.get(rule)(admin_page(view))
            return bind_to_desks(view)

        return bind

    def form(self, rule: str) -> Callable[[View], View]:
        bind_to_desks = super().form(rule)

        def bind(view: View) -> View:
            self._of_all.post(rule)(admin_form(view))
            return bind_to_desks(view)

        return bind

    def register(self, app: Flask) -> None:
        super().register(app)
        app.register_blueprint(self._of_all)


def address_of(slug: str | None) -> str:
    """Where the webhooks of a business, or of all, are listed."""
    return f"{ADMINS_HOME if slug is None else f'{desk().home}/{slug}'}/webhooks"


def render_place(template: str, slug: str | None, **given: Any) -> str:
    """A page in the frame of its place."""
    given["address"] = address_of(slug)
    if slug is None:
        return render_template(
            template, business=None, desk=None, frame="admin/layout.html", **given
        )
    return render_desk(template, get_own_business(slug, actor=actor()), **given)
