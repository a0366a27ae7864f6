"""What the business offers, at a price."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, Money, Timestamps, exact, text


class Service(Timestamps, Base):
    """One offer; `status` is active or inactive, `duration_minutes` may be unknown.

    The id of a deleted one is never given again: the ledger knows it.
    """

    __tablename__ = "services"
    __table_args__ = (UniqueConstraint("name"), {"sqlite_autoincrement": True})

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(exact(128))
    price: Mapped[Money]
    duration_minutes: Mapped[int | None]
    status: Mapped[str] = mapped_column(exact(16), default="active")
    category: Mapped[str | None] = mapped_column(text(64))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
