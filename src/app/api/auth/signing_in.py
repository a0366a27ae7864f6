"""How a client signs in with one request: the code, where one is wanted, comes with the password."""

from __future__ import annotations

from typing import Any

from flask import g

from app.api.auth.schemas import OneTimeCode
from app.errors import TwoFactorRequired, WrongCode
from app.http.credentials import guesses, password_guesses, passwords, signer
from app.http.schemas import load
from app.operations.auth import accounts
from app.operations.auth.proving import login_behind
from app.operations.auth.sign_ins import SignedIn
from app.operations.auth.two_steps import CodeWanted

_CODE = OneTimeCode()


def sign_in(body: dict[str, Any]) -> SignedIn | WrongCode:
    """Sign a client in by a body of LogInClient; raises TwoFactorRequired without the code.

    A wrong code is to be rendered, not raised: the try stays counted.
    """
    code = body.pop("code")
    with password_guesses(body["email"]):
        outcome = accounts.log_in(**body, passwords=passwords(), signer=signer(), at=g.received_at)
    if not isinstance(outcome, CodeWanted):
        return outcome
    if not code:
        raise TwoFactorRequired
    try:
        return _prove(outcome.token, load(_CODE, {"code": code})["code"], body["email"])
    except WrongCode as refusal:
        return refusal


def _prove(token: str, code: str, login: str) -> SignedIn:
    with guesses("code", login_behind(login), typed=login):
        outcome = accounts.finish_log_in(token=token, code=code, signer=signer(), at=g.received_at)
        if isinstance(outcome, WrongCode):
            raise outcome
        return outcome
