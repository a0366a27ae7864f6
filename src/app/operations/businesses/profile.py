"""What a business tells of itself, and by which rules it takes bookings."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypedDict

from app.models import Business

CATEGORIES: Final = (
    "hairdresser",
    "doctor",
    "beauty",
    "spa",
    "fitness",
    "laundry",
    "repair",
    "other",
)
STATUSES: Final = ("pending", "approved", "rejected", "suspended")

MATTERS: Final = ("name", "address", "city", "category")
"""What was approved: a reviewer wants to know when one of them is changed afterwards."""


class Change(NamedTuple):
    """Something that matters, as it was approved and as it is."""

    field: str
    was: str | None
    now: str | None


class Profile(TypedDict, total=False):
    """What its owner writes; what is absent stays. Positions are integers of 1e-6 degrees."""

    name: str
    category: str
    description: str | None
    email: str | None
    phone: str | None
    website: str | None
    address: str | None
    city: str | None
    postal_code: str | None
    country: str | None
    lat_e6: int | None
    lon_e6: int | None
    timezone: str
    currency: str
    slot_step_minutes: int
    lead_minutes: int
    horizon_days: int
    cancel_cutoff_minutes: int
    auto_confirm: bool


def write_profile(business: Business, profile: Profile) -> set[str]:
    """Write what is not as it was; the names of the columns that were changed."""
    values: dict[str, Any] = dict(profile)
    changed = {name for name, value in values.items() if value != getattr(business, name)}
    for name in changed:
        setattr(business, name, values[name])
    return changed


def keep_approved(business: Business) -> None:
    """Keep what matters as it is approved now, so that a later change can be shown beside it."""
    for name in MATTERS:
        setattr(business, f"approved_{name}", getattr(business, name))


def changes_of(business: Business) -> list[Change]:
    """What matters and is not as it was approved; none of one that was never approved."""
    if business.approved_name is None:
        return []
    pairs = [
        Change(name, getattr(business, f"approved_{name}"), getattr(business, name))
        for name in MATTERS
    ]
    return [one for one in pairs if one.was != one.now]
