"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from app.operations.backups.folder import Backup

_PERIODS: dict[str, Callable[[Backup], object]] = {
    "daily": lambda one: one.created_at.date(),
    "weekly": lambda one: one.created_at.isocalendar()[:2],
    "monthly": lambda one: (one.created_at.year, one.created_at.month),
}


def kept_as(
    backups: Sequence[Backup], *, daily: int, weekly: int, monthly: int
) -> dict[Backup, tuple[str, ...]]:
    """Each backup, the newest first, with the reasons to keep it; one without a reason may go.

    Days, weeks (ISO 8601) and months are UTC's. A period without a backup does not count, so that
    old backups do not go away while no new ones come; the newest is always kept. A safety backup
    takes no other's place: it is kept for `daily` days, counted back from the newest backup.
    """
    newest_first = sorted(backups, key=lambda one: one.created_at, reverse=True)
    reasons: dict[Backup, list[str]] = {one: [] for one in newest_first}
    for reason, count in (("daily", daily), ("weekly", weekly), ("monthly", monthly)):
        period_of, seen = _PERIODS[reason], set[object]()
        for one in newest_first:
            if one.is_safety or (period := period_of(one)) in seen or len(seen) == count:
                continue
            seen.add(period)
            reasons[one].append(reason)
    for one in newest_first:
        if one.is_safety and newest_first[0].created_at - one.created_at < timedelta(days=daily):
            reasons[one].append("safety")
    if newest_first:
        reasons[newest_first[0]].insert(0, "newest")
    return {one: tuple(why) for one, why in reasons.items()}
