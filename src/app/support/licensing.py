"""Whether licenses meet what work requires, and what a scan keeps as the proof of it (licenses.md).

Pure. Work is started by whom the rules say, judged as of the moment of the scan: by the level and
the end that a license has when the scan arrives, for its row knows no earlier ones, and by the
moments when it was issued and revoked, which it does know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

UNLICENSED: Final = '{"license":null}'
"""What a scan keeps that could have started licensed work, and whose worker had no license."""

COULD_START: Final = frozenset({"processing", "completed", "scanned"})
"""Scans that may be the first of the work itself; picking up and handing over never are."""

_BEGUN: Final = frozenset({"processing", "completed", "delivered"})
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """The type that a service requires, and the lowest level of it."""

    type_code: str
    level: int


@dataclass(frozen=True, slots=True)
class Held:
    """A license of a worker, as far as it says what they may do; `covers` has its own type, too."""

    code: str
    level: int
    version: int
    covers: frozenset[str]
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def meets(self, required: Requirement, at: datetime) -> bool:
        """Whether it counts at that moment, for this type, at this level or a higher one."""
        return (
            required.type_code in self.covers
            and self.level >= required.level
            and self.issued_at <= at
            and (self.expires_at is None or at < self.expires_at)
            and (self.revoked_at is None or at < self.revoked_at)
        )


def read_requirements(text: str | None) -> tuple[Requirement, ...]:
    """What a database made of an order's services: `type level` for each, between commas."""
    if not text:
        return ()
    parts = (part.split(" ") for part in text.split(","))
    return tuple(sorted({Requirement(code, int(level)) for code, level in parts}))


def read_held(text: str, type_code: str) -> Held:
    """A license as a database made an object of it; times without a zone are UTC."""
    row: dict[str, Any] = json.loads(text)
    return Held(
        code=row["code"],
        level=row["level"],
        version=row["version"],
        covers=frozenset({type_code, *row["covers"].split()}),
        issued_at=_instant(row["issued_at"]) or datetime.max.replace(tzinfo=UTC),
        expires_at=_instant(row["expires_at"]),
        revoked_at=_instant(row["revoked_at"]),
    )


def prove(requirements: Sequence[Requirement], held: Iterable[Held], at: datetime) -> str | None:
    """What a scan keeps: `{license, level, version}`, a list of them where work requires several.

    None where nothing is required; `UNLICENSED` where one of the requirements is not met. Of several
    licenses that would do the highest level is named, then the first code.
    """
    if not requirements:
        return None
    ranked = sorted(held, key=lambda one: (-one.level, one.code))
    proofs = []
    for required in requirements:
        found = next((one for one in ranked if one.meets(required, at)), None)
        if found is None:
            return UNLICENSED
        proof = {"license": found.code, "level": found.level, "version": found.version}
        if proof not in proofs:
            proofs.append(proof)
    return _ENCODE(proofs[0] if len(proofs) == 1 else proofs)


def read_proofs(text: str | None) -> list[dict[str, Any]]:
    """The licenses that a scan proves: none where none was required, or none was there."""
    if text is None or text == UNLICENSED:
        return []
    read = json.loads(text)
    return read if isinstance(read, list) else [read]


def is_start(*, before: str, after: str) -> bool:
    """Whether a step begins the work: it is in work then, or done without ever having been."""
    if after == before:
        return False
    return after == "processing" or (after == "completed" and before not in _BEGUN)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
