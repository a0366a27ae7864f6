"""The calendars of people: each worker and each customer has one, made when it is first needed."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from app.database import connection
from app.database.prepared import Prepared
from app.models import Resource, Worker

_NAMED = ("kind", "business_id", "worker_id", "user_id", "units", "is_active", "calendar_version")
_INSERT = Prepared(
    insert(Resource).values(
        {name: bindparam(name, type_=Resource.__table__.columns[name].type) for name in _NAMED}
    )
)
_OF_WORKER = Prepared(select(Resource.id).where(Resource.worker_id == bindparam("worker_id")))
_OF_CUSTOMER = Prepared(select(Resource.id).where(Resource.user_id == bindparam("user_id")))
_BUSINESS = Prepared(select(Worker.business_id).where(Worker.id == bindparam("worker_id")))


def resource_of_worker(worker_id: int) -> int:
    """The calendar of a worker."""
    (worker,) = _BUSINESS.rows(connection(), {"worker_id": worker_id})
    return _find_or_make(
        _OF_WORKER, "worker", business_id=worker.business_id, worker_id=worker_id, user_id=None
    )


def resource_of_customer(user_id: int) -> int:
    """The calendar of a customer, in which two of their own visits cannot overlap."""
    return _find_or_make(
        _OF_CUSTOMER, "customer", business_id=None, worker_id=None, user_id=user_id
    )


def _find_or_make(find: Prepared, kind: str, **whose: int | None) -> int:
    """Of rivals the unique key lets one make it, and the other's request is run again.

    To leave a row as it is that somebody else makes just then would lock the gap beside it: rivals
    who both do that, and then insert, wait for each other (seen on MariaDB).
    """
    here = connection()
    found = find.first(here, whose)
    if found is not None:
        return int(found.id)
    made = {"kind": kind, "units": 1, "is_active": True, "calendar_version": 0, **whose}
    return _INSERT.insert(here, made)
