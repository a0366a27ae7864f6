"""Two-factor sign-in: set up by a QR code, confirmed by a code, switched off by both proofs."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError
from app.http.access import actor
from app.http.credentials import guesses, passwords
from app.http.limits import FREE_FAILURES
from app.http.schemas import Schema, Secret, Text, load
from app.operations.auth import second_factors
from app.operations.auth.accounts import get_account
from app.support.one_time_codes import grouped
from app.support.qr import qr_matrix, svg_path
from app.web.admin_access import admin_form, admin_page
from app.web.admin_code import ONE_TIME_CODE
from app.web.refused import shown_again

two_factor = Blueprint("admin_two_factor", __name__)

PAGE = "/admin/account/two-factor"
_QUIET_ZONE = 4


class ProvePassword(Schema):
    """The password, once more."""

    password = Secret(required=True)


class ProveBoth(ProvePassword):
    """The password and a code."""

    code = Text(required=True, shortest=1, longest=64)


PROVE_PASSWORD, PROVE_BOTH = ProvePassword(), ProveBoth()


def render_page(refusal: AppError | None = None, form: str = "") -> str:
    """How two-factor sign-in stands, with what a refused form was told."""
    state = second_factors.get_second_factor(at=g.received_at, actor=actor())
    matrix = qr_matrix(state.address) if state.address else []
    return render_template(
        "admin/two_factor.html",
        state=state,
        key=grouped(state.secret or ""),
        side=len(matrix) + 2 * _QUIET_ZONE,
        modules=svg_path(matrix, _QUIET_ZONE),
        refusal=refusal,
        errors=refusal.details or {} if refusal else {},
        form=form,
    )


@two_factor.get(PAGE)
@admin_page
def show_two_factor() -> ResponseReturnValue:
    """What it is, or the QR code to confirm, or that it is on."""
    return render_page()


@two_factor.post(f"{PAGE}/start")
@admin_form
@shown_again(lambda refusal: render_page(refusal, "start"))
def start() -> ResponseReturnValue:
    """Begin to set it up: the page then shows the QR code."""
    given = load(PROVE_PASSWORD, request.form)
    with _guesses():
        second_factors.start_second_factor(
            **given, passwords=passwords(), at=g.received_at, actor=actor()
        )
    return redirect(PAGE, 303)


@two_factor.post(f"{PAGE}/confirm")
@admin_form
@shown_again(lambda refusal: render_page(refusal, "confirm"))
def confirm() -> ResponseReturnValue:
    """Switch it on; the recovery codes are in this answer and nowhere else."""
    given = load(ONE_TIME_CODE, request.form)
    codes = second_factors.enable_second_factor(**given, at=g.received_at, actor=actor())
    return render_template("admin/recovery_codes.html", codes=codes, is_new=True)


@two_factor.post(f"{PAGE}/recovery-codes")
@admin_form
@shown_again(lambda refusal: render_page(refusal, "recovery-codes"))
def renew_recovery_codes() -> ResponseReturnValue:
    """Other recovery codes, in this answer and nowhere else."""
    given = load(PROVE_BOTH, request.form)
    with _guesses():
        codes = second_factors.renew_recovery_codes(
            **given, passwords=passwords(), at=g.received_at, actor=actor()
        )
    return render_template("admin/recovery_codes.html", codes=codes, is_new=False)


@two_factor.post(f"{PAGE}/disable")
@admin_form
@shown_again(lambda refusal: render_page(refusal, "disable"))
def disable() -> ResponseReturnValue:
    """Switch it off."""
    given = load(PROVE_BOTH, request.form)
    with _guesses():
        second_factors.disable_second_factor(
            **given, passwords=passwords(), at=g.received_at, actor=actor()
        )
    flash("Two-factor sign-in is off.")
    return redirect(PAGE, 303)


def _guesses() -> AbstractContextManager[None]:
    """Somebody with an admin's session has few guesses, and no more of them from more addresses."""
    account = get_account(actor=actor())
    return guesses("admin", account.username or account.email or "", free_anywhere=FREE_FAILURES)
