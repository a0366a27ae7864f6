"""What an owner asks of the day: how much, how late, how long, and where it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.operations.actors import Actor
from app.operations.admin.beginning import Beginning, get_beginning
from app.operations.admin.sampling import sample_orders
from app.operations.admin.spreads import Spread, spreads
from app.operations.admin.stats import Stats, get_stats
from app.operations.admin.throughput import Throughput, get_throughput


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of one moment.

    `stays` has the spreads of the time in each status by service, `delays` those of the time
    until a scan arrived by place; they are of `sampled` orders, of all when `is_whole`.
    """

    at: datetime
    stats: Stats
    beginning: Beginning
    throughput: Throughput
    stays: dict[str | None, dict[str, Spread]]
    delays: dict[str | None, Spread]
    sampled: int
    is_whole: bool


def get_dashboard(*, at: datetime, zone: ZoneInfo, actor: Actor) -> Dashboard:
    """Today's counts, the last 24 hours, and how long things took within 30 days.

    Costly, and the same for every admin: to be kept for a while (support/kept.py).
    """
    stats = get_stats(at=at, zone=zone, actor=actor)
    sample = sample_orders(at=at)
    services = spreads((stay.service, stay.length) for stay in sample.stays)
    stays = spreads(((stay.service, stay.status), stay.length) for stay in sample.stays)
    return Dashboard(
        at=at,
        stats=stats,
        beginning=get_beginning(at=at, actor=actor),
        throughput=get_throughput(at=at, zone=zone),
        stays={
            service: {status: seen for (of, status), seen in stays.items() if of == service}
            for service in services
        },
        delays=spreads((delay.place or None, delay.length) for delay in sample.delays),
        sampled=sample.orders,
        is_whole=sample.is_whole,
    )
