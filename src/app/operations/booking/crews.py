"""Who and what a booking needs: the workers of whom one performs it, the rooms and chairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, false, null, select, union_all

from app.database import connection
from app.database.prepared import Prepared
from app.models import Hours, Resource, ServiceResource, Worker, WorkerService
from app.operations.booking.offers import Offer
from app.operations.licenses.holding import HOLDS

_resource = (Resource.id, Resource.units, Resource.is_active, Resource.calendar_version)
_can_do = exists().where(
    WorkerService.worker_id == Worker.id, WorkerService.service_id == bindparam("service_id")
)
_has_hours = exists().where(
    Hours.business_id == bindparam("business_id"), Hours.worker_id == Worker.id
)
_workers = (
    select(
        *_resource,
        Worker.id.label("worker_id"),
        Worker.is_active.label("is_employed"),
        Worker.is_implicit,
        _can_do.label("can_do"),
        _has_hours.label("has_hours"),
        HOLDS.label("holds"),
    )
    .join(Resource, Resource.worker_id == Worker.id)
    .where(Worker.business_id == bindparam("business_id"))
)
_rooms = (
    select(*_resource, null(), false(), false(), false(), false(), false())
    .join(ServiceResource, ServiceResource.resource_id == Resource.id)
    .where(ServiceResource.service_id == bindparam("service_id"))
)
_CREW = Prepared(union_all(_workers, _rooms))


class Performer(NamedTuple):
    """A worker of the business, and whether the service can be booked with them now.

    `is_licensed` says that they hold now what the service requires: a license is renewed in time,
    or the visit is not begun (licenses.md).
    """

    worker_id: int
    resource_id: int
    is_active: bool
    is_able: bool
    has_hours: bool
    is_licensed: bool

    @property
    def is_candidate(self) -> bool:
        return self.is_active and self.is_able and self.is_licensed


class Needed(NamedTuple):
    """A room or chair of which the service takes one unit."""

    resource_id: int
    units: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers of a business by their ids, what the service needs, and all as one plain value."""

    performers: dict[int, Performer]
    needed: Sequence[Needed]
    versions: tuple[Any, ...]

    def candidates(self, worker_id: int | None = None) -> list[Performer]:
        """Who may perform it, in ascending id; of `worker_id` alone where one is wanted."""
        found = (one for _, one in sorted(self.performers.items()) if one.is_candidate)
        return [one for one in found if worker_id in (None, one.worker_id)]

    def resource_ids(self, worker_id: int | None = None) -> list[int]:
        """The resources that a booking may take, ascending: the order in which they are locked."""
        workers = [one.resource_id for one in self.candidates(worker_id)]
        return sorted({*workers, *(one.resource_id for one in self.needed)})


def read_crew(offer: Offer, *, at: datetime) -> Crew:
    """Who performs an offer, and what it needs; one statement.

    A service that names no worker can be done by every one. The implicit worker stands in while
    nobody else is active, whatever the service names (booking.md 1); a license it has none.
    """
    required = offer.required
    values = {
        "business_id": offer.business_id,
        "service_id": offer.service_id,
        "required": None if required is None else required.type_code,
        "level": 0 if required is None else required.level,
        "at": at,
    }
    rows = _CREW.rows(connection(), values)
    people = [row for row in rows if row.worker_id is not None]
    is_restricted = any(row.can_do for row in people)
    is_staffed = any(_is_active(row) and not row.is_implicit for row in people)
    performers = {
        row.worker_id: Performer(
            worker_id=row.worker_id,
            resource_id=row.id,
            is_active=_is_active(row) and not (row.is_implicit and is_staffed),
            is_able=bool(row.can_do) or row.is_implicit or not is_restricted,
            has_hours=bool(row.has_hours),
            is_licensed=required is None or bool(row.holds),
        )
        for row in people
    }
    needed = [
        Needed(row.id, row.units, bool(row.is_active)) for row in rows if row.worker_id is None
    ]
    return Crew(performers, needed, tuple(sorted(tuple(row) for row in rows)))


def _is_active(row: Any) -> bool:
    return bool(row.is_active and row.is_employed)
