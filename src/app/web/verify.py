"""The pages on which somebody shows that an e-mail address is theirs: by a link, or by a code."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import VerifyByLink, VerifyEmail
from app.errors import AppError, WrongVerificationCode
from app.http.access import actor, even_unverified, public
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import load
from app.operations.auth import verification
from app.operations.auth.accounts import get_account
from app.web.forms import refuse_forgery
from app.web.page_access import VERIFY, person_form, person_page

verify = Blueprint("verify", __name__, template_folder="templates")

_CODE, _LINK = VerifyEmail(), VerifyByLink()


@verify.get("/verify")
@public
def show_link() -> Response:
    """The button; the link's token stands behind its `#`, which browsers send to nobody."""
    return _link_page()


@verify.post("/verify")
@limited("auth")
@public
def open_link() -> Response:
    """Verify by the link, once; a program that only looks at links in mails does not post."""
    try:
        refuse_forgery()
        verification.verify_email_by_link(**load(_LINK, request.form), at=g.received_at)
    except AppError as refusal:
        page = _link_page(error=refusal.message, token=request.form.get("token", ""))
        page.status_code = refusal.status
        return with_headers(refusal, page)
    return _link_page(done=True)


@verify.get(VERIFY)
@person_page
@even_unverified
def show_code() -> ResponseReturnValue:
    """The form for the code of the mail, and another mail."""
    return _code_page()


@verify.post(VERIFY)
@person_form
@even_unverified
def send_code() -> ResponseReturnValue:
    """Verify by the code; what is refused is shown, not raised: a try stays counted."""
    try:
        given = load(_CODE, request.form)
        verified = verification.verify_email(**given, at=g.received_at, actor=actor())
    except AppError as refusal:
        return _code_page(refusal)
    if isinstance(verified, WrongVerificationCode):
        return _code_page(verified)
    flash("Your e-mail address is verified.")
    return redirect("/my", 303)


@verify.post(f"{VERIFY}/resend")
@person_form
@even_unverified
def resend() -> ResponseReturnValue:
    """Mail another code, which ends the last."""
    try:
        verification.resend_code(at=g.received_at, actor=actor())
    except AppError as refusal:
        return _code_page(refusal)
    flash("A new code is on its way. The one before counts no more.")
    return redirect(VERIFY, 303)


def _link_page(*, error: str | None = None, token: str = "", done: bool = False) -> Response:
    return make_response(render_template("verify.html", error=error, token=token, done=done))


def _code_page(refusal: AppError | None = None) -> Response:
    page = render_template(
        "booking/verify.html", account=get_account(actor=actor()), refusal=refusal
    )
    answer = make_response(page, 200 if refusal is None else refusal.status)
    return answer if refusal is None else with_headers(refusal, answer)
