"""One's own licenses: each with its card for paper, its badge for the moment, and the way up."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.api.licenses.schemas import SaidWhy
from app.errors import AppError
from app.http.access import actor, settings
from app.http.schemas import load
from app.operations.licenses import change, requests
from app.operations.licenses.find import get_own, list_own
from app.operations.proofs.proving import make_card, prove
from app.support.license_card import license_pdf
from app.support.qr import qr_matrix, svg_path
from app.web.admin.given import given
from app.web.page_access import person_form, person_page
from app.web.refused import shown_again

licenses = Blueprint("my_licenses", __name__, url_prefix="/my/licenses")

LIST: Final = "/my/licenses"
SHOWN_ANEW_SECONDS: Final = 480
"""A badge lives for 600: whoever shows one always has a fresh one."""
_QUIET_ZONE: Final = 4
_REASON: Final = SaidWhy()


@licenses.get("")
@person_page
def list_all() -> ResponseReturnValue:
    """One's licenses, the newest first."""
    found = list_own(at=g.received_at, actor=actor())
    return render_template("booking/licenses.html", standings=found)


def show_license(refusal: AppError | None = None, *, license_id: int) -> str:
    """One of them, and what one can do with it."""
    standing = get_own(license_id, at=g.received_at, actor=actor())
    return render_template(
        "booking/license.html",
        standing=standing,
        license=standing.license,
        may_ask=standing.is_active
        and standing.license.requested_level is None
        and standing.license.level < standing.license.kind.max_level,
        filled=request.form,
        refusal=refusal,
    )


@licenses.get("/<int:license_id>")
@person_page
def show(license_id: int) -> ResponseReturnValue:
    """One of them."""
    return show_license(license_id=license_id)


@licenses.get("/<int:license_id>/card.pdf")
@person_page
def take_card(license_id: int) -> ResponseReturnValue:
    """Its card, for paper or a phone."""
    standing = get_own(license_id, at=g.received_at, actor=actor())
    card = make_card(
        standing,
        issuer=settings().public_url,
        at=g.received_at,
        tz=ZoneInfo(settings().business_timezone),
    )
    name = f"attachment; filename={standing.license.code}.pdf"
    return Response(
        license_pdf(card), mimetype="application/pdf", headers={"Content-Disposition": name}
    )


@licenses.get("/<int:license_id>/badge")
@person_page
def show_badge(license_id: int) -> ResponseReturnValue:
    """A symbol that is worth ten minutes, to be shown to whoever asks."""
    standing = get_own(license_id, at=g.received_at, actor=actor())
    badge = prove(standing, issuer=settings().public_url, at=g.received_at, is_badge=True)
    matrix = qr_matrix(badge.link)
    page = Response(
        render_template(
            "booking/badge.html",
            standing=standing,
            license=standing.license,
            until=badge.claims.expires_at,
            side=len(matrix) + 2 * _QUIET_ZONE,
            modules=svg_path(matrix, _QUIET_ZONE),
        )
    )
    page.headers["Refresh"] = str(SHOWN_ANEW_SECONDS)
    return page


@licenses.post("/<int:license_id>/request-upgrade")
@person_form
@shown_again(show_license)
def ask(license_id: int) -> ResponseReturnValue:
    """Ask for the next level."""
    requests.request_upgrade(license_id, **load(_REASON, given()), at=g.received_at, actor=actor())
    flash("You asked for the next level. Somebody decides about it.")
    return redirect(f"{LIST}/{license_id}", 303)


@licenses.post("/<int:license_id>/rotate")
@person_form
@shown_again(show_license)
def rotate(license_id: int) -> ResponseReturnValue:
    """End every card of it that is out there."""
    change.rotate_license(license_id, at=g.received_at, actor=actor())
    flash("Cards that you took before are superseded. Take a new one.")
    return redirect(f"{LIST}/{license_id}", 303)
