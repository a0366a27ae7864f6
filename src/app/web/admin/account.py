"""The admin's own account, and where its safety is looked after."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from app.http.access import actor
from app.operations.auth.accounts import get_account
from app.operations.auth.second_factors import get_second_factor
from app.web.admin_access import admin_page

account = Blueprint("admin_account", __name__)


@account.get("/admin/account")
@admin_page
def show_account() -> ResponseReturnValue:
    """Who is signed in, and how well the account is kept."""
    return render_template(
        "admin/account.html",
        account=get_account(actor=actor()),
        second_factor=get_second_factor(at=g.received_at, actor=actor()),
    )
