"""Where a visit fits, by sweeping over intervals: slower than bits, and written without them.

The tests compare both, and `scripts/bench slots` measures one beside the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from app.support.free_time.calendars import Calendar, Visit
from app.support.opening_hours import Span


def sweep_starts(
    hours: Iterable[Sequence[Span]], calendar: Calendar, visit: Visit, candidates: Sequence[int]
) -> list[int]:
    """Those of the candidates, which are in order, at which a visit can start: in all of the hours."""
    found = candidates
    for spans in hours:
        found = _fitting(found, spans, visit.duration)
    blocked = [*calendar.away, *_full(calendar)]
    lanes: list[list[Span]] = [[] for _ in range(calendar.units)]
    for start, end, lane in calendar.taken:
        if lane < calendar.units:
            lanes[lane].append((start, end))
    free = {one for lane in lanes for one in _avoiding(found, [*blocked, *lane], visit)}
    return sorted(free)


def _fitting(candidates: Sequence[int], spans: Sequence[Span], duration: int) -> list[int]:
    """Those whose visit lies in one of the spans, which are apart and in order."""
    found, number = [], 0
    for start in candidates:
        while number < len(spans) and spans[number][1] < start + duration:
            number += 1
        if number < len(spans) and spans[number][0] <= start:
            found.append(start)
    return found


def _avoiding(candidates: Sequence[int], blocked: Iterable[Span], visit: Visit) -> list[int]:
    """Those whose visit with its buffers meets none of what is blocked."""
    after = visit.duration + visit.after
    # A start is forbidden from just after `begin - after` to just before `end + before`.
    forbidden = sorted((begin - after, end + visit.before) for begin, end in blocked)
    found, number, until = [], 0, None
    for start in candidates:
        while number < len(forbidden) and forbidden[number][0] < start:
            end = forbidden[number][1]
            until = end if until is None else max(until, end)
            number += 1
        if until is None or until <= start:
            found.append(start)
    return found


def _full(calendar: Calendar) -> list[Span]:
    """When as many appointments are held at once as there are units."""
    events = [(begin, 1) for begin, end, _ in calendar.taken if begin < end]
    events += [(end, -1) for begin, end, _ in calendar.taken if begin < end]
    found, held, since = [], 0, 0
    for minute, change in sorted(events, key=itemgetter(0, 1)):
        if held + change == calendar.units and change > 0:
            since = minute
        if held == calendar.units and change < 0:
            found.append((since, minute))
        held += change
    return found
