"""How an admin signs in and out, as a page and as JSON (contract.md L10 to L12)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import pre_load
from werkzeug.routing import PathConverter

from app.errors import AppError, Invalid, TwoFactorRequired, WrongCode
from app.http.access import actor, before_password_change, public
from app.http.bodies import json_object
from app.http.credentials import password_guesses, passwords
from app.http.errors import render, with_headers
from app.http.limits import limited
from app.http.schemas import Schema, Secret, Text, load
from app.operations.auth import admin_sessions, sessions
from app.operations.auth.two_steps import CodeWanted
from app.web import cookies
from app.web.admin_access import LOGIN, admin_form
from app.web.admin_code import CODE, HOME, prove_code
from app.web.forms import is_form, refuse_forgery
from app.web.second_step import ONE_TIME_CODE, asking_browser

admin_login = Blueprint("admin_login", __name__, template_folder="templates")


class PagePath(PathConverter):
    """What may follow /admin/ on a page; /admin/api answers JSON and has no pages."""

    regex = r"(?!api(?:/|$))[^/].*?"


class LogInAdmin(Schema):
    """L11: `email` is another name of `username`."""

    username = Text(required=True, shortest=1, longest=255)
    password = Secret(required=True)

    @pre_load
    def read_email(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        return body if body.get("username") else {**body, "username": body.get("email")}


LOG_IN = LogInAdmin()


@admin_login.get("/")
@public
def show_entrance() -> ResponseReturnValue:
    """The address that scripts/run prints leads to the pages."""
    return redirect(HOME)


@admin_login.get("/admin/login")
@public
def show_login() -> Response:
    """The page with the form."""
    return render_login(None, 200)


def render_login(error: str | None, status: int) -> Response:
    """The login page, with what went wrong."""
    return make_response(render_template("admin_login.html", error=error), status)


@admin_login.post("/admin/login")
@limited("auth")
@public
def log_in() -> ResponseReturnValue:
    """Sign an admin in: a form is led to the pages or asked for its code, JSON is answered."""
    if not is_form():
        return _log_in_json(json_object())
    try:
        outcome = _prove(request.form.to_dict())
    except AppError as refusal:
        return with_headers(refusal, render_login(refusal.message, refusal.status))
    if isinstance(outcome, CodeWanted):
        return cookies.wait(make_response(redirect(CODE, 303)), outcome.token, path=LOGIN)
    return cookies.sign_in(make_response(redirect(HOME)), outcome)


def _log_in_json(body: dict[str, Any]) -> ResponseReturnValue:
    """One request: the code, where the account has a second factor, comes with the password."""
    outcome = _prove(body)
    if isinstance(outcome, CodeWanted):
        if not body.get("code"):
            raise TwoFactorRequired
        try:
            outcome = prove_code(outcome.token, load(ONE_TIME_CODE, body)["code"])
        except WrongCode as refusal:  # rendered, not raised: the try stays counted
            return render(refusal)
    return cookies.sign_in(jsonify({"message": "Admin login successful"}), outcome)


def _prove(body: dict[str, Any]) -> str | CodeWanted:
    refuse_forgery()
    if not (body.get("username") or body.get("email")) or not body.get("password"):
        raise Invalid("Missing fields")
    given = load(LOG_IN, body)
    with password_guesses(given["username"]):
        return admin_sessions.log_in_admin(
            login=given["username"],
            password=given["password"],
            passwords=passwords(),
            lifetime=cookies.session_lifetime(),
            at=g.received_at,
            browser=asking_browser(),
        )


@admin_login.post("/admin/logout")
@admin_form
@before_password_change
def log_out() -> ResponseReturnValue:
    """End the session: a form is led back to the login page, other clients are answered."""
    sessions.close_session(at=g.received_at, actor=actor())
    answer = make_response(redirect(LOGIN) if is_form() else jsonify(message="Admin logged out"))
    return cookies.sign_out(answer)
