"""Cards and badges for who holds a license, and the check for anybody (licenses.md 3)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, g, jsonify, request

from app.api.proofs.schemas import CheckQuery, ProofQuery, QrView, VerifiedView
from app.errors import NotFound
from app.http.access import actor, allow, public, settings
from app.http.areas import Area
from app.http.errors import shape
from app.http.limits import limited
from app.operations.actors import Role
from app.operations.licenses.find import get_own
from app.operations.proofs.proving import make_card, prove
from app.operations.proofs.verifying import Verified, verify_license
from app.operations.proofs.void import read_status_list
from app.support.license_card import license_pdf, license_png

area = Area("proofs", __name__, description="Licenses, proved and checked.", prefix="/licenses")

LIST_KEPT_SECONDS = 60
_HOLDERS = (Role.CUSTOMER, Role.WORKER)
_verified = VerifiedView()
_OFFERED = ["application/json", "image/png"]


@area.route("/my-licenses/<int(min=1):license_id>/pdf")
@allow(*_HOLDERS)
@area.response(200, content_type="application/pdf")
@area.alt_response(409, response="Refusal409")
def show_pdf(license_id: int) -> Response:
    """Print one's own license: the same all day, until it changes."""
    standing = get_own(license_id, at=g.received_at, actor=actor())
    zone = ZoneInfo(settings().business_timezone)
    card = make_card(standing, issuer=settings().public_url, at=g.received_at, tz=zone)
    answer = Response(license_pdf(card))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers.set("Content-Disposition", "inline", filename=f"{card.code}.pdf")
    return answer


@area.route("/my-licenses/<int(min=1):license_id>/qr")
@allow(*_HOLDERS)
@area.arguments(ProofQuery, location="query")
@area.response(200, QrView)
@area.alt_response(409, response="Refusal409")
def show_qr(query: dict[str, bool], license_id: int) -> Response:
    """Show the QR of one's own license; with `Accept: image/png` the image itself."""
    standing = get_own(license_id, at=g.received_at, actor=actor())
    about = {"issuer": settings().public_url, "at": g.received_at, "is_badge": query["badge"]}
    proof = prove(standing, **about)
    image = license_png(proof.link, proof.claims.code)
    if request.accept_mimetypes.best_match(_OFFERED) == "image/png":
        answer = Response(image, mimetype="image/png")
    else:
        said = {
            "license_code": proof.claims.code,
            "qr_code": b64encode(image).decode(),
            "payload": proof.link,
            "token": proof.token,
            "is_badge": query["badge"],
            "expires_at": proof.claims.expires_at,
        }
        answer = jsonify(QrView().dump(said))
    answer.vary.add("Accept")
    return answer


@area.route("/verify/<string:code>")
@limited("verify")
@public
@area.arguments(CheckQuery, location="query")
@area.response(200, VerifiedView)
@area.alt_response(404, schema=VerifiedView, description="There is no such license")
def verify(query: dict[str, Any], code: str) -> Response:
    """Check a license by its number, however it was typed."""
    seen = verify_license(code, serial=query["serial"], at=g.received_at)
    return _answer(seen)


@area.route("/status")
@limited("lookup")
@public
@area.response(200, {"type": "string"}, content_type="application/statuslist+jwt")
def show_status_list() -> Response:
    """Give the signed list of void licenses, for whoever checks cards without a network."""
    answer = Response(read_status_list(issuer=settings().public_url, at=g.received_at))
    answer.headers["Content-Type"] = "application/statuslist+jwt"
    answer.cache_control.public = True
    answer.cache_control.max_age = LIST_KEPT_SECONDS
    return answer


def _answer(seen: Verified) -> Response:
    said = _verified.dump(seen)
    if seen.status != "unknown":
        return jsonify(said)
    answer = jsonify({**shape(NotFound("There is no such license.")), **said})
    answer.status_code = 404
    return answer
