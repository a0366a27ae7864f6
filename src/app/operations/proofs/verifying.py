"""What anybody is told of a license by its number: one status, and no more than its card says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.operations.licenses.find import find_by_code
from app.operations.licenses.standing import Status
from app.operations.proofs.proving import title_of


@dataclass(frozen=True, slots=True)
class Verified:
    """A license as strangers see it; of an unknown one there is nothing but the number asked for."""

    status: Status
    license_code: str
    checked_at: datetime
    specialization: str | None = None
    specialization_type: str | None = None
    level: int | None = None
    holder: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_valid(self) -> bool:
        return self.status == "valid"


def verify_license(code: str, *, serial: int | None = None, at: datetime) -> Verified:
    """The license of this number, with the status that comes first by licenses.md 2.

    `serial` is that of the card which is looked at: an older card is superseded. Of a license that
    is not as its record says only that is told: what stands in it is somebody's invention. Three
    statements.
    """
    standing = find_by_code(code, serial=serial, at=at)
    if standing is None:
        return Verified("unknown", code, at)
    found = standing.license
    if standing.status == "tampered":
        return Verified("tampered", found.code, at)
    return Verified(
        standing.status,
        found.code,
        at,
        specialization=title_of(found.type_code),
        specialization_type=found.type_code,
        level=found.level,
        holder=standing.worker.name,
        issued_at=found.issued_at,
        expires_at=found.expires_at,
    )
