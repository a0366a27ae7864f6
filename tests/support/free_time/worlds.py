"""Random businesses around days of transitions, and the brute force that says what is free there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.support.free_time import Calendar, Taken, Visit
from app.support.opening_hours import OpeningHours, Rule
from app.support.wall_time import WallClock, instant_of, minute_of

PLACES = [
    ("Europe/Warsaw", date(2026, 3, 29)),
    ("Europe/Warsaw", date(2026, 10, 25)),
    ("Asia/Tashkent", date(2026, 11, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(2026, 7, 1)),
]


@dataclass(frozen=True)
class World:
    """One resource with the hours of its business, and its own where it has some, on one day."""

    zone: str
    day: date
    step: int
    visit: Visit
    owners: tuple[tuple[Rule, ...], ...]
    away: tuple[tuple[int, int], ...]
    taken: tuple[Taken, ...]
    units: int

    @cached_property
    def clock(self) -> WallClock:
        return WallClock(ZoneInfo(self.zone))

    @cached_property
    def candidates(self) -> list[int]:
        return [minute for _, minute in self.clock.times(self.day, self.step)]

    @cached_property
    def hours(self) -> list[list[tuple[int, int]]]:
        first, last = self.day - timedelta(days=2), self.day + timedelta(days=2)
        return [OpeningHours(rules).between(first, last, self.clock) for rules in self.owners]

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.units, self.away, self.taken)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world whose rules, absences and appointments meet often."""
    zone, day = draw(st.sampled_from(PLACES))
    midnight = minute_of(datetime(day.year, day.month, day.day, tzinfo=UTC))
    minutes = st.integers(midnight - 1440, midnight + 2880)
    fives = minutes.map(lambda minute: minute // 5 * 5)
    lengths = st.integers(1, 400)

    def rule() -> st.SearchStrategy[Rule]:
        days = st.sampled_from([day + timedelta(days=number) for number in (-1, 0, 1)])
        return st.builds(
            _rule,
            days,
            opens=st.one_of(st.integers(0, 1439), st.integers(0, 47).map(lambda half: half * 30)),
            length=st.one_of(st.integers(1, 1440), st.integers(1, 16).map(lambda half: half * 30)),
            is_dated=st.sampled_from([False, False, True]),
            is_open=st.sampled_from([True, True, True, False]),
        )

    owners = st.lists(st.lists(rule(), max_size=5).map(tuple), max_size=2).map(tuple)
    buffers = st.sampled_from([0, 0, 5, 10, 25])
    units = draw(st.integers(1, 3))
    taken = st.builds(
        lambda start, length, lane: Taken(start, start + length * 5, lane),
        fives,
        st.integers(1, 60),
        st.one_of(st.integers(0, units - 1), st.integers(0, units - 1), st.just(100)),
    )
    return World(
        zone=zone,
        day=day,
        step=draw(st.sampled_from([5, 15, 20, 30, 45, 60])),
        visit=Visit(draw(st.sampled_from([5, 15, 45, 60, 120, 600])), draw(buffers), draw(buffers)),
        owners=draw(owners),
        away=draw(
            st.lists(
                st.tuples(minutes, lengths).map(lambda one: (one[0], one[0] + one[1])), max_size=3
            ).map(tuple)
        ),
        taken=draw(st.lists(taken, max_size=6).map(tuple)),
        units=units,
    )


def _rule(day: date, opens: int, length: int, is_dated: bool, is_open: bool) -> Rule:
    if is_dated:
        return Rule(opens, opens + length, day=day, is_open=is_open)
    return Rule(opens, opens + length, weekday=day.weekday(), is_open=is_open)


def brute_force(world: World) -> list[int]:
    """The starts at which, minute by minute, nothing stands in the way of a visit."""
    begin = world.candidates[0] - world.visit.before if world.candidates else 0
    end = world.candidates[-1] + world.visit.length if world.candidates else 0
    walls = dict(zip(range(begin, end), _furthest(world.zone, begin, end), strict=True))
    opened = {
        minute
        for minute, wall in walls.items()
        if all(_is_open(rules, wall) for rules in world.owners)
    }
    return [start for start in world.candidates if _fits(world, opened, start)]


def _furthest(zone: str, begin: int, end: int) -> list[datetime]:
    """The furthest that the clock has shown by each minute: it is read so that it never goes back."""
    furthest, found = datetime.combine(date.min, time()), []
    for minute in range(begin - 1560, end):
        shown = instant_of(minute).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        furthest = max(furthest, shown)
        if minute >= begin:
            found.append(furthest)
    return found


def _is_open(rules: tuple[Rule, ...], wall: datetime) -> bool:
    for days in (0, 1, 2):
        day = wall.date() - timedelta(days=days)
        minute = (wall - datetime.combine(day, time())) // timedelta(minutes=1)
        own = [rule for rule in rules if rule.day == day]
        own = own or [rule for rule in rules if rule.day is None and rule.weekday == day.weekday()]
        here = [rule.is_open for rule in own if rule.opens <= minute < rule.closes]
        if here and all(here):
            return True
    return False


def _fits(world: World, opened: set[int], start: int) -> bool:
    if not all(minute in opened for minute in range(*world.visit.core(start))):
        return False
    needed = range(*world.visit.taken(start))
    for begin, end in world.away:
        if any(begin <= minute < end for minute in needed):
            return False
    held = [[lane for begin, end, lane in world.taken if begin <= at < end] for at in needed]
    if any(len(lanes) >= world.units for lanes in held):
        return False
    return any(all(lane not in lanes for lanes in held) for lane in range(world.units))
