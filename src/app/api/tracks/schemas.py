"""What devices send and are told (scans.md 3, 7), and how an order's events are shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from app.http.paging import CursorQuery
from app.http.schemas import BIGINT, Schema, Text, When, Whole
from app.operations.tracks.timing import Monotonic
from app.support.words import EVERY_STATUS, RESULTS, SCAN_ACTIONS, normal_action

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def _believable(at: datetime) -> None:
    if not EARLIEST <= at < LATEST:
        raise ValidationError("Between 1970 and 2199.")


class EventId(fields.String):
    """A UUID in its canonical lower-case form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"format": "uuid"}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        try:
            return str(UUID(value))
        except (ValueError, AttributeError, TypeError):
            raise ValidationError("Not a UUID.") from None


class Action(fields.String):
    """A scan's action; absent, null or `auto` leave it to the device's default."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("Not a text.")
        if value.strip().lower() in ("", "auto"):
            return None
        if (action := normal_action(value)) is None:
            raise ValidationError(f"Unknown action; one of {', '.join(SCAN_ACTIONS)} or auto.")
        return action


class Code(fields.String):
    """A label's raw text, as it was read: not trimmed, any character."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Not a text.")
        if not value.strip():
            raise ValidationError("Empty.")
        if len(value) > 4096:
            raise ValidationError("Longer than 4096 characters.")
        return value


class Degrees(fields.Float):
    """A coordinate within its bounds; not NaN."""

    def __init__(self, most: float, **kwargs: Any) -> None:
        super().__init__(
            allow_nan=False, validate=validate.Range(min=-most, max=most), allow_none=True, **kwargs
        )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("Not a number.")
        try:
            return float(value)
        except OverflowError:
            raise ValidationError("Too large a number.") from None


class LocationIn(Schema):
    code = Text(longest=255, load_default=None, allow_none=True)
    lat = Degrees(90.0, load_default=None)
    lon = Degrees(180.0, load_default=None)
    acc_m = fields.Float(load_default=None, allow_none=True)


class Location(fields.Field[dict[str, Any]]):
    """A station's words, or an object {code, lat, lon, acc_m}."""

    _words = Text(longest=255)
    _object = LocationIn()

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return dict(self._object.load(value))
        return {"code": self._words.deserialize(value), "lat": None, "lon": None}


class MonoIn(Schema):
    boot = Text(longest=64, required=True)
    at = Whole(most=BIGINT, required=True)
    now = Whole(most=BIGINT, required=True)


class PiecesIn(Schema):
    n = Whole(least=1, most=255, required=True)
    of = Whole(least=1, most=255, load_default=None, allow_none=True)


class ForceIn(Schema):
    reason = Text(shortest=1, longest=255, required=True)


class _Event(Schema):
    action = Action(load_default=None, allow_none=True)
    source = Text(longest=16, load_default=None, allow_none=True)
    seq = Whole(most=BIGINT, load_default=None, allow_none=True)
    mono = fields.Nested(MonoIn, load_default=None, allow_none=True)
    worker_id = Whole(least=1, most=BIGINT, load_default=None, allow_none=True)
    location = Location(load_default=None, allow_none=True)
    pieces = fields.Nested(PiecesIn, load_default=None, allow_none=True)
    note = Text(longest=2000, load_default=None, allow_none=True)
    force = fields.Nested(ForceIn, load_default=None, allow_none=True)


class RecordScan(_Event):
    """One scan of a batch, or the long form of a single one."""

    event_id = EventId(required=True)
    code = Code(required=True)
    occurred_at = When(required=True, validate=_believable)


class RecordScanAlone(RecordScan):
    """The long form: the upload's own time beside the scan's."""

    sent_at = When(required=True, validate=_believable)
    queue_depth = Whole(load_default=None, allow_none=True)


class RecordScanNow(_Event):
    """The short form: what happened happened now."""

    order_number = Code(load_default=None, allow_none=True)
    qr_data = Code(load_default=None, allow_none=True)
    code = Code(load_default=None, allow_none=True)

    @validates_schema
    def _names_an_order(self, data: dict[str, Any], **_: Any) -> None:
        if not (data["order_number"] or data["qr_data"] or data["code"]):
            raise ValidationError("Send order_number or qr_data.", "order_number")


class RecordBatch(Schema):
    """An upload of many scans; each event is looked at by itself."""

    sent_at = When(required=True, validate=_believable)
    events = fields.List(fields.Raw(allow_none=True), required=True)
    queue_depth = Whole(load_default=None, allow_none=True)


