"""Refused forms: shown again as they were filled in, once their transaction is undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Response, g, make_response

from app import database
from app.errors import AppError, FormExpired

View = TypeVar("View", bound=Callable[..., Any])
Page = Callable[..., str]

SHOWN_AGAIN = (400, 409)


def shown_again(page: Page) -> Callable[[View], View]:
    """Have what refuses this form (400 or 409) shown by `page(refusal, **words of the path)`.

    A form that had expired is shown so, too, and can be sent at once. The view raises: so nothing
    of it is kept. The page reads what it shows anew.
    """

    def mark(view: View) -> View:
        view.shown_again = page  # type: ignore[attr-defined]
        return view

    return mark


def keep_form(view: View, **words: Any) -> None:
    """Remember which page shows the form of this view again, before anything refuses it."""
    page: Page | None = getattr(view, "shown_again", None)
    if page is not None:
        g.refused_form = partial(page, **words)


def render_refused(error: AppError) -> Response | None:
    """The form with what is wrong with it; None for a refusal that is no matter of the form's."""
    page: Page | None = g.pop("refused_form", None)
    if page is None or not (error.status in SHOWN_AGAIN or isinstance(error, FormExpired)):
        return None
    try:
        with database.transaction(write=False):
            return make_response(page(error), error.status)
    except (AppError, database.Replay):  # what it is about is gone, or the database is
        return None
