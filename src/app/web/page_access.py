"""Who may open the pages of customers and owners, and send their forms; and the way back there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import request

from app.http.access import actor, allow_page, even_unverified, is_unverified, public
from app.operations.actors import Role
from app.web.forms import refuse_forgery
from app.web.fragments import lead_to
from app.web.refused import keep_form

View = TypeVar("View", bound=Callable[..., Any])

LOGIN, REGISTER, PASSWORD = "/login", "/register", "/my/account/password"
VERIFY = "/my/verify"
LONGEST_WAY = 512


def person_page(view: View) -> View:
    """A page of somebody who is signed in: without a session, the sign-in, which leads back.

    Who has to verify an e-mail address first is led there.
    """
    is_for_unverified = getattr(view, "is_for_unverified", False)

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        if actor().role is Role.NOBODY:
            return lead_to(login_address(request.full_path))
        if is_unverified() and not is_for_unverified:
            return lead_to(VERIFY)
        return view(*args, **kwargs)

    return cast(View, allow_page(Role.CUSTOMER, Role.NOBODY)(even_unverified(shown)))


def person_form(view: View) -> View:
    """A post of theirs, and of no other site's: 401 without a session, 403 when forged."""

    @wraps(view)
    def received(*args: Any, **kwargs: Any) -> Any:
        keep_form(view, **kwargs)
        refuse_forgery()
        return view(*args, **kwargs)

    return cast(View, allow_page(Role.CUSTOMER)(received))


def open_form(view: View) -> View:
    """A post of anybody's from our own page."""

    @wraps(view)
    def received(*args: Any, **kwargs: Any) -> Any:
        keep_form(view, **kwargs)
        refuse_forgery()
        return view(*args, **kwargs)

    return cast(View, public(received))


def open_page(view: View) -> View:
    """A page of everybody's that knows who is signed in."""
    return allow_page(Role.CUSTOMER, Role.NOBODY)(even_unverified(view))


def login_address(way: str) -> str:
    """The sign-in that leads on to a page of ours."""
    return f"{LOGIN}?next={quote(local_way(way) or '/my', safe='/')}"


def login_way() -> str:
    """The sign-in that leads back to the page that is shown, where it is one that may be opened."""
    return login_address(request.full_path) if request.method == "GET" else LOGIN


def local_way(address: str) -> str:
    """An address that stays on this very site, as it is; empty for any other.

    Browsers read backslashes as slashes and drop tabs and line ends, so neither may be in it.
    """
    address = address.removesuffix("?")
    is_short = len(address) <= LONGEST_WAY
    is_plain = address.isascii() and address.isprintable() and "\\" not in address
    is_local = address.startswith("/") and not address.startswith("//")
    return address if is_local and is_plain and is_short else ""
