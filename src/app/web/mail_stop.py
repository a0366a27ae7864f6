"""The page behind the link in mails to addresses that nobody has proved: no more of them, please."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from app.http.access import public
from app.http.limits import limited
from app.operations.actors import NOBODY
from app.operations.notifications.unproved import read_stop, stop_mail

mail_stop = Blueprint("mail_stop", __name__)


@mail_stop.get("/mail/stop")
@public
def show() -> ResponseReturnValue:
    """Ask first: mail programs open links by themselves."""
    return render_template("mail_stop.html", address=read_stop(_token()), token=_token())


@mail_stop.post("/mail/stop")
@limited("lookup")
@public
def stop() -> ResponseReturnValue:
    """Stop them; mail programs post here by their own button, from no page of ours (RFC 8058)."""
    stop_mail(_token(), at=g.received_at, actor=NOBODY)
    return render_template("mail_stop.html", address="", token="")


def _token() -> str:
    return request.args.get("to", "")
