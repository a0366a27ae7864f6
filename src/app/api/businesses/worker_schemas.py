"""What goes in and out of who works in a business."""

from __future__ import annotations

from marshmallow import fields

from app.api.businesses.fields import Truth, ids
from app.api.workers.schemas import WorkerFields
from app.http.schemas import Email, Schema, Secret, Text, When


class ChangeEmployed(WorkerFields):
    """What is absent stays; the owner alone changes who manages."""

    name = Text(shortest=1, longest=128)
    email = Email(allow_none=True)
    password = Secret()
    specialization = Text(longest=128, allow_none=True)
    bio = Text(longest=5000, allow_none=True)
    is_manager = Truth()
    is_active = Truth()


class Hire(WorkerFields):
    """A new worker; `password` may be a PIN, and `pin` is another name of it."""

    name = Text(shortest=1, longest=128, required=True)
    email = Email(allow_none=True)
    password = Secret(allow_none=True, load_default=None)
    specialization = Text(longest=128, allow_none=True)
    bio = Text(longest=5000, allow_none=True)
    is_manager = Truth()


class SetAbilities(Schema):
    """All services that name a worker."""

    service_ids = ids(required=True)


class ColleagueView(Schema):
    """A worker as everybody may see them: nothing by which to reach them."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    specialization = fields.String(required=True, allow_none=True)
    bio = fields.String(required=True, allow_none=True)


class AbleColleagueView(ColleagueView):
    """With the services that name them."""

    service_ids = fields.List(fields.Integer(), required=True)


class EmployedView(AbleColleagueView):
    """A worker as those who run the business see them."""

    email = fields.String(required=True, allow_none=True)
    is_manager = fields.Boolean(required=True)
    is_active = fields.Boolean(required=True)
    has_account = fields.Boolean(required=True)
    has_password = fields.Boolean(required=True)
    created_at = When(required=True)
    updated_at = When(required=True)


class HiredView(EmployedView):
    """A new worker, with the token of their first device, shown once."""

    worker_token = fields.String(required=True)


class InvitationView(Schema):
    """The code that makes an account the worker's own, shown once."""

    worker_id = fields.Integer(required=True)
    code = fields.String(required=True)
    expires_at = When(required=True)


class Join(Schema):
    """The code that somebody was given."""

    code = Text(shortest=1, longest=32, required=True)


class JoinedView(Schema):
    """Where one works now."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    worker_id = fields.Integer(required=True)
    is_manager = fields.Boolean(required=True)
