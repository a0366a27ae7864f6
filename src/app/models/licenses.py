"""Licenses: what a worker may do, at which level and until when; and the types of them there are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import KEY, Base, Key, Timestamps, exact, text


class LicenseType(Timestamps, Base):
    """A kind of license; services and licenses name it by its `code`.

    `covers` are codes of other types that this one includes, separated by blanks. Without
    `validity_months` its licenses do not expire. The id is what the ledger knows it by.
    """

    __tablename__ = "license_types"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(exact(32))
    title: Mapped[str] = mapped_column(text(128))
    max_level: Mapped[int]
    validity_months: Mapped[int | None]
    covers: Mapped[str] = mapped_column(exact(1024), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class License(Timestamps, Base):
    """What one worker was licensed to; `live` is 1, and NULL once it is revoked (licenses.md 1).

    So there is one live license for each worker and type, and any number of old ones. That it is
    expired is computed, never written. An upgrade that its holder asks for stands in the three
    columns of the request until it is decided. `token_serial` counts the cards: one of a lower
    serial is superseded. `version` is that of the ledger's newest record of it.
    """

    __tablename__ = "licenses"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("worker_id", "type_code", "live"),
        Index("ix_licenses_expires_at_id", "expires_at", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(exact(16))
    worker_id: Mapped[int] = mapped_column(KEY, ForeignKey("workers.id"))
    type_code: Mapped[str] = mapped_column(exact(32), ForeignKey("license_types.code"), index=True)
    level: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(KEY, ForeignKey("users.id"))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None] = mapped_column(text(500))
    live: Mapped[int | None] = mapped_column(default=1)
    requested_level: Mapped[int | None]
    requested_at: Mapped[datetime | None]
    request_reason: Mapped[str | None] = mapped_column(text(500))
    token_serial: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    kind: Mapped[LicenseType] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
