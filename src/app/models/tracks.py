"""The tracking table: what devices saw and what people decided about it, append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import DIGEST, KEY, PROSE, Base, Key, exact, text
from app.models.ledger import Recorded


class Track(Recorded, Base):
    """One event of an order's life; never deleted, and updated by its seal alone (scans.md 8).

    `kind`: scan | command (a status set by its customer or an admin) | void | apply | dismiss;
    the last three name the scan they judge in `target_event_id`, each at most once. An apply
    repeats its target's action and times, so that the fold reads it in the target's place.
    `verdict` is JSON: what the device was told and no column says. Raw label texts are not
    kept; `code_digest` is their SHA-256. `license` is what a scan that could start licensed work
    proves (support/licensing.py). Positions are integers of 1e-6 degrees. The row of a
    scan is its own ledger record; what people decide has one in audit_events besides. The
    e-mail address, the position and the note are erasable (ledger.md 1).
    """

    __tablename__ = "tracks"
    __table_args__ = (
        UniqueConstraint("event_id"),
        UniqueConstraint("target_event_id", "kind"),
        Index("ix_tracks_order_id_id", "order_id", "id"),
        Index("ix_tracks_worker_id_received_at_id", "worker_id", "received_at", "id"),
        Index("ix_tracks_device_id_id", "device_id", "id"),
        Index("ix_tracks_action_received_at_id", "action", "received_at", "id"),
        Index("ix_tracks_result_received_at_id", "result", "received_at", "id"),
        Index("ix_tracks_received_at_id", "received_at", "id"),
    )

    id: Mapped[Key]
    event_id: Mapped[str] = mapped_column(exact(36))
    kind: Mapped[str] = mapped_column(exact(8))
    target_event_id: Mapped[str | None] = mapped_column(exact(36))
    order_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("orders.id"))
    order_version: Mapped[int | None]
    order_email: Mapped[str | None] = mapped_column(exact(255))
    worker_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("workers.id"))
    device_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("devices.id"))
    user_id: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"))
    code_digest: Mapped[bytes | None] = mapped_column(DIGEST)
    content_digest: Mapped[bytes] = mapped_column(DIGEST)
    source: Mapped[str | None] = mapped_column(exact(16))
    action: Mapped[str] = mapped_column(exact(16))
    occurred_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    received_at: Mapped[datetime]
    clock: Mapped[str] = mapped_column(exact(16))
    offset_ms: Mapped[int | None] = mapped_column(KEY)
    seq: Mapped[int | None] = mapped_column(KEY)
    location: Mapped[str | None] = mapped_column(text(255))
    lat_e6: Mapped[int | None]
    lon_e6: Mapped[int | None]
    piece: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(PROSE)
    forced: Mapped[bool] = mapped_column(default=False)
    force_reason: Mapped[str | None] = mapped_column(text(255))
    result: Mapped[str] = mapped_column(exact(8))
    reasons: Mapped[str] = mapped_column(exact(255), default="")
    verdict: Mapped[str] = mapped_column(PROSE)
    license: Mapped[str | None] = mapped_column(PROSE)
