"""An order's custody certificate, as a file to be checked and as a document to be read (licenses.md 4)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, g

from app.api.orders.routes import area
from app.http.access import actor, allow, settings
from app.operations.actors import Role
from app.operations.certificates.signing import certify_order
from app.support.certificate_paper import certificate_pdf
from app.support.certificates import Certificate

_READERS = (Role.CUSTOMER, Role.WORKER, Role.ADMIN)
_SHAPE = {
    "type": "object",
    "required": ["certificate", "signature"],
    "properties": {
        "certificate": {
            "type": "object",
            "required": ["format", "issuer", "issued_at", "order", "events", "seal"],
        },
        "signature": {"type": "string"},
    },
}


@area.route("/orders/<string:ref>/certificate.json")
@allow(*_READERS)
@area.response(200, _SHAPE)
def certificate_as_json(ref: str) -> Response:
    """Certify every scan of an order: `signature` is a JWS over the SHA-256 of `certificate`."""
    certificate = _certify(ref)
    return _file(certificate, certificate.as_json(), "application/json", "json")


@area.route("/orders/<string:ref>/certificate.pdf")
@allow(*_READERS)
@area.response(200, content_type="application/pdf")
def certificate_as_pdf(ref: str) -> Response:
    """Certify every scan of an order, on paper; its QR leads to the page that checks it."""
    certificate = _certify(ref)
    zone = ZoneInfo(settings().business_timezone)
    return _file(certificate, certificate_pdf(certificate, tz=zone), "application/pdf", "pdf")


def _certify(ref: str) -> Certificate:
    who = {"at": g.received_at, "actor": actor()}
    return certify_order(ref, issuer=settings().public_url, **who)


def _file(certificate: Certificate, content: bytes, mimetype: str, kind: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    number = certificate.content["order"]["order_number"]
    name = f"{number}-certificate.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
