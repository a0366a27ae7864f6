"""The routes of the auth area (contract.md 3, V1 to V5, and the mails of accounts)."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.api.auth.schemas import (
    AccountView,
    ChangePassword,
    ForgotPassword,
    LogInClient,
    MessageView,
    RefreshTokens,
    RegisterUser,
    SetPassword,
    SignedInView,
    UpdateProfile,
    VerifyByLink,
    VerifyEmail,
)
from app.api.auth.signing_in import sign_in
from app.errors import InvalidToken, WrongCode, WrongVerificationCode
from app.http import errors
from app.http.access import actor, allow, before_password_change, even_unverified, public
from app.http.areas import Area
from app.http.credentials import THE_PASSWORD, guesses, passwords, signer
from app.http.limits import limited
from app.operations.actors import Role
from app.operations.auth import (
    accounts,
    password_links,
    person_sessions,
    sign_ins,
    verification,
)
from app.operations.auth.accounts import ProfileChanges
from app.operations.auth.proving import login_of

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
@area.arguments(LogInClient)
@area.response(200, SignedInView)
@area.alt_response(401, response="Refusal401")
def log_in(body: dict[str, Any]) -> Any:
    """Sign a customer in, by e-mail address, phone number or user name."""
    outcome = sign_in(body)
    return errors.render(outcome) if isinstance(outcome, WrongCode) else outcome


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
@before_password_change
@even_unverified
@area.response(200, MessageView)
def log_out() -> Any:
    """End this sign-in: its access and refresh tokens die at once."""
    sign_ins.log_out(at=g.received_at, actor=actor())
    return {"message": "Logged out"}


@area.route("/me", methods=["GET"])
@allow(Role.CUSTOMER)
@even_unverified
@area.response(200, AccountView)
def show_account() -> Any:
    """Show one's own account."""
    return accounts.get_account(actor=actor())


@area.route("/me", methods=["PATCH"])
@allow(Role.CUSTOMER)
@area.arguments(UpdateProfile)
@area.response(200, AccountView)
def update_profile(body: ProfileChanges) -> Any:
    """Change one's own name, phone or preferences; what is absent stays."""
    return accounts.update_profile(body, at=g.received_at, actor=actor())


@area.route("/verify-email", methods=["POST"])
@allow(Role.CUSTOMER)
@even_unverified
@area.arguments(VerifyEmail)
@area.response(200, AccountView)
def verify_email(body: dict[str, Any]) -> Any:
    """Verify one's e-mail address by the code that was mailed last: five tries, 15 minutes."""
    verified = verification.verify_email(**body, at=g.received_at, actor=actor())
    # Returned, not raised: the try stays counted.
    return errors.render(verified) if isinstance(verified, WrongVerificationCode) else verified


@area.route("/verify-email/link", methods=["POST"])
@limited("auth")
@public
@area.arguments(VerifyByLink)
@area.response(200, MessageView)
def verify_email_by_link(body: dict[str, Any]) -> Any:
    """Verify an e-mail address by the link that was mailed there."""
    verification.verify_email_by_link(**body, at=g.received_at)
    return {"message": "E-mail address verified"}


@area.route("/resend-verification", methods=["POST"])
@allow(Role.CUSTOMER)
@even_unverified
@area.response(200, MessageView)
@area.alt_response(409, response="Refusal409")
@area.alt_response(429, response="Refusal429")
def resend_verification() -> Any:
    """Mail another code, which ends the last: one a minute, five an hour."""
    verification.resend_code(at=g.received_at, actor=actor())
    return {"message": "A new code is on its way"}


@area.route("/forgot-password", methods=["POST"])
@limited("auth")
@public
@area.arguments(ForgotPassword)
@area.response(200, MessageView)
def forgot_password(body: dict[str, Any]) -> Any:
    """Mail a link that sets a new password; nobody is told whether the address has an account."""
    password_links.ask_for_reset(**body, at=g.received_at)
    return {"message": "If this address has an account, a link is on its way there"}


@area.route("/change-password", methods=["POST"])
@area.route("/change-password", methods=["PUT"], endpoint="replace_password")
@allow(Role.CUSTOMER)
@before_password_change
@even_unverified
@area.arguments(ChangePassword)
@area.response(200, MessageView)
def change_password(body: dict[str, Any]) -> Any:
    """Change one's own password, which ends every other sign-in of the account."""
    with guesses(THE_PASSWORD, login_of(accounts.get_account(actor=actor()))):
        person_sessions.change_own_password(
            **body, passwords=passwords(), at=g.received_at, actor=actor()
        )
    return {"message": "Password changed"}


@area.route("/set-password", methods=["POST"])
@area.route("/reset-password", methods=["POST"], endpoint="reset_password")
@limited("auth")
@public
@area.arguments(SetPassword)
@area.response(200, MessageView)
@area.alt_response(401, response="Refusal401")
def set_password(body: dict[str, Any]) -> Any:
    """Set a password by a one-time link, which ends every sign-in of the account."""
    password_links.set_password_by_link(**body, passwords=passwords(), at=g.received_at)
    return {"message": "Password set"}
