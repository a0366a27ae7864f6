"""How customers and owners sign up, in and out at the pages."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.auth.schemas import LogIn, RegisterUser
from app.errors import AdminAccount, AppError
from app.http.access import actor, before_password_change, even_unverified, public
from app.http.credentials import password_guesses, passwords
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import load
from app.operations.actors import Role
from app.operations.auth import person_sessions, sessions
from app.operations.auth.person_sessions import SignedInPerson
from app.operations.auth.two_steps import CodeWanted
from app.web import admin_access, cookies
from app.web.forms import refuse_forgery
from app.web.page_access import (
    LOGIN,
    REGISTER,
    local_way,
    open_form,
    open_page,
    person_form,
)
from app.web.refused import shown_again
from app.web.second_step import asking_browser

sign_in = Blueprint("sign_in", __name__, template_folder="templates")

HOME, OWNERS_HOME = "/my", "/business"
CODE = "/login/code"
_LOG_IN, _REGISTER = LogIn(), RegisterUser()


@sign_in.get(LOGIN)
@open_page
def show_login() -> ResponseReturnValue:
    """The form; who is signed in already is led on."""
    return _login(None) if actor().role is Role.NOBODY else redirect(_way(actor().is_owner))


@sign_in.post(LOGIN)
@limited("auth")
@public
def log_in() -> ResponseReturnValue:
    """Sign in, and go on where somebody came from; an admin is led to the admins' own door."""
    try:
        refuse_forgery()
        given = load(_LOG_IN, request.form)
        with password_guesses(given["email"]):
            outcome = person_sessions.log_in_person(
                **given,
                passwords=passwords(),
                lifetime=cookies.session_lifetime(),
                at=g.received_at,
                browser=asking_browser(),
            )
    except AdminAccount:
        return redirect(admin_access.LOGIN, 303)
    except AppError as refusal:
        return _login(refusal)
    if isinstance(outcome, CodeWanted):
        way = local_way(request.values.get("next", ""))
        code = f"{CODE}?{urlencode({'next': way})}" if way else CODE
        return cookies.wait(make_response(redirect(code, 303)), outcome.token, path=LOGIN)
    return let_in(outcome)


def let_in(person: SignedInPerson) -> Response:
    """Lead somebody who has just signed in to where they came from."""
    return cookies.sign_in(make_response(redirect(_way(person.is_owner), 303)), person.cookie)


def show_form(refusal: AppError | None = None) -> str:
    """The form of a new account."""
    return _render("register.html", refusal)


@sign_in.get(REGISTER)
@open_page
def show_registration() -> ResponseReturnValue:
    """The empty form; who is signed in already is led on."""
    return show_form() if actor().role is Role.NOBODY else redirect(_way(actor().is_owner))


@sign_in.post(REGISTER)
@limited("auth")
@open_form
@shown_again(show_form)
def register() -> ResponseReturnValue:
    """Make an account, and sign it in."""
    cookie = person_sessions.register_person(
        **load(_REGISTER, request.form),
        passwords=passwords(),
        lifetime=cookies.session_lifetime(),
        at=g.received_at,
        browser=asking_browser(),
    )
    answer = cookies.sign_in(make_response(redirect(_way(is_owner=False), 303)), cookie)
    flash("Your account is made. A mail with a code is on its way, to verify your address.")
    return answer


@sign_in.post("/logout")
@person_form
@before_password_change
@even_unverified
def log_out() -> ResponseReturnValue:
    """End the session."""
    sessions.close_session(at=g.received_at, actor=actor())
    return cookies.sign_out(make_response(redirect(LOGIN, 303)))


def _way(is_owner: bool) -> str:
    return local_way(request.values.get("next", "")) or (OWNERS_HOME if is_owner else HOME)


def _render(template: str, refusal: AppError | None) -> str:
    return render_template(
        template,
        refusal=refusal,
        errors=(refusal.details or {}) if refusal else {},
        way=local_way(request.values.get("next", "")),
    )


def _login(refusal: AppError | None) -> Response:
    """Rendered, not raised: a guess stays counted."""
    page = _render("login.html", refusal)
    answer = make_response(page, 200 if refusal is None else refusal.status)
    return answer if refusal is None else with_headers(refusal, answer)
