"""What goes in and out of the licenses area (licenses.md 3)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from app.api.businesses.fields import Truth
from app.api.services.schemas import HIGHEST_LEVEL, LONGEST_CODE
from app.http.paging import PageQuery
from app.http.schemas import BIGINT, Schema, Text, When, Whole
from app.operations.licenses.find import FILTERS
from app.operations.licenses.standing import STATUSES

LONGEST_VALIDITY = 1200
MOST_COVERED = 30
LONGEST_REASON = 500
LONGEST_WAIT = 3660

_ID = {"least": 1, "most": BIGINT, "allow_none": True}


def _code(**more: Any) -> Text:
    return Text(shortest=1, longest=LONGEST_CODE, **more)


class LicenseTypeView(Schema):
    """A type of license; `covers` are types that it includes, without `validity_months` it holds for good."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    max_level = fields.Integer(required=True)
    validity_months = fields.Integer(required=True, allow_none=True)
    covers = fields.Function(
        lambda kind: kind.covers.split(),
        required=True,
        metadata={"type": "array", "items": {"type": "string"}},
    )
    is_active = fields.Boolean(required=True)


class ChangeLicenseType(Schema):
    """What is absent stays; a type's code stays for good."""

    title = Text(shortest=1, longest=128)
    max_level = Whole(least=1, most=HIGHEST_LEVEL)
    validity_months = Whole(least=1, most=LONGEST_VALIDITY, allow_none=True)
    covers = fields.List(_code(), validate=validate.Length(max=MOST_COVERED))
    is_active = Truth()


class AddLicenseType(ChangeLicenseType):
    """A new type; without a title its code is one."""

    class Meta(ChangeLicenseType.Meta):
        exclude = ("is_active",)

    code = _code(required=True)


class LicensesQuery(PageQuery):
    """Whose licenses are wanted, of which type and status; those that expire within so many days."""

    worker_id = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    type_code = _code(load_default=None, data_key="type")
    status = fields.String(load_default=None, validate=validate.OneOf(FILTERS))
    expiring_within = fields.Integer(load_default=None, validate=validate.Range(0, LONGEST_WAIT))


class IssueLicense(Schema):
    """To whom, by one of their two ids, of which type by either name, at which level."""

    worker_id = Whole(**_ID, load_default=None)
    user_id = Whole(**_ID, load_default=None)
    type = _code(allow_none=True)
    specialization = _code(allow_none=True)
    specialization_type = _code(allow_none=True)
    level = Whole(least=1, most=HIGHEST_LEVEL, load_default=1)

    @post_load
    def name_the_type(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One type, however it is called."""
        names = [body.pop(key, None) for key in ("type", "specialization", "specialization_type")]
        given = {name for name in names if name is not None}
        if not given:
            raise ValidationError("This field is required.", "type")
        if len(given) > 1:
            raise ValidationError("Another type is named beside it.", "type")
        return {**body, "type_code": given.pop()}


class SaidWhy(Schema):
    """Why; it may be left out."""

    reason = Text(longest=LONGEST_REASON, allow_none=True, load_default=None)


class ChangeLicense(SaidWhy):
    """What is absent stays; an `expires_at` of null is never."""

    level = Whole(least=1, most=HIGHEST_LEVEL)
    expires_at = When(allow_none=True)


class ApproveUpgrade(Schema):
    """The level that is asked for."""

    new_level = Whole(least=1, most=HIGHEST_LEVEL, required=True)


class CheckHash(Schema):
    """A hash that somebody holds."""

    hash = Text(shortest=1, longest=128, required=True)


class LicenseView(Schema):
    """A license, and what it is worth now; `blockchain_hash` is the old name of `record_hash`."""

    id = fields.Integer(required=True, attribute="license.id")
    code = fields.String(required=True, attribute="license.code")
    license_code = fields.String(required=True, dump_only=True, attribute="license.code")
    worker_id = fields.Integer(required=True, attribute="license.worker_id")
    user_id = fields.Integer(required=True, allow_none=True, attribute="worker.user_id")
    holder = fields.String(required=True, attribute="worker.name")
    type = fields.String(required=True, attribute="license.type_code")
    specialization_type = fields.String(
        required=True, dump_only=True, attribute="license.type_code"
    )
    specialization = fields.String(required=True, attribute="license.kind.title")
    level = fields.Integer(required=True, attribute="license.level")
    max_level = fields.Integer(required=True, attribute="license.kind.max_level")
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    is_active = fields.Boolean(required=True)
    issued_at = When(required=True, attribute="license.issued_at")
    issued_by = fields.Integer(required=True, allow_none=True, attribute="license.issued_by")
    expires_at = When(required=True, allow_none=True, attribute="license.expires_at")
    revoked_at = When(required=True, allow_none=True, attribute="license.revoked_at")
    revoke_reason = fields.String(required=True, allow_none=True, attribute="license.revoke_reason")
    requested_level = fields.Integer(
        required=True, allow_none=True, attribute="license.requested_level"
    )
    requested_at = When(required=True, allow_none=True, attribute="license.requested_at")
    request_reason = fields.String(
        required=True, allow_none=True, attribute="license.request_reason"
    )
    token_serial = fields.Integer(required=True, attribute="license.token_serial")
    version = fields.Integer(required=True, attribute="license.version")
    record_hash = fields.String(required=True, allow_none=True)
    blockchain_hash = fields.String(
        required=True, allow_none=True, dump_only=True, attribute="record_hash"
    )


class DecidedView(LicenseView):
    """The license, and that the decision stands."""

    success = fields.Constant(True, required=True, metadata={"type": "boolean"})


class DoneView(Schema):
    """That it was done."""

    success = fields.Boolean(required=True)


class HashView(Schema):
    """Whether a hash is that of a license that is as its record says it."""

    is_valid = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
