"""The addresses of proofs: public keys, a license's page, the verifier, a certificate's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request

from app.errors import AppError, Invalid
from app.extensions import signing_keys
from app.http.access import public, settings
from app.http.errors import with_headers
from app.http.limits import limited
from app.http.schemas import Schema, Text, load
from app.operations.certificates.signing import check_certificate
from app.operations.proofs.verifying import verify_license
from app.support.license_codes import read_license_code
from app.support.signed_claims import key_set
from app.web.forms import refuse_forgery
from app.web.policies import SERVICE_WORKER_POLICY, allow_scanning
from app.web.proofs import shell

proofs = Blueprint("proof_pages", __name__, template_folder="../templates")

KEYS_KEPT_SECONDS = 300
_LONGEST = 900_000
_LARGEST_SERIAL_DIGITS = 9


class CheckForm(Schema):
    """A certificate: its link, or what stands in its file."""

    text = Text(required=True, shortest=1, longest=_LONGEST)


_CHECK = CheckForm()


@proofs.get("/.well-known/jwks.json")
@public
def show_keys() -> Response:
    """Every public key that proofs are signed with, the retired ones too (RFC 7517)."""
    answer = jsonify(key_set(signing_keys.ring))
    answer.cache_control.public = True
    answer.cache_control.max_age = KEYS_KEPT_SECONDS
    return answer


@proofs.get(shell.PAGE)
@public
def show_verifier() -> Any:
    """The page that checks any license; a number that was typed without JavaScript leads to its own."""
    if code := request.args.get("code", "").strip():
        return redirect(f"/l/{read_license_code(code) or 'unknown'}", 303)
    return _noindex(allow_scanning(make_response(shell.render_page())))


@proofs.get("/l/<string:code>")
@limited("verify")
@public
def show_license(code: str) -> Response:
    """What a license is worth now; the page's script checks the token after #, too."""
    serial = request.args.get("serial", "")
    is_serial = serial.isascii() and serial.isdecimal() and len(serial) <= _LARGEST_SERIAL_DIGITS
    seen = verify_license(code, serial=int(serial) if is_serial else None, at=g.received_at)
    page = render_template("proofs/license.html", seen=seen, **shell.script_of("license_page.js"))
    return _noindex(make_response(page, 404 if seen.status == "unknown" else 200))


@proofs.get("/l/app/<string:version>/<string:name>")
@public
def show_module(version: str, name: str) -> Response:
    """A script; those of one version find each other by name in the same place."""
    return shell.SCRIPTS.send(version, name)


@proofs.get("/l/worker.js")
@public
def show_worker() -> Response:
    """The script that answers for the verifier without a network."""
    answer = Response(shell.worker(), mimetype="text/javascript")
    answer.headers["Content-Security-Policy"] = SERVICE_WORKER_POLICY
    answer.cache_control.no_cache = True
    return answer


@proofs.get(shell.MANIFEST)
@public
def show_manifest() -> Response:
    """What a phone needs to put the verifier among its apps."""
    answer = Response(shell.manifest(), mimetype="application/manifest+json")
    answer.cache_control.no_cache = True
    return answer


@proofs.get("/c")
@public
def show_certificate_form() -> Response:
    """Where a certificate is checked: by its link's token after #, its text or its file."""
    return _certificate()


@proofs.post("/c")
@limited("lookup")
@public
def check() -> Response:
    """The same for a browser without JavaScript."""
    try:
        refuse_forgery()
        text = load(_CHECK, request.form)["text"]
    except Invalid as refusal:
        page = _certificate(errors=refusal.details or {})
        page.status_code = refusal.status
        return with_headers(refusal, page)
    except AppError as refusal:
        page = _certificate(error=refusal.message)
        page.status_code = refusal.status
        return with_headers(refusal, page)
    seen = check_certificate(text, issuer=settings().public_url)
    return _certificate(is_checked=True, seen=seen)


def _certificate(**given: Any) -> Response:
    known: dict[str, Any] = {"errors": {}, "error": "", "seen": None, "is_checked": False}
    script = shell.script_of("certificate_page.js")
    return _noindex(
        make_response(render_template("proofs/certificate.html", **{**known, **given}, **script))
    )


def _noindex(page: Response) -> Response:
    page.headers["X-Robots-Tag"] = "noindex"
    return page