class VoidScan(Schema):
    event_id = EventId(required=True)
    sent_at = When(load_default=None, allow_none=True, validate=_believable)
    reason = fields.String(
        required=True, validate=validate.OneOf(["did_not_occur", "incorrect_data"])
    )
    replaced_by = EventId(load_default=None, allow_none=True)
    note = Text(longest=2000, load_default=None, allow_none=True)


class ApplyScan(Schema):
    reason = Text(shortest=1, longest=255, required=True)
    order = Text(shortest=1, longest=64, load_default=None, allow_none=True)


class DismissScan(Schema):
    reason = Text(shortest=1, longest=255, required=True)


class TracksQuery(CursorQuery):
    order = Text(longest=64, load_default=None)
    worker = fields.Integer(load_default=None, validate=validate.Range(1, BIGINT))
    action = fields.String(
        load_default=None,
        validate=validate.OneOf(list(dict.fromkeys((*SCAN_ACTIONS, *EVERY_STATUS)))),
    )
    from_ = When(data_key="from", load_default=None, validate=_believable)
    to = When(load_default=None, validate=_believable)


class TrackView(Schema):
    """One event of an order's life."""

    id = fields.Integer(required=True)
    order_id = fields.Integer(required=True, allow_none=True)
    order_number = fields.String(required=True, allow_none=True)
    order_email = fields.String(required=True, allow_none=True)
    worker_id = fields.Integer(required=True, allow_none=True)
    action = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    created_at = When(required=True)
    event_id = fields.String(required=True)
    kind = fields.String(required=True)
    target_event_id = fields.String(required=True, allow_none=True)
    force_reason = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, validate=validate.OneOf(RESULTS))
    reason = fields.String(required=True, allow_none=True)
    effective_at = When(required=True)
    received_at = When(required=True)
    clock = fields.String(required=True)
    device_id = fields.Integer(required=True, allow_none=True)


class PiecesView(Schema):
    seen = fields.Integer(required=True)
    of = fields.Integer(required=True)


class ScannedOrderView(Schema):
    order_number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(list(EVERY_STATUS)))
    since = fields.String(required=True)
    pieces = fields.Nested(PiecesView, required=True)
    next = fields.List(fields.String(), required=True)


class TransitionView(Schema):
    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True)
    applied = fields.Boolean(required=True)
    skipped = fields.List(fields.String(), required=True)


class TimeView(Schema):
    occurred_at = When(required=True)
    effective_at = When(required=True)
    received_at = When(required=True)
    offset_ms = fields.Integer(required=True, allow_none=True)
    clock = fields.String(required=True)


class ScanView(Schema):
    """The verdict on a scan; a 2xx means that the device may delete it."""

    event_id = fields.String(required=True)
    scan_id = fields.Integer(required=True)
    result = fields.String(required=True, validate=validate.OneOf(RESULTS))
    reason = fields.String(required=True, allow_none=True)
    reasons = fields.List(fields.String(), required=True)
    replayed = fields.Boolean(required=True)
    signal = fields.String(required=True, validate=validate.OneOf(["ok", "warn", "stop"]))
    message = fields.String(required=True)
    order = fields.Nested(ScannedOrderView, required=True, allow_none=True)
    transition = fields.Nested(TransitionView, required=True, allow_none=True)
    time = fields.Nested(TimeView, required=True)
    first_seen = fields.String(required=True, allow_none=True)
    track = fields.Nested(TrackView, required=True)
    missing_seq = fields.List(fields.List(fields.Integer()), required=True)


class BatchView(Schema):
    """The verdicts of an upload, in its order."""

    batch = fields.String(required=True, validate=validate.OneOf(["ok", "partial"]))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    results = fields.List(fields.Raw(), required=True)
    missing_seq = fields.List(fields.List(fields.Integer()), required=True)


class StepView(Schema):
    """A public step: what happened and when, and nothing of who."""

    status = fields.String(required=True)
    at = When(required=True)


class TrackingView(Schema):
    """What the holder of a label may know."""

    order_number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(list(EVERY_STATUS)))
    since = When(required=True)
    service_name = fields.String(required=True)
    pickup_date = fields.String(required=True, allow_none=True)
    pieces = fields.Nested(PiecesView, required=True)
    timeline = fields.List(fields.Nested(StepView), required=True)


def monotonic(mono: dict[str, Any] | None) -> Monotonic | None:
    """The device's uptime as the operation takes it."""
    return None if mono is None else Monotonic(mono["at"], mono["now"])
