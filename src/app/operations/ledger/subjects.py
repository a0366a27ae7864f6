"""What a record says of each kind of resource: which columns by value, which by name alone.

A column that is in none of the lists is not told: counters, digests, what is derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.models import Base, Device, Order, Service, Track, User, Worker


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of resource: the ledger's word, and its columns by how much a record may tell.

    `shown` columns stand with their values in `data`; `personal` ones with their names there and
    their values in the erasable part; of `secret` ones nothing but the name is ever told.
    `account` is the column with the account that the resource is or belongs to.
    """

    word: str
    shown: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    account: str | None = None

    @property
    def told(self) -> frozenset[str]:
        """Every column whose change a record mentions."""
        return self.shown | self.personal | self.secret


SUBJECTS: dict[type[Base], Subject] = {
    User: Subject(
        "user",
        shown=frozenset({"role", "is_active", "verified_at", "must_change_password"}),
        personal=frozenset({"name", "username", "email", "phone"}),
        secret=frozenset({"password_hash"}),
        account="id",
    ),
    Worker: Subject(
        "worker",
        shown=frozenset({"is_active"}),
        personal=frozenset({"name", "email"}),
        secret=frozenset({"password_hash"}),
    ),
    Device: Subject(
        "device",
        shown=frozenset({"station", "profile", "origin", "default_action", "worker_id"}),
        personal=frozenset({"name"}),
    ),
    Service: Subject(
        "service",
        shown=frozenset({"name", "price", "duration_minutes", "status", "category"}),
    ),
    Order: Subject(
        "order",
        shown=frozenset(
            {
                "order_number",
                "channel",
                "customer_id",
                "service_id",
                "service_name",
                "total_cost",
                "pickup_date",
                "piece_count",
                "status",
                "deleted_at",
            }
        ),
        personal=frozenset({"name", "email", "phone", "instructions"}),
        secret=frozenset({"label_code"}),
        account="customer_id",
    ),
    Track: Subject("scan"),
}
RESOURCE_TYPES = tuple(subject.word for subject in SUBJECTS.values())


def subject_of(row: Any) -> Subject:
    """How the ledger speaks of a row."""
    return SUBJECTS[type(row)]
