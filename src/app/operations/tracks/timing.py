"""When a scan really happened, judged from the device's clocks and ours (scans.md 5). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TRUSTED = timedelta(seconds=15)
SENDING_TOLERANCE = timedelta(seconds=1)
STALE = timedelta(hours=72)
TOO_OLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Monotonic:
    """A device's uptime in milliseconds at the scan and at the sending, within one boot."""

    at: int
    now: int


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of one scan; `offset` is what has to be added to the device's clock."""

    occurred_at: datetime
    effective_at: datetime
    received_at: datetime
    clock: str
    offset: timedelta | None


def on_arrival(received_at: datetime) -> Timing:
    """A scan without times of its own happened when it arrived."""
    return Timing(received_at, received_at, received_at, "trusted", None)


def correct(
    *,
    occurred_at: datetime,
    sent_at: datetime,
    received_at: datetime,
    offset: timedelta,
    mono: Monotonic | None,
    out_of_order: bool,
) -> Timing:
    """The corrected time of a scan, never after its arrival.

    `offset` is the smallest received_at - sent_at of the device within the last hour;
    `out_of_order` says that its upload's numbering contradicts its times.
    """
    contradictory = (
        out_of_order
        or occurred_at > sent_at + SENDING_TOLERANCE
        or (mono is not None and mono.now < mono.at)
    )
    if contradictory:
        effective_at, clock = _shifted(occurred_at, offset, received_at), "untrusted"
    elif abs(offset) <= TRUSTED:
        effective_at, clock = occurred_at, "trusted"
    elif mono is not None:
        effective_at, clock = _before(received_at, mono.now - mono.at), "monotonic"
    else:
        effective_at, clock = _shifted(occurred_at, offset, received_at), "corrected"
    return Timing(occurred_at, min(effective_at, received_at), received_at, clock, offset)


def _shifted(occurred_at: datetime, offset: timedelta, received_at: datetime) -> datetime:
    try:
        return occurred_at + offset
    except OverflowError:
        return received_at


def _before(received_at: datetime, milliseconds: int) -> datetime:
    try:
        return received_at - timedelta(milliseconds=milliseconds)
    except OverflowError:
        return received_at


def out_of_order(upload: Sequence[tuple[int | None, datetime]]) -> list[bool]:
    """For each (seq, raw occurred_at) of one upload, whether a later number has an earlier time.

    That is what a clock that was set back leaves behind: the scans before the step contradict
    the clock by which the upload was sent.
    """
    contradicted = [False] * len(upload)
    numbered = [index for index, (seq, _) in enumerate(upload) if seq is not None]
    numbered.sort(key=lambda index: (upload[index][0] or 0, index), reverse=True)
    earliest: datetime | None = None
    for index in numbered:
        occurred_at = upload[index][1]
        contradicted[index] = earliest is not None and earliest < occurred_at
        earliest = occurred_at if earliest is None else min(earliest, occurred_at)
    return contradicted
