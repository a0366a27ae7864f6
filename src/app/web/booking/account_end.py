"""Taking a copy of what is kept of oneself, and closing one's account."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.api.customers.own_data import OwnDataView
from app.api.customers.schemas import CloseAccount
from app.http.access import actor, even_unverified
from app.http.credentials import THE_PASSWORD, guesses, passwords
from app.http.schemas import load
from app.operations.auth.accounts import get_account
from app.operations.auth.proving import login_of
from app.operations.customers import closing, own_data
from app.web import cookies
from app.web.booking.account import PAGE, render_page
from app.web.page_access import person_form
from app.web.refused import shown_again

account_end = Blueprint("my_account_end", __name__)

_CLOSE, _OWN_DATA = CloseAccount(), OwnDataView()


@account_end.post(f"{PAGE}/export")
@person_form
@even_unverified
def export() -> ResponseReturnValue:
    """Everything, as a file."""
    shaped = _OWN_DATA.dump(own_data.export_own_data(at=g.received_at, actor=actor()))
    content = json.dumps(shaped, ensure_ascii=False, indent=2)
    answer = Response(content, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="handover-my-data.json"'
    return answer


@account_end.post(f"{PAGE}/close")
@person_form
@even_unverified
@shown_again(render_page)
def close() -> ResponseReturnValue:
    """Close the account, which signs this browser out."""
    given = load(_CLOSE, request.form)
    with guesses(THE_PASSWORD, login_of(get_account(actor=actor()))):
        closing.close_account(**given, passwords=passwords(), at=g.received_at, actor=actor())
    answer = cookies.sign_out(make_response(redirect("/b", 303)))
    flash("Your account is closed.")
    return answer
