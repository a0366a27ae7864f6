"""What a device's scans tell of the device itself: its clock, its numbering, its queue. Pure.

Kept as JSON in `devices.state`; `observed` is applied again when a rival request of the same
device was faster.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

OFFSET_WINDOW = timedelta(hours=1)
DOUBLE_READ = timedelta(seconds=10)
MOST_GAPS = 500
MOST_READS = 50

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode

Gap = list[int]
Read = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class DeviceSummary:
    """What an admin sees of a device: its clock's error, missing scans, queue."""

    offset_ms: int | None
    missing_seq: list[Gap]
    queue_depth: int | None


class DeviceState:
    """A device's state while one upload is recorded."""

    def __init__(self, text: str) -> None:
        held: dict[str, Any] = json.loads(text)
        self._offsets: list[list[int]] = held.get("offsets", [])
        self._first: int | None = held.get("first")
        self._high: int | None = held.get("high")
        self.missing_seq: list[Gap] = held.get("missing", [])
        self._reads: list[Read] = [(one[0], one[1], one[2]) for one in held.get("reads", [])]
        self.queue_depth: int | None = held.get("queue")

    def observe_offset(self, sent_at: datetime, received_at: datetime) -> timedelta:
        """Take in one upload's clock reading; the smallest offset of the last hour.

        Of each minute the smallest is kept, and only while no later one is smaller.
        """
        offset_ms = round((received_at - sent_at) / timedelta(milliseconds=1))
        minute = int(received_at.timestamp() // 60)
        oldest = minute - int(OFFSET_WINDOW.total_seconds() // 60)
        kept = [one for one in self._offsets if one[0] > oldest]
        while kept and kept[-1][1] >= offset_ms:
            kept.pop()
        if not kept or kept[-1][0] != minute:
            kept.append([minute, offset_ms])
        self._offsets = kept
        return timedelta(milliseconds=kept[0][1])

    def observe_seq(self, numbers: Iterable[int]) -> None:
        """Take in the numbers of one upload; what lies between them is missing (scans.md 7)."""
        for seq in sorted(set(numbers)):
            if self._first is None or self._high is None:
                self._first = self._high = seq
            elif seq > self._high:
                if seq > self._high + 1:
                    self.missing_seq.append([self._high + 1, seq - 1])
                self._high = seq
            else:
                self.missing_seq = [part for gap in self.missing_seq for part in _without(gap, seq)]
        self.missing_seq = self.missing_seq[-MOST_GAPS:]

    def is_missing(self, seq: int) -> bool:
        """Whether this number is one of those that are missing."""
        return any(first <= seq <= last for first, last in self.missing_seq)

    def is_double_read(self, code: str, action: str, occurred_at: datetime) -> bool:
        """Whether the same code and action was read within 10 s; the read is remembered."""
        at = round(occurred_at.timestamp() * 1000)
        span = DOUBLE_READ / timedelta(milliseconds=1)
        is_double = any(
            one[:2] == (code, action) and abs(one[2] - at) <= span for one in self._reads
        )
        reads = [*self._reads, (code, action, at)]
        newest = max(one[2] for one in reads)
        self._reads = [one for one in reads if one[2] >= newest - span][-MOST_READS:]
        return is_double

    @property
    def offset_ms(self) -> int | None:
        return self._offsets[0][1] if self._offsets else None

    def as_text(self) -> str:
        """The state as it is stored."""
        held = {
            "offsets": self._offsets,
            "first": self._first,
            "high": self._high,
            "missing": self.missing_seq,
            "reads": self._reads,
            "queue": self.queue_depth,
        }
        return _ENCODE({key: value for key, value in held.items() if value not in (None, [])})


def _without(gap: Gap, seq: int) -> list[Gap]:
    first, last = gap
    if not first <= seq <= last:
        return [gap]
    return [part for part in ([first, seq - 1], [seq + 1, last]) if part[0] <= part[1]]


def summary(state: str) -> DeviceSummary:
    """What a stored state says."""
    read = DeviceState(state)
    return DeviceSummary(read.offset_ms, read.missing_seq, read.queue_depth)
