"""The admin's own sessions: which browsers are signed in, and signing them out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template
from flask.typing import ResponseReturnValue

from app.http.access import actor
from app.http.paging import take_window
from app.operations.auth import session_list
from app.web.admin.lists import ListQuery, filters, sheet
from app.web.admin_access import admin_form, admin_page

sessions = Blueprint("admin_sessions", __name__)

PAGE = "/admin/account/sessions"
QUERY = ListQuery()


@sessions.get(PAGE)
@admin_page
def list_sessions() -> ResponseReturnValue:
    """Every browser that is signed in to this account, the latest first."""
    window = take_window(filters(QUERY))
    found = session_list.list_sessions(
        limit=window.limit + 1, before=window.after_id, at=g.received_at, actor=actor()
    )
    return render_template(
        "admin/sessions.html",
        sheet=sheet(found, window, lambda one: one.id),
        present=actor().session_id,
    )


@sessions.post(f"{PAGE}/<int:session_id>/end")
@admin_form
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one browser out."""
    session_list.revoke_session(session_id, at=g.received_at, actor=actor())
    flash("That browser is signed out.")
    return redirect(PAGE, 303)


@sessions.post(f"{PAGE}/end-others")
@admin_form
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other browser out."""
    count = session_list.revoke_other_sessions(at=g.received_at, actor=actor())
    flash(f"Signed out: {count}. Only this browser is left.")
    return redirect(PAGE, 303)
