"""The desk of a business: the same pages for those who run it, and for an admin under /admin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, render_template, request

from app.models import Business
from app.web.admin_access import admin_form, admin_page
from app.web.page_access import person_form, person_page

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose pages are shown, where they begin, and in which frame."""

    is_admins: bool
    home: str
    home_words: str
    frame: str

    def of(self, business: Business) -> str:
        """Where the pages of a business begin."""
        return f"{self.home}/{business.slug}"


OWNERS = Desk(False, "/business", "My businesses", "site.html")
ADMINS = Desk(True, "/admin/businesses", "Businesses", "admin/layout.html")


def desk() -> Desk:
    """Of the page that is asked for."""
    return ADMINS if request.path.startswith(f"{ADMINS.home}/") else OWNERS


def render_desk(template: str, business: Business, **given: Any) -> str:
    """A page of a business, in its desk's frame."""
    here = desk()
    return render_template(template, business=business, desk=here, frame=here.frame, **given)


class DeskPages:
    """Views that exist twice, each with the name of the business before its other words.

    `page` and `form` give a view its two addresses and their access; it reaches the business by
    `get_own_business` alone, which knows who may.
    """

    def __init__(self, name: str) -> None:
        below = "/<string:slug>"
        self._owners = Blueprint(f"business_{name}", __name__, url_prefix=OWNERS.home + below)
        self._admins = Blueprint(f"admin_business_{name}", __name__, url_prefix=ADMINS.home + below)

    def page(self, rule: str) -> Callable[[View], View]:
        """A page at `rule`, below the address of the business."""

        def bind(view: View) -> View:
            self._owners.get(rule)(person_page(view))
            self._admins.get(rule)(admin_page(view))
            return view

        return bind

    def form(self, rule: str) -> Callable[[View], View]:
        """What a form posts there."""

        def bind(view: View) -> View:
            self._owners.post(rule)(person_form(view))
            self._admins.post(rule)(admin_form(view))
            return view

        return bind

    def admins_form(self, rule: str) -> Callable[[View], View]:
        """What only an admin's form posts."""

        def bind(view: View) -> View:
            self._admins.post(rule)(admin_form(view))
            return view

        return bind

    def register(self, app: Flask) -> None:
        """Bind both."""
        app.register_blueprint(self._owners)
        app.register_blueprint(self._admins)
