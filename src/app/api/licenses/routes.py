"""The routes of the licenses area (licenses.md 3); what is signed and shown is in api/proofs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g

from app.api.licenses.schemas import (
    AddLicenseType,
    ApproveUpgrade,
    ChangeLicense,
    ChangeLicenseType,
    CheckHash,
    DecidedView,
    DoneView,
    HashView,
    IssueLicense,
    LicensesQuery,
    LicenseTypeView,
    LicenseView,
    SaidWhy,
)
from app.http.access import actor, allow
from app.http.application import will_answer
from app.http.areas import Area
from app.http.paging import page_headers
from app.models import LicenseType
from app.operations.actors import Role
from app.operations.licenses import change, find, issue, requests, types
from app.operations.licenses.standing import Standing, matches

area = Area(
    "licenses", __name__, description="Who may do what, provable on paper", prefix="/licenses"
)

HOLDERS = (Role.CUSTOMER, Role.WORKER)


@area.route("/my-licenses", methods=["GET"])
@allow(*HOLDERS)
@area.response(200, LicenseView(many=True))
def list_own() -> Sequence[Standing]:
    """List one's own licenses, the newest first."""
    return find.list_own(at=g.received_at, actor=actor())


@area.route("/my-licenses/<int:license_id>", methods=["GET"])
@allow(*HOLDERS)
@area.response(200, LicenseView)
def show_own(license_id: int) -> Standing:
    """Show one of one's own licenses."""
    return find.get_own(license_id, at=g.received_at, actor=actor())


@area.route("/my-licenses/<int:license_id>/request-upgrade", methods=["POST"])
@allow(*HOLDERS)
@area.arguments(SaidWhy)
@area.response(200, DoneView)
def request_upgrade(body: dict[str, Any], license_id: int) -> dict[str, bool]:
    """Ask for the next level; to ask again changes nothing."""
    requests.request_upgrade(license_id, **body, at=g.received_at, actor=actor())
    return {"success": True}


@area.route("/types", methods=["GET"])
@allow(*HOLDERS, Role.ADMIN)
@area.response(200, LicenseTypeView(many=True))
def list_types() -> Sequence[LicenseType]:
    """List the types of licenses; inactive ones to admins alone."""
    return types.list_types(actor=actor())


@area.route("/types", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(AddLicenseType)
@area.response(201, LicenseTypeView)
def add_type(body: dict[str, Any]) -> LicenseType:
    """Add a type of license."""
    return types.create_type(**body, at=g.received_at, actor=actor())


@area.route("/types/<string:code>", methods=["PATCH"])
@allow(Role.ADMIN)
@area.arguments(ChangeLicenseType)
@area.response(200, LicenseTypeView)
def change_type(body: dict[str, Any], code: str) -> LicenseType:
    """Change a type; licenses that were issued stay as they are."""
    return types.change_type(code, body, at=g.received_at, actor=actor())


@area.route("", methods=["GET"])
@allow(Role.ADMIN)
@area.arguments(LicensesQuery, location="query")
@area.response(200, LicenseView(many=True))
def list_licenses(query: dict[str, Any]) -> tuple[Sequence[Standing], dict[str, str]]:
    """List licenses in pages: of a worker, a type, a status, or what expires soon."""
    found, total = find.list_licenses(**query, at=g.received_at, actor=actor())
    return found, page_headers(query["page"], query["per_page"], total)


@area.route("", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(IssueLicense)
@area.response(200, LicenseView)
def issue_license(body: dict[str, Any]) -> Standing:
    """License a worker to a level of a type."""
    will_answer(200)
    return issue.issue_license(**body, at=g.received_at, actor=actor())


@area.route("/<int:license_id>", methods=["GET"])
@allow(Role.ADMIN)
@area.response(200, LicenseView)
def show_license(license_id: int) -> Standing:
    """Show a license."""
    return find.get_license(license_id, at=g.received_at, actor=actor())


@area.route("/<int:license_id>", methods=["PATCH"])
@allow(Role.ADMIN)
@area.arguments(ChangeLicense)
@area.response(200, LicenseView)
def change_license(body: dict[str, Any], license_id: int) -> Standing:
    """Set its level, or when it expires."""
    will_answer(200)
    reason = body.pop("reason")
    return change.change_license(license_id, body, reason=reason, at=g.received_at, actor=actor())


@area.route("/<int:license_id>", methods=["DELETE"])
@allow(Role.ADMIN)
@area.arguments(SaidWhy)
@area.response(200, LicenseView)
def revoke_license(body: dict[str, Any], license_id: int) -> Standing:
    """Revoke a license, for good."""
    will_answer(200)
    return change.revoke_license(license_id, **body, at=g.received_at, actor=actor())


@area.route("/<int:license_id>/renew", methods=["POST"])
@allow(Role.ADMIN)
@area.response(200, LicenseView)
@area.alt_response(409, response="Refusal409")
def renew_license(license_id: int) -> Standing:
    """Let it hold for its type's months more, from now or from its end."""
    will_answer(200)
    return change.renew_license(license_id, at=g.received_at, actor=actor())


@area.route("/<int:license_id>/approve-upgrade", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(ApproveUpgrade)
@area.response(200, DecidedView)
def approve_upgrade(body: dict[str, Any], license_id: int) -> Standing:
    """Raise it by the level that its holder asked for; nobody approves their own."""
    will_answer(200)
    return requests.approve_upgrade(license_id, **body, at=g.received_at, actor=actor())


@area.route("/<int:license_id>/reject-upgrade", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(SaidWhy)
@area.response(200, DecidedView)
def reject_upgrade(body: dict[str, Any], license_id: int) -> Standing:
    """Refuse the upgrade that is asked for; where none is, nothing changes."""
    will_answer(200)
    return requests.reject_upgrade(license_id, **body, at=g.received_at, actor=actor())


@area.route("/<int:license_id>/rotate-qr", methods=["POST"])
@allow(*HOLDERS, Role.ADMIN)
@area.response(200, LicenseView)
@area.alt_response(409, response="Refusal409")
def rotate(license_id: int) -> Standing:
    """Make another card of it: the old one is superseded then."""
    will_answer(200)
    return change.rotate_license(license_id, at=g.received_at, actor=actor())


@area.route("/<int:license_id>/verify-hash", methods=["POST"])
@allow(Role.ADMIN)
@area.arguments(CheckHash)
@area.response(200, HashView)
def verify_hash(body: dict[str, str], license_id: int) -> dict[str, Any]:
    """Say whether a hash is the license's, and the license as its record says it."""
    standing = find.get_license(license_id, at=g.received_at, actor=actor())
    return {"is_valid": matches(standing, body["hash"]), "status": standing.status}
