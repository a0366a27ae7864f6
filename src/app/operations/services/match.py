"""Which services a client means: ids and names become what is on offer now."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.database import connection
from app.database.prepared import Prepared
from app.errors import Invalid
from app.models import HOUSE, Service

MOST_NAMES = 20

_active = (
    select(Service.id, Service.name, Service.price)
    .where(Service.status == "active", Service.business_id == HOUSE)
    .order_by(Service.id)
)
_ACTIVE = Prepared(_active)
_BY_ID = Prepared(_active.where(Service.id.in_(bindparam("ids", expanding=True))))


class Offer(NamedTuple):
    """A service that can be ordered now."""

    id: int
    name: str
    price: Decimal


def match_services(wanted: Sequence[int | str]) -> list[Offer]:
    """The active services of the house that are meant, in the order wanted; one statement.

    An integer is an id. A text is a name, matched exactly, then case-insensitively where that
    names one service alone; failing both, it is read as up to 20 names joined with commas, which
    is how an order of several services is shown (contract.md 4). Raises Invalid for anything that is
    not on offer.
    """
    ids = [one for one in wanted if isinstance(one, int)]
    if len(ids) == len(wanted):
        rows = _BY_ID.rows(connection(), {"ids": ids})
    else:
        rows = _ACTIVE.rows(connection(), {})
    offers = [Offer(*row) for row in rows]
    found = [service for one in wanted for service in _match(one, offers)]
    if not found:
        raise _not_on_offer()
    return found


def _match(one: int | str, offers: Sequence[Offer]) -> list[Offer]:
    if isinstance(one, int):
        alike = [service for service in offers if service.id == one]
    else:
        alike = [service for service in offers if service.name == one] or [
            service for service in offers if service.name.casefold() == one.casefold()
        ]
    if len(alike) == 1:
        return alike
    if isinstance(one, str) and 0 < one.count(",") < MOST_NAMES:
        return [service for part in one.split(",") for service in _match(part.strip(), offers)]
    raise _not_on_offer()


def _not_on_offer() -> Invalid:
    problem = "Invalid service"
    return Invalid(problem, details={"service_id": [problem]})
