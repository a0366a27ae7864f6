"""Forms of our pages: that a post comes from one of them (contract.md 9)."""

from __future__ import annotations

from flask import request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from app.errors import FormExpired, PermissionDenied
from app.http.access import is_own_origin

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def is_form() -> bool:
    """Whether the request is a form's post."""
    return request.mimetype in _FORM_TYPES


def refuse_forgery() -> None:
    """Raise PermissionDenied for a post from another site, FormExpired for one without our token.

    Old clients send forms too, with neither an Origin nor a token: they pass, because no
    browser posts without an Origin.
    """
    origin = request.headers.get("Origin")
    if origin is not None and not is_own_origin(origin):
        raise PermissionDenied("This request comes from another site.")
    if is_form() and (origin is not None or "csrf_token" in request.form):
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            raise FormExpired from None
