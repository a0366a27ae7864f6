"""The device behind a bearer token: the first statement of every scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from app.database import glance
from app.database.prepared import Prepared
from app.errors import DeviceRevoked, InvalidToken, TokenExpired
from app.models import Business, Device, Worker
from app.models.businesses import HOUSE
from app.operations.actors import Actor, device_actor
from app.support.tokens import token_digest

TOKEN_PREFIX = "hd_"  # noqa: S105 (a prefix, not a secret)
UNUSED_FOR = timedelta(days=90)
DRAIN_FOR = timedelta(days=14)
DRAIN_EVENTS = 5_000

_COLUMNS = (
    Device.id,
    Device.name,
    Device.station,
    Device.profile,
    Device.origin,
    Device.default_action,
    Device.worker_id,
    Device.last_seen_at,
    Device.revoked_at,
    Device.drained,
    Device.state,
    Device.state_version,
    Worker.business_id,
    Worker.is_active.label("worker_is_active"),
    Business.deleted_at.label("business_deleted_at"),
)
_FROM = (
    select(*_COLUMNS)
    .outerjoin(Worker, Worker.id == Device.worker_id)
    .outerjoin(Business, Business.id == Worker.business_id)
)
_BY_TOKEN = Prepared(_FROM.where(Device.token_digest == bindparam("digest")))
_BY_ID = Prepared(_FROM.where(Device.id == bindparam("device_id")))


@dataclass(frozen=True, slots=True)
class ScanningDevice:
    """A device as read when its request began; `state` is guarded by `state_version`."""

    id: int
    name: str
    station: str | None
    profile: str
    origin: str
    default_action: str | None
    worker_id: int | None
    last_seen_at: datetime | None
    revoked_at: datetime | None
    drained: int
    state: str
    state_version: int
    worker_business_id: int | None = None

    @property
    def business_id(self) -> int:
        """Whose orders it scans: its worker's business's, and the house's without a worker."""
        return self.worker_business_id or HOUSE

    @property
    def is_supervisor(self) -> bool:
        return self.profile == "supervisor"

    @property
    def is_shared(self) -> bool:
        return self.origin == "shared"

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def actor(self) -> Actor:
        return device_actor(
            self.id,
            name=self.name,
            origin=self.origin,
            worker_id=self.worker_id,
            business_id=self.business_id,
            is_revoked=self.is_revoked,
            is_supervisor=self.is_supervisor,
        )


def get_device(token: str, *, at: datetime) -> ScanningDevice:
    """The device that holds this token; one statement (scans.md 1).

    A revoked device is returned while it may still drain. Raises InvalidToken for an unknown
    token, a worker who was deactivated or one whose business was deleted, TokenExpired after 90
    days without use, DeviceRevoked once the 14 days of draining are over. A business that is only
    suspended keeps its appointments (booking.md 5), so its workers go on scanning.
    """
    row = glance(_BY_TOKEN, {"digest": token_digest(token)})
    if row is None or row.worker_is_active is False or row.business_deleted_at is not None:
        raise InvalidToken
    device = ScanningDevice(*row[:13])
    if device.revoked_at is not None:
        if at > device.revoked_at + DRAIN_FOR:
            raise DeviceRevoked
    elif device.last_seen_at is None or at > device.last_seen_at + UNUSED_FOR:
        raise TokenExpired
    return device


def read_device(connection: Connection, device_id: int) -> ScanningDevice:
    """A device that exists, as it is now."""
    (row,) = _BY_ID.rows(connection, {"device_id": device_id})
    return ScanningDevice(*row[:13])
