"""A sighting: one physical trigger of a device, as it told us, before anything is decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import AppError
from app.operations.tracks.timing import Monotonic
from app.support.label_text import LabelText, read_label_text
from app.support.words import Result

_CONTENT = (
    "event_id",
    "code",
    "action",
    "occurred_at",
    "seq",
    "worker_id",
    "location",
    "pieces",
    "note",
    "force",
)
_VOID_CONTENT = ("event_id", "reason", "replaced_by", "note")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan was made: a station's code or words, and a position in degrees."""

    words: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class NamedWorker:
    """A worker as old devices name one: by address, and by name in any letter case."""

    name: str
    email: str

    @property
    def email_key(self) -> str:
        """The address as workers' addresses are compared."""
        return self.email.strip().lower()

    def is_called(self, name: str) -> bool:
        """Whether a worker of this name is meant."""
        # Compared here: SQLite's lower() knows ASCII alone, MariaDB's collations no accents.
        return self.name.strip().casefold() == name.casefold()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One scan to record. `occurred_at` and `sent_at` are None in the short form.

    `content_digest` tells a repetition from another content under the same key (scans.md 4).
    `doubts` are reasons that the surface knows already, such as `unverified`. A scan that came
    without a key has one derived from what it says and from the half minute of its arrival;
    `earlier_key` is that of the half minute before. `named_worker` counts where `worker_id`
    is None.
    """

    event_id: str
    label: LabelText
    code_digest: bytes | None
    content_digest: bytes
    action: str | None
    occurred_at: datetime | None = None
    sent_at: datetime | None = None
    seq: int | None = None
    mono: Monotonic | None = None
    worker_id: int | None = None
    place: Place = Place()
    piece: int | None = None
    note: str | None = None
    force_reason: str | None = None
    source: str | None = None
    order_email: str | None = None
    doubts: tuple[str, ...] = ()
    earlier_key: str | None = None
    named_worker: NamedWorker | None = None

    @property
    def email_key(self) -> str | None:
        """The address, as it is compared, that alone says which order it is: no label was read."""
        if self.code_digest is not None or self.order_email is None:
            return None
        return self.order_email.strip().lower()


def read_code(code: str, own_hosts: frozenset[str]) -> tuple[LabelText, bytes]:
    """A raw label text, read, and the digest that is kept in its place.

    Raises support.label_text.UnreadableLabel.
    """
    return read_label_text(code, own_hosts), code_digest(code)


def code_digest(code: str) -> bytes:
    """SHA-256 of a raw label text, white space around it aside."""
    return hashlib.sha256(code.strip().encode()).digest()


def content_digest(body: Mapping[str, Any]) -> bytes:
    """SHA-256 over what makes two scans the same, as it was sent, before defaults."""
    return _digest([body.get(key) for key in _CONTENT])


def void_digest(target: str, body: Mapping[str, Any]) -> bytes:
    """SHA-256 over what makes two voids of a scan the same; never sent_at."""
    return _digest([target, *(body.get(key) for key in _VOID_CONTENT)])


_ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def _digest(content: list[Any]) -> bytes:
    return hashlib.sha256(_ENCODE(content).encode()).digest()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A scan that is stored: its verdict, and the order as the device may know it."""

    row: Mapping[str, Any]
    order_number: str | None
    is_replay: bool

    @property
    def result(self) -> Result:
        result: Result = self.row["result"]
        return result


@dataclass(frozen=True, slots=True)
class Refused:
    """A scan that is not recorded, and why: the device parks it and shows it."""

    event_id: str | None
    refusal: AppError


Outcome = Recorded | Refused
