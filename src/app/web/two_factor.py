"""Two-factor sign-in: set up by a QR code, confirmed by a code, switched off by both proofs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import AppError
from app.http.access import actor
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.http.limits import FREE_FAILURES
from app.http.schemas import Schema, Secret, Text, load
from app.operations.auth import second_factors
from app.operations.auth.accounts import get_account
from app.operations.auth.proving import login_of
from app.support.one_time_codes import grouped
from app.support.qr import qr_matrix, svg_path
from app.web.refused import shown_again
from app.web.second_step import ONE_TIME_CODE

View = Callable[..., Any]
_QUIET_ZONE = 4


class ProvePassword(Schema):
    """The password, once more."""

    password = Secret(required=True)


class ProveBoth(ProvePassword):
    """The password and a code."""

    code = Text(required=True, shortest=1, longest=64)


PROVE_PASSWORD, PROVE_BOTH = ProvePassword(), ProveBoth()


@dataclass(frozen=True, slots=True)
class TwoFactorPages:
    """The same pages for admins and for everybody else: where, in which frame, and for whom."""

    name: str
    account: str
    frame: str
    page: Callable[[View], View]
    form: Callable[[View], View]

    @property
    def place(self) -> str:
        """Where they begin."""
        return f"{self.account}/two-factor"

    def render_page(self, refusal: AppError | None = None, form: str = "") -> str:
        """How two-factor sign-in stands, with what a refused form was told."""
        state = second_factors.get_second_factor(at=g.received_at, actor=actor())
        matrix = qr_matrix(state.address) if state.address else []
        return render_template(
            "two_factor.html",
            frame=self.frame,
            place=self.place,
            account=self.account,
            state=state,
            key=grouped(state.secret or ""),
            side=len(matrix) + 2 * _QUIET_ZONE,
            modules=svg_path(matrix, _QUIET_ZONE),
            refusal=refusal,
            errors=refusal.details or {} if refusal else {},
            form=form,
        )

    def start(self) -> ResponseReturnValue:
        """Begin to set it up: the page then shows the QR code."""
        given = load(PROVE_PASSWORD, request.form)
        with self._guesses():
            second_factors.start_second_factor(
                **given, passwords=passwords(), at=g.received_at, actor=actor()
            )
        return redirect(self.place, 303)

    def confirm(self) -> ResponseReturnValue:
        """Switch it on; the recovery codes are in this answer and nowhere else."""
        given = load(ONE_TIME_CODE, request.form)
        codes = second_factors.enable_second_factor(**given, at=g.received_at, actor=actor())
        return self._codes(codes, is_new=True)

    def renew_recovery_codes(self) -> ResponseReturnValue:
        """Other recovery codes, in this answer and nowhere else."""
        given = load(PROVE_BOTH, request.form)
        with self._guesses():
            codes = second_factors.renew_recovery_codes(
                **given, passwords=passwords(), at=g.received_at, actor=actor()
            )
        return self._codes(codes, is_new=False)

    def disable(self) -> ResponseReturnValue:
        """Switch it off."""
        given = load(PROVE_BOTH, request.form)
        with self._guesses():
            second_factors.disable_second_factor(
                **given, passwords=passwords(), at=g.received_at, actor=actor()
            )
        flash("Two-factor sign-in is off.")
        return redirect(self.place, 303)

    def blueprint(self) -> Blueprint:
        """All of them, bound."""
        pages = Blueprint(self.name, __name__)
        pages.get(self.place)(self.page(_named("show_two_factor", self.render_page)))
        forms = {
            "start": self.start,
            "confirm": self.confirm,
            "recovery-codes": self.renew_recovery_codes,
            "disable": self.disable,
        }
        for form, view in forms.items():
            again = shown_again(lambda refusal, form=form: self.render_page(refusal, form))
            pages.post(f"{self.place}/{form}")(self.form(again(_named(view.__name__, view))))
        return pages

    def _codes(self, codes: list[str], *, is_new: bool) -> str:
        return render_template(
            "recovery_codes.html", frame=self.frame, place=self.place, codes=codes, is_new=is_new
        )

    def _guesses(self) -> AbstractContextManager[None]:
        """Somebody at an open browser has few guesses, and no more of them from more addresses."""
        login = login_of(get_account(actor=actor()))
        return guesses(THE_PASSWORD, login, free_anywhere=FREE_FAILURES)


def _named(name: str, view: View) -> View:
    """A method as a view of its own, which can be marked."""

    def shown() -> ResponseReturnValue:
        answer: ResponseReturnValue = view()
        return answer

    shown.__name__ = name
    shown.__doc__ = view.__doc__
    return shown
