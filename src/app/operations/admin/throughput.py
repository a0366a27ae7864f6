"""How many scans each station made in each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from app.database import db
from app.models import Device, Track

HOURS = 24
_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Throughput:
    """The beginnings of the hours, and each station's scans in them, the busiest first.

    The scans of devices without a station stand under None.
    """

    hours: tuple[datetime, ...]
    stations: dict[str | None, tuple[int, ...]]


def get_throughput(*, at: datetime, zone: ZoneInfo) -> Throughput:
    """The last 24 hours of the business's clock, the one that runs included.

    A scan counts where its device stands, in the hour when it was made, not when it arrived;
    rejected ones do not count.
    """
    running = at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = tuple(running - _AN_HOUR * ago for ago in range(HOURS - 1, -1, -1))
    made_in = case(
        *((Track.effective_at < hours[index + 1], index) for index in range(HOURS - 1)),
        else_=HOURS - 1,
    )
    rows = db.session.execute(
        select(Device.station, made_in.label("made_in"), func.count())
        .select_from(Track)
        .outerjoin(Device, Device.id == Track.device_id)
        .where(
            Track.received_at >= hours[0],
            Track.effective_at >= hours[0],
            Track.kind == "scan",
            Track.result != "rejected",
        )
        .group_by(Device.station, "made_in")
    )
    counts: dict[str | None, list[int]] = {}
    for station, index, count in rows:
        counts.setdefault(station or None, [0] * HOURS)[index] += count
    busiest = sorted(counts, key=lambda station: -sum(counts[station]))
    return Throughput(hours, {station: tuple(counts[station]) for station in busiest})
