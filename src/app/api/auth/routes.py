"""The routes of the auth area (contract.md 3, V1 to V5)."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.api.auth.schemas import (
    AccountView,
    LogIn,
    MessageView,
    RefreshTokens,
    RegisterUser,
    SetPassword,
    SignedInView,
    UpdateProfile,
)
from app.errors import InvalidToken
from app.http import errors
from app.http.access import actor, allow, public
from app.http.areas import Area
from app.http.credentials import guesses, passwords, signer
from app.http.limits import limited
from app.operations.actors import Role
from app.operations.auth import accounts, password_links, sign_ins
from app.operations.auth.accounts import ProfileChanges

area = Area("auth", __name__, description="Accounts and what keeps them signed in.", prefix="/auth")


@area.route("/register", methods=["POST"])
@limited("auth")
@public
@area.arguments(RegisterUser)
@area.response(201, SignedInView)
def register_user(body: dict[str, Any]) -> Any:
    """Make a customer's account and sign it in."""
    return accounts.register_user(**body, passwords=passwords(), signer=signer(), at=g.received_at)


@area.route("/login", methods=["POST"])
@limited("auth")
@public
@area.arguments(LogIn)
@area.response(200, SignedInView)
@area.alt_response(401, response="Refusal401")
def log_in(body: dict[str, Any]) -> Any:
    """Sign a customer in."""
    with guesses("customer", body["email"]):
        return accounts.log_in(**body, passwords=passwords(), signer=signer(), at=g.received_at)


@area.route("/refresh", methods=["POST"])
@public
@area.arguments(RefreshTokens, required=False)
@area.response(200, SignedInView)
@area.alt_response(401, response="Refusal401")
@area.doc(security=[{"customerToken": []}, {}])
def refresh_tokens(body: dict[str, Any]) -> Any:
    """Exchange a refresh token, sent as Bearer or in the body, for new tokens."""
    token = body["refresh_token"] or (request.authorization and request.authorization.token)
    signed_in = sign_ins.refresh_tokens(token or "", signer=signer(), at=g.received_at)
    # Returned, not raised: the family that a used token revokes has to stay revoked.
    return errors.render(signed_in) if isinstance(signed_in, InvalidToken) else signed_in


@area.route("/logout", methods=["POST"])
@allow(Role.CUSTOMER)
@area.response(200, MessageView)
def log_out() -> Any:
    """End this sign-in: its access and refresh tokens die at once."""
    sign_ins.log_out(at=g.received_at, actor=actor())
    return {"message": "Logged out"}


@area.route("/me", methods=["GET"])
@allow(Role.CUSTOMER)
@area.response(200, AccountView)
def show_account() -> Any:
    """Show one's own account."""
    return accounts.get_account(actor=actor())


@area.route("/me", methods=["PATCH"])
@allow(Role.CUSTOMER)
@area.arguments(UpdateProfile)
@area.response(200, AccountView)
def update_profile(body: ProfileChanges) -> Any:
    """Change one's own name or phone; what is absent stays."""
    return accounts.update_profile(body, at=g.received_at, actor=actor())


@area.route("/set-password", methods=["POST"])
@limited("auth")
@public
@area.arguments(SetPassword)
@area.response(200, MessageView)
@area.alt_response(401, response="Refusal401")
def set_password(body: dict[str, Any]) -> Any:
    """Set a password by a one-time link, which ends every sign-in of the account."""
    password_links.set_password_by_link(**body, passwords=passwords(), at=g.received_at)
    return {"message": "Password set"}
