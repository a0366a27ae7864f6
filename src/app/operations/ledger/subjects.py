"""What a record says of each kind of resource: which columns by value, which by name alone.

A column that is in none of the lists is not told: counters, digests, what is derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.models import (
    Base,
    Business,
    Device,
    License,
    LicenseType,
    Order,
    Resource,
    Review,
    Service,
    Track,
    User,
    WebhookSubscription,
    Worker,
)


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
        shown=frozenset(
            {
                "role",
                "is_active",
                "verified_at",
                "must_change_password",
                "password_expires_at",
                "locale",
                "timezone",
                "channels",
                "closed_at",
            }
        ),
        personal=frozenset({"name", "username", "email", "phone", "login_phone"}),
        secret=frozenset({"password_hash"}),
        account="id",
    ),
    Worker: Subject(
        "worker",
        shown=frozenset({"business_id", "user_id", "is_manager", "is_implicit", "is_active"}),
        personal=frozenset({"name", "email", "specialization", "bio"}),
        secret=frozenset({"password_hash"}),
        account="user_id",
    ),
    Device: Subject(
        "device",
        shown=frozenset({"station", "profile", "origin", "default_action", "worker_id"}),
        personal=frozenset({"name"}),
    ),
    Service: Subject(
        "service",
        shown=frozenset(
            {
                "business_id",
                "name",
                "price",
                "duration_minutes",
                "buffer_before_minutes",
                "buffer_after_minutes",
                "status",
                "category",
                "required_license",
                "required_level",
            }
        ),
        secret=frozenset({"description"}),
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
                "business_id",
                "worker_id",
                "starts_at",
                "ends_at",
                "local_start",
                "timezone",
                "currency",
                "hold_expires_at",
                "sequence",
                "cancelled_by",
            }
        ),
        personal=frozenset({"name", "email", "phone", "instructions", "cancel_reason"}),
        secret=frozenset({"label_code"}),
        account="customer_id",
    ),
    Track: Subject("scan"),
    Business: Subject(
        "business",
        shown=frozenset(
            {
                "owner_id",
                "slug",
                "category",
                "city",
                "country",
                "lat_e6",
                "lon_e6",
                "timezone",
                "currency",
                "status",
                "reviewed_by",
                "reviewed_at",
                "changed_at",
                "deleted_at",
                "slot_step_minutes",
                "lead_minutes",
                "horizon_days",
                "cancel_cutoff_minutes",
                "auto_confirm",
            }
        ),
        personal=frozenset(
            {
                *("name", "sender_name", "email", "phone"),
                *("website", "address", "postal_code", "reason"),
            }
        ),
        secret=frozenset({"description"}),
        account="owner_id",
    ),
    Resource: Subject(
        "resource",
        shown=frozenset({"kind", "business_id", "worker_id", "user_id", "units", "is_active"}),
        personal=frozenset({"name"}),
    ),
    Review: Subject(
        "review",
        shown=frozenset(
            {"order_id", "business_id", "user_id", "rating", "replied_at", "hidden_at"}
        ),
        personal=frozenset({"comment", "reply", "hidden_reason"}),
        account="user_id",
    ),
    LicenseType: Subject(
        "license_type",
        shown=frozenset({"code", "title", "max_level", "validity_months", "covers", "is_active"}),
    ),
    License: Subject(
        "license",
        shown=frozenset(
            {
                *("code", "worker_id", "type_code", "level", "issued_at", "issued_by"),
                *("expires_at", "revoked_at", "live", "requested_level", "requested_at"),
                "token_serial",
            }
        ),
        personal=frozenset({"revoke_reason", "request_reason"}),
    ),
    WebhookSubscription: Subject(
        "webhook",
        shown=frozenset({"business_id", "user_id", "events", "status", "deleted_at"}),
        secret=frozenset({"url", "nonce"}),
    ),
}
RESOURCE_TYPES = tuple(subject.word for subject in SUBJECTS.values())


def default_of(model: type[Base], name: str) -> Any:
    """What a column had in rows that are older than it, and has where nothing was said: no change."""
    column = model.__table__.columns[name]
    default = None if column.server_default is None else column.default
    return default.arg if default is not None and default.is_scalar else None


def subject_of(row: Any) -> Subject:
    """How the ledger speaks of a row."""
    return SUBJECTS[type(row)]
