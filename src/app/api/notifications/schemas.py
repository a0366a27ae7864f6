"""What comes out of the notifications area."""

from __future__ import annotations

from marshmallow import fields

from app.http.paging import CursorQuery
from app.http.schemas import BIGINT, Schema, When, Whole


class InboxQuery(CursorQuery):
    """Which news are wanted."""

    unread = fields.Boolean(load_default=False)


class ReadAll(Schema):
    """Up to the newest that was seen; without it, all."""

    until_id = Whole(least=1, most=BIGINT)


class NotificationView(Schema):
    """One piece of news, in words; `link` is a path of these pages."""

    id = fields.Integer(required=True)
    event = fields.String(required=True)
    subject_id = fields.Integer(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    link = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    read_at = When(required=True, allow_none=True)


class UnreadView(Schema):
    """How much is unread, at most 100; or, of a change, how much was read by it."""

    count = fields.Integer(required=True)
