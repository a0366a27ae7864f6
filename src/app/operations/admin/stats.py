"""The figures of the day (contract.md V24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from app.database import db
from app.models import Device, Order, Track
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.orders.late import is_late
from app.operations.tracks.waiting import WAITS_FOR
from app.support.words import STATUSES, UNSEEN

SILENT_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts; `late` are orders that are not ready though their pickup day has passed."""

    orders_today: int
    by_status: dict[str, int]
    scans_today: int
    flagged_open: int
    late: int
    devices_silent: int


def get_stats(*, at: datetime, zone: ZoneInfo, actor: Actor) -> Stats:
    """Today's figures; a day is a day of the business's zone.

    `flagged_open` counts flagged and rejected scans of the last 30 days that nobody voided,
    applied or dismissed; a device is silent 24 hours after its last scan.
    """
    admins_only(actor)
    today = at.astimezone(zone).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=zone).astimezone(UTC)
    return Stats(
        orders_today=_count(
            select(Order.id).where(
                Order.created_at >= midnight,
                Order.deleted_at.is_(None),
                Order.status.not_in(UNSEEN),
            )
        ),
        by_status=_by_status(),
        scans_today=_count(
            select(Track.id).where(Track.received_at >= midnight, Track.kind == "scan")
        ),
        flagged_open=_flagged_open(at - WAITS_FOR),
        late=_count(select(Order.id).where(is_late(at=at, zone=zone))),
        devices_silent=count_silent_devices(at=at),
    )


def count_silent_devices(*, at: datetime) -> int:
    """Devices in use whose last scan is more than 24 hours ago."""
    return _count(
        select(Device.id).where(
            Device.last_seen_at < at - SILENT_AFTER,
            Device.revoked_at.is_(None),
            Device.origin != "shared",
        )
    )


def _count(query: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _by_status() -> dict[str, int]:
    query = (
        select(Order.status, func.count()).where(Order.deleted_at.is_(None)).group_by(Order.status)
    )
    found = dict(iter(db.session.execute(query)))
    return {status: found.get(status, 0) for status in STATUSES}


def _flagged_open(since: datetime) -> int:
    judgement = aliased(Track)
    is_judged = exists().where(judgement.target_event_id == Track.event_id)
    return _count(
        select(Track.id).where(
            Track.result.in_(("flagged", "rejected")),
            Track.received_at >= since,
            Track.kind == "scan",
            ~is_judged,
        )
    )
