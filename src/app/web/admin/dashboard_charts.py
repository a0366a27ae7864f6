"""The dashboard's figures as charts, and as the rows of the tables that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.operations.admin.dashboard import Dashboard
from app.operations.admin.sampling import NEXT
from app.operations.admin.spreads import Spread
from app.web import charts
from app.web.words import STATUS_WORDS, counted, duration

MOST_SHOWN = 8
NO_STATION = "No station"
NO_PLACE = "Place unknown"
MANY_SERVICES = "Several services"
_TICK_HOURS = 6


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, the table behind it, and how many more groups there were than it shows."""

    drawn: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    left_out: int = 0


def throughput(seen: Dashboard, zone: ZoneInfo) -> Chart | None:
    """The scans of each hour at each station; None when there were none."""
    found = seen.throughput
    stations = {
        NO_STATION if station is None else station: counts
        for station, counts in list(found.stations.items())[:MOST_SHOWN]
    }
    if not stations:
        return None
    hours = [f"{hour.astimezone(zone):%H}:00" for hour in found.hours]
    together = [sum(counts) for counts in zip(*found.stations.values(), strict=True)]
    busiest = max(range(len(hours)), key=lambda index: together[index])
    told = (
        f"{counted(sum(together), 'scan')} in 24 hours; the most in one hour were {together[busiest]}, "
        f"from {hours[busiest]}."
    )
    drawn = charts.columns(
        "throughput",
        "Scans per hour and station",
        told,
        [
            charts.Columns(station, counts, counted(sum(counts), "scan"))
            for station, counts in stations.items()
        ],
        [(index, hour) for index, hour in enumerate(hours) if index % _TICK_HOURS == 0],
    )
    rows = [
        [hours[index], *(counts[index] for counts in stations.values()), together[index]]
        for index in reversed(range(len(hours)))
    ]
    columns = ["Hour from", *(f"#{station}" for station in stations), "#All stations"]
    return Chart(drawn, columns, rows, len(found.stations) - len(stations))


def stays(seen: Dashboard) -> Chart | None:
    """How long orders of each service stay in each status; None when no stay has ended."""
    shown = {
        MANY_SERVICES if service is None else service: {
            status: steps[status] for status in NEXT if status in steps
        }
        for service, steps in list(seen.stays.items())[:MOST_SHOWN]
    }
    if not shown:
        return None
    longest = max(
        (
            (found.median, service, status)
            for service, steps in shown.items()
            for status, found in steps.items()
        ),
    )
    drawn = charts.bars(
        "stays",
        "Time in each step by service",
        f"The longest usual time is {duration(longest[0])}: {longest[1]}, {STATUS_WORDS[longest[2]]}.",
        [
            (service, [_bar(STATUS_WORDS[status], found) for status, found in steps.items()])
            for service, steps in shown.items()
        ],
    )
    rows = [
        _row(found, service, STATUS_WORDS[status])
        for service, steps in shown.items()
        for status, found in steps.items()
    ]
    columns = ["Service", "Step", "#Half within", "#9 of 10 within", "#Orders"]
    return Chart(drawn, columns, rows, len(seen.stays) - len(shown))


def delays(seen: Dashboard) -> Chart | None:
    """How long scans of each place took to arrive; None when none arrived."""
    shown = {
        NO_PLACE if place is None else place: found
        for place, found in list(seen.delays.items())[:MOST_SHOWN]
    }
    if not shown:
        return None
    slowest = max(shown, key=lambda place: shown[place].most)
    drawn = charts.bars(
        "delays",
        "Time until scans arrive by place",
        f"The slowest is {slowest}: 9 of 10 scans arrive within {duration(shown[slowest].most)}.",
        [(place, [_bar(counted(found.count, "scan"), found)]) for place, found in shown.items()],
    )
    rows = [_row(found, place) for place, found in shown.items()]
    columns = ["Place", "#Half within", "#9 of 10 within", "#Scans"]
    return Chart(drawn, columns, rows, len(seen.delays) - len(shown))


def _bar(label: str, found: Spread) -> charts.Bar:
    words = f"{duration(found.median)} · {duration(found.most)}"
    short, long = found.median.total_seconds(), found.most.total_seconds()
    return charts.Bar(label, short, long, words)


def _row(found: Spread, *names: str) -> tuple[str | int, ...]:
    return (*names, duration(found.median), duration(found.most), found.count)
