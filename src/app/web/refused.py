"""Refused forms: shown again as they were filled in, once their transaction is undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast

from flask import Response, g, make_response

from app import database
from app.errors import AppError

View = TypeVar("View", bound=Callable[..., Any])
Page = Callable[..., str]

SHOWN_AGAIN = (400, 409)


def shown_again(page: Page) -> Callable[[View], View]:
    """Have what refuses this form (400 or 409) shown by `page(refusal, **words of the path)`.

    The view raises: so nothing of it is kept. The page reads what it shows anew.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def received(*args: Any, **kwargs: Any) -> Any:
            g.refused_form = partial(page, **kwargs)
            return view(*args, **kwargs)

        return cast(View, received)

    return mark


def render_refused(error: AppError) -> Response | None:
    """The form with what is wrong with it; None for a refusal that is no matter of the form's."""
    page: Page | None = g.pop("refused_form", None)
    if page is None or error.status not in SHOWN_AGAIN:
        return None
    try:
        with database.transaction(write=False):
            return make_response(page(error), error.status)
    except (AppError, database.Replay):  # what it is about is gone, or the database is
        return None
