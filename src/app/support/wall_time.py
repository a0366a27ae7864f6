"""Wall time to instants, in one place: what a zone's clock shows, and the epoch minutes of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

DAY_MINUTES: Final = 1440
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 (wall time has no zone)
_EPOCH_UTC: Final = _EPOCH.replace(tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)


def instant_of(minute: int) -> datetime:
    """The instant that an epoch minute begins."""
    return _EPOCH_UTC + minute * _MINUTE


def minute_of(moment: datetime) -> int:
    """The epoch minute in which an aware instant lies."""
    return (moment - _EPOCH_UTC) // _MINUTE


def minute_reached(moment: datetime) -> int:
    """The first epoch minute that begins at an aware instant or after it."""
    return -((_EPOCH_UTC - moment) // _MINUTE)


class WallClock:
    """The clock of one time zone; days that it has converted are remembered, so keep it short."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._midnights: dict[date, int | None] = {}

    def shown(self, minute: int) -> datetime:
        """What the clock shows at an epoch minute: an aware local time."""
        return instant_of(minute).astimezone(self._zone)

    def minute(self, day: date, wall: int) -> int:
        """The first epoch minute at which the clock shows `wall` minutes past midnight, or more.

        `wall` may exceed 1440 and then lies on a later day. So a repeated time means its first
        occurrence, a skipped one the instant of the transition, and what is in order on the wall
        is in order in UTC (booking.md 3).
        """
        if wall >= DAY_MINUTES:
            days, wall = divmod(wall, DAY_MINUTES)
            day += days * _DAY
        if day not in self._midnights:
            self._midnights[day] = self._even_midnight(day)
        midnight = self._midnights[day]
        return self._converted(day, wall) if midnight is None else midnight + wall

    def wall(self, minute: int) -> tuple[date, int]:
        """The day that the clock shows at an epoch minute, and the minutes past its midnight."""
        shown = self.shown(minute)
        return shown.date(), shown.hour * 60 + shown.minute

    def is_repeated(self, minute: int) -> bool:
        """Whether the clock has shown this very time before, and was put back since."""
        return self.minute(*self.wall(minute)) < minute

    def times(self, day: date, step: int) -> Iterable[tuple[int, int]]:
        """Each multiple of `step` minutes that the clock shows on a day, with its first epoch minute.

        What a transition skips is not among them.
        """
        walls, begin = range(0, DAY_MINUTES, step), self.minute(day, 0)
        if self._midnights[day] is not None:
            return zip(walls, range(begin, begin + DAY_MINUTES, step), strict=True)
        times = [(wall, self.minute(day, wall)) for wall in walls]
        return [(wall, minute) for wall, minute in times if self.wall(minute) == (day, wall)]

    def written(self, day: date, times: Iterable[tuple[int, int]]) -> Iterator[str]:
        """RFC 3339 of some of a day's times, with the zone's offset at each."""
        if self._midnights.get(day) is None:
            return (self.shown(minute).isoformat() for _, minute in times)
        offset = self.shown(self.minute(day, 0)).isoformat()[len("2026-11-20T00:00:00") :]
        return (f"{day}T{wall // 60:02}:{wall % 60:02}:00{offset}" for wall, _ in times)

    def _even_midnight(self, day: date) -> int | None:
        """The epoch minute of a day's midnight; None for a day on which the clock is changed."""
        begin, end = self._converted(day, 0), self._converted(day, DAY_MINUTES)
        is_even = end - begin == DAY_MINUTES and self._naive(begin) == _wall_time(day, 0)
        return begin if is_even else None

    def _converted(self, day: date, wall: int) -> int:
        time = _wall_time(day, wall)
        first = self._at_offset(time, fold=0)
        second = self._at_offset(time, fold=1)
        if second >= first:
            return first
        # Skipped (PEP 495): the transition comes after `second`, and not after `first`.
        between = range(second + 1, first + 1)
        return between[bisect_left(between, time, key=self._naive)]

    def _at_offset(self, time: datetime, *, fold: int) -> int:
        return minute_reached(time.replace(tzinfo=self._zone, fold=fold).astimezone(UTC))

    def _naive(self, minute: int) -> datetime:
        return self.shown(minute).replace(tzinfo=None)


def _wall_time(day: date, wall: int) -> datetime:
    return datetime(day.year, day.month, day.day) + wall * _MINUTE  # noqa: DTZ001
