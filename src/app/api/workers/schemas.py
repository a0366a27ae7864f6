"""What the workers area takes and gives (contract.md 3)."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validates_schema

from app.http.schemas import BIGINT, Email, Schema, Secret, Text, When, Whole


class WorkerFields(Schema):
    """What a worker may be given; `pin` is another name of `password`."""

    @pre_load
    def read_pin(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "pin" in body and "password" not in body:
            return {**body, "password": body["pin"]}
        return body


class CreateWorker(WorkerFields):
    """V19."""

    name = Text(required=True, shortest=1, longest=128)
    email = Email(allow_none=True, load_default=None)
    password = Secret(allow_none=True, load_default=None)


class UpdateWorker(WorkerFields):
    """V19."""

    name = Text(shortest=1, longest=128)
    email = Email(allow_none=True)
    password = Secret()
    is_active = fields.Boolean(truthy={True}, falsy={False})


class LogInWorker(Schema):
    """V20: a worker's id or e-mail address, and the password or PIN."""

    worker_id = Whole(least=1, most=BIGINT, allow_none=True, load_default=None)
    email = Text(longest=255, allow_none=True, load_default=None)
    password = Secret(required=True)

    @validates_schema
    def names_somebody(self, body: dict[str, Any], **_: Any) -> None:
        if body.get("worker_id") is None and not body["email"]:
            raise ValidationError("Send worker_id or email.", "worker_id")


class WorkerNameView(Schema):
    """Who logged in."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)


class WorkerView(WorkerNameView):
    """A worker."""

    is_active = fields.Boolean(required=True)
    created_at = When(required=True)
    updated_at = When(required=True)


class NewWorkerView(WorkerView):
    """A worker, with the token of their first device, shown once."""

    token = fields.String(required=True)
    worker_token = fields.String(required=True)


class WorkerSignedInView(Schema):
    """The token of the device that the login made, shown once."""

    worker_token = fields.String(required=True, attribute="token")
    worker = fields.Nested(WorkerNameView, required=True)
