"""What is taken when: the tables in which two appointments cannot overlap (booking.md 1, 2)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import KEY, Base, Key, exact, text


class Resource(Base):
    """What an appointment takes time of: a worker, a customer, a room or a chair of a business.

    `units` is how many appointments it can hold at once, each in a lane of its own.
    `calendar_version` counts the changes of its calendar; raising it is the lock of that calendar.
    """

    __tablename__ = "resources"
    __table_args__ = (UniqueConstraint("worker_id"), UniqueConstraint("user_id"))

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(exact(8))
    business_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("businesses.id"), index=True)
    worker_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"))
    user_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"))
    name: Mapped[str | None] = mapped_column(text(128))
    units: Mapped[int] = mapped_column(default=1)
    is_active: Mapped[bool] = mapped_column(default=True)
    calendar_version: Mapped[int] = mapped_column(KEY, default=0)


class ServiceResource(Base):
    """A room or chair of which a service takes one unit."""

    __tablename__ = "service_resources"

    service_id: Mapped[int] = mapped_column(KEY, ForeignKey("services.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(
        KEY, ForeignKey("resources.id"), primary_key=True, index=True
    )


class Claim(Base):
    """Five minutes of one lane of one resource, taken: its primary key lets nobody else have them.

    `bucket` is the epoch minute // 5 in UTC. Written by operations/calendars/claims.py alone, and
    never read for a calendar: that is what segments are for. Lanes from 100 on hold what an owner
    squeezed in.
    """

    __tablename__ = "claims"

    resource_id: Mapped[int] = mapped_column(KEY, ForeignKey("resources.id"), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lane: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(KEY, ForeignKey("orders.id"), index=True)


class Segment(Base):
    """A stretch of one lane that an active appointment takes, in epoch minutes, buffers included.

    The long index holds all that a look at calendars reads of them.
    """

    __tablename__ = "segments"
    __table_args__ = (
        Index(
            "ix_segments_resource_id_busy_start_busy_end_lane_order_id",
            *("resource_id", "busy_start", "busy_end", "lane", "order_id"),
        ),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(KEY, ForeignKey("orders.id"), index=True)
    resource_id: Mapped[int] = mapped_column(KEY, ForeignKey("resources.id"))
    lane: Mapped[int]
    busy_start: Mapped[int]
    busy_end: Mapped[int]
