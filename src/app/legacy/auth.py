"""Signing up and in at the old URLs (contract.md L7 and L8)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import LogInOldClient, RegisterUser, SignedInView
from app.api.auth.signing_in import sign_in
from app.errors import Invalid, WrongCode
from app.http.access import public
from app.http.bodies import json_object
from app.http.credentials import passwords, signer
from app.http.errors import render
from app.http.limits import limited
from app.http.schemas import load
from app.legacy import successors
from app.legacy.successors import succeeded_by
from app.operations.auth import accounts

auth = Blueprint("legacy_auth", __name__, url_prefix="/auth")
auth.after_request(successors.announce)

_SIGN_UP = RegisterUser()
_LOG_IN = LogInOldClient()
_SIGNED_IN = SignedInView()


@auth.post("/signup")
@succeeded_by("/api/v1/auth/register")
@limited("auth")
@public
def sign_up() -> ResponseReturnValue:
    """L7: make an account and sign it in."""
    body = load(_SIGN_UP, _with_fields("name", "email", "password"))
    signed_in = accounts.register_user(
        **body, passwords=passwords(), signer=signer(), at=g.received_at
    )
    return _SIGNED_IN.dump(signed_in), 201


@auth.post("/login")
@succeeded_by("/api/v1/auth/login")
@limited("auth")
@public
def log_in() -> ResponseReturnValue:
    """L8: sign in."""
    outcome = sign_in(load(_LOG_IN, _with_fields("email", "password")))
    return render(outcome) if isinstance(outcome, WrongCode) else dict(_SIGNED_IN.dump(outcome))


def _with_fields(*names: str) -> dict[str, Any]:
    body = json_object()
    if not all(body.get(name) for name in names):
        raise Invalid("Missing fields")
    return body
