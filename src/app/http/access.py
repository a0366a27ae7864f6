"""Who may call a view: declared on each, proved for each request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from app.config import Settings
from app.errors import (
    DeviceRevoked,
    EmailNotVerified,
    InvalidToken,
    PasswordChangeRequired,
    PermissionDenied,
    Unauthorized,
)
from app.operations.actors import NOBODY, Actor, Role
from app.operations.auth import principals
from app.operations.devices import scanning
from app.operations.devices.scanning import ScanningDevice

View = TypeVar("View", bound=Callable[..., Any])

SESSION_COOKIE = "session"


def public(view: View) -> View:
    """Anyone may call it; credentials are not even looked at."""
    view.access = frozenset({Role.NOBODY})  # type: ignore[attr-defined]
    return view


def before_password_change(view: View) -> View:
    """It stays open to somebody whose password is temporary: to replace it, or to leave."""
    view.before_password_change = True  # type: ignore[attr-defined]
    return view


def even_unverified(view: View) -> View:
    """It stays open to somebody whose e-mail address is not verified, where that is asked for.

    To stand below what declares the access. These views are few: what one needs to see the account
    and to verify it, also where the address was mistyped.
    """
    view.is_for_unverified = True  # type: ignore[attr-defined]
    return view


def allow(*roles: Role) -> Callable[[View], View]:
    """Only these principals may call it; with NOBODY among them a credential is optional.

    A bearer's token says who calls, or where ADMIN is among them the cookie of an admin's session.
    """
    return _admitting(frozenset(roles), _principal)


def allow_page(*roles: Role) -> Callable[[View], View]:
    """Only these may open this page: a customer's or owner's session, whose cookie alone counts.

    Here an admin's session, too, is nobody's; and such a session opens nothing but these pages.
    """

    def mark(view: View) -> View:
        guarded = _admitting(frozenset(roles), _person)(view)
        guarded.is_page = True  # type: ignore[attr-defined]
        return guarded

    return mark


def _admitting(
    admitted: frozenset[Role], find: Callable[[frozenset[Role]], Actor]
) -> Callable[[View], View]:
    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _admit(find(admitted), admitted)
            if actor().must_change_password and not hasattr(view, "before_password_change"):
                raise PasswordChangeRequired
            if not getattr(view, "is_for_unverified", False) and is_unverified():
                raise EmailNotVerified
            return view(*args, **kwargs)

        guarded.access = admitted  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def actor() -> Actor:
    """The principal of this request."""
    return cast(Actor, g.get("actor", NOBODY))


def is_unverified() -> bool:
    """Whether this principal has yet to verify an e-mail address before going on."""
    return settings().require_verified_email and not actor().is_verified


def scanning_device() -> ScanningDevice:
    """The device of this request, on views that admit none but devices."""
    return cast(ScanningDevice, g.device)


def settings() -> Settings:
    """This application's settings."""
    return cast(Settings, current_app.extensions["handover_settings"])


def _admit(principal: Actor, admitted: frozenset[Role]) -> None:
    g.actor = principal
    if principal.role is Role.REVOKED_DEVICE and principal.role not in admitted:
        raise DeviceRevoked
    if principal.role not in admitted:
        raise Unauthorized if principal.role is Role.NOBODY else PermissionDenied


def _principal(admitted: frozenset[Role]) -> Actor:
    if (given := request.headers.get("Authorization")) is not None:
        return _bearer(given)
    if Role.ADMIN in admitted and (cookie := request.cookies.get(SESSION_COOKIE)):
        admin = principals.find_admin(cookie, at=g.received_at)
        if admin is not None:
            g.actor = admin
            _refuse_foreign_origin()
            return admin
    return NOBODY


def _person(_: frozenset[Role]) -> Actor:
    cookie = request.cookies.get(SESSION_COOKIE)
    person = principals.find_person(cookie, at=g.received_at) if cookie else None
    if person is None:
        return NOBODY
    g.actor = person
    _refuse_foreign_origin()
    return person


def _bearer(given: str) -> Actor:
    scheme, _, token = given.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken
    if token.startswith(scanning.TOKEN_PREFIX):
        device = scanning.get_device(token, at=g.received_at)
        g.device = device
        return device.actor
    signer = current_app.extensions["handover_jwt"]
    return principals.get_customer(token, signer=signer, at=g.received_at)


def _refuse_foreign_origin() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(origin):
        raise PermissionDenied("This request comes from another site.")


def is_own_origin(origin: str) -> bool:
    """Whether a browser's Origin header names this very site (contract.md 9)."""
    own = urlsplit(settings().public_url)
    return origin in (f"{own.scheme}://{own.netloc}", f"{request.scheme}://{request.host}")
