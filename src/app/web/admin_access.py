"""Who may open the admin's pages and send their forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from app.http.access import actor, allow
from app.operations.actors import Role
from app.web.forms import refuse_forgery
from app.web.fragments import lead_to
from app.web.refused import keep_form

View = TypeVar("View", bound=Callable[..., Any])

LOGIN, PASSWORD = "/admin/login", "/admin/account/password"


def admin_page(view: View) -> View:
    """A page of the admin's: without a session, the login page (contract.md L13)."""

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if actor().is_admin else lead_to(LOGIN)

    return cast(View, allow(Role.ADMIN, Role.NOBODY)(shown))


def admin_form(view: View) -> View:
    """A post of the admin's, and of no other site's: 401 without a session, 403 when forged."""

    @wraps(view)
    def received(*args: Any, **kwargs: Any) -> Any:
        keep_form(view, **kwargs)
        refuse_forgery()
        return view(*args, **kwargs)

    return cast(View, allow(Role.ADMIN)(received))
