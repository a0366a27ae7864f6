"""What the business offers, at a price."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import KEY, PROSE, Base, Key, Money, Timestamps, exact, text
from app.models.businesses import HOUSE
from app.models.search_keys import Named


class Service(Named, Timestamps, Base):
    """One offer of a business; `status` is active or inactive, `duration_minutes` may be unknown.

    Who performs it holds a license of type `required_license` and of `required_level` or higher, or
    of a type that covers it; without one anybody may (licenses.md). What can be booked has a
    duration; that and the buffers around a visit are multiples of 5.
    The id of a deleted one is never given again: the ledger knows it.
    """

    __tablename__ = "services"
    __table_args__ = (UniqueConstraint("business_id", "name"), {"sqlite_autoincrement": True})

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("businesses.id"), default=HOUSE, server_default=str(HOUSE)
    )
    name: Mapped[str] = mapped_column(exact(128))
    price: Mapped[Money]
    description: Mapped[str | None] = mapped_column(PROSE)
    duration_minutes: Mapped[int | None]
    buffer_before_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    buffer_after_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    status: Mapped[str] = mapped_column(exact(16), default="active")
    category: Mapped[str | None] = mapped_column(text(64))
    required_license: Mapped[str | None] = mapped_column(
        exact(32), ForeignKey("license_types.code"), index=True
    )
    required_level: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
