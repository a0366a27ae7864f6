"""The ledger: one provable record of every change, and the seals that chain the records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BINARY

from app.models.base import DIGEST, KEY, PROSE, Base, Key, exact, text

SALT = LargeBinary(16).with_variant(BINARY(16), "mysql")
SIGNATURE = LargeBinary(64).with_variant(BINARY(64), "mysql")

LEDGER_TABLES = frozenset({"tracks", "audit_events", "audit_seals"})
"""An INSERT into one of these is the record of what its transaction changed."""


class Recorded:
    """What makes a row provable (ledger.md 1).

    `mac` covers every other column but the id, the seal, and the erasable ones with their `salt`,
    for which `pii_hash` stands; a row whose pii was lawfully erased has a hash and no salt.
    """

    mac: Mapped[bytes] = mapped_column(DIGEST)
    key_id: Mapped[str] = mapped_column(exact(16))
    seal_id: Mapped[int | None] = mapped_column(KEY, index=True)
    salt: Mapped[bytes | None] = mapped_column(SALT)
    pii_hash: Mapped[bytes | None] = mapped_column(DIGEST)


class AuditEvent(Recorded, Base):
    """One change, or one refusal, that is not a scan: who, what, of which resource, from where.

    `seq` is the resource's version after the change. `data` is canonical JSON without secrets and
    contact data; `ip_address`, `user_agent` and `pii` (JSON) are erasable. An actor is an account
    (`user_id`) or a device (`device_id`); `subject_user_id` is the account that the resource is or
    belongs to. Equal refusals of one minute are one row with a `count`, by `refusal_key`; one
    address has at most 100 `slot`s a minute.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("resource_type", "resource_id", "seq"),
        UniqueConstraint("refusal_key"),
        UniqueConstraint("address_key", "slot"),
        Index("ix_audit_events_at_id", "at", "id"),
        Index("ix_audit_events_user_id_at_id", "user_id", "at", "id"),
        Index("ix_audit_events_subject_user_id_at_id", "subject_user_id", "at", "id"),
        Index("ix_audit_events_action_at_id", "action", "at", "id"),
        Index("ix_audit_events_ip_address_at_id", "ip_address", "at", "id"),
        Index("ix_audit_events_resource_at_id", "resource_type", "resource_id", "at", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(KEY)
    device_id: Mapped[int | None] = mapped_column(KEY)
    actor_role: Mapped[str] = mapped_column(exact(16))
    actor_label: Mapped[str] = mapped_column(text(128))
    action: Mapped[str] = mapped_column(exact(32))
    resource_type: Mapped[str | None] = mapped_column(exact(32))
    resource_id: Mapped[int | None] = mapped_column(KEY)
    subject_user_id: Mapped[int | None] = mapped_column(KEY)
    seq: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(exact(16))
    status_code: Mapped[int | None]
    method: Mapped[str | None] = mapped_column(exact(16))
    route: Mapped[str | None] = mapped_column(exact(255))
    request_id: Mapped[str | None] = mapped_column(exact(64))
    data: Mapped[str] = mapped_column(PROSE)
    ip_address: Mapped[str | None] = mapped_column(exact(45))
    user_agent: Mapped[str | None] = mapped_column(text(255))
    pii: Mapped[str | None] = mapped_column(PROSE)
    count: Mapped[int] = mapped_column(default=1)
    refusal_key: Mapped[bytes | None] = mapped_column(DIGEST)
    address_key: Mapped[bytes | None] = mapped_column(DIGEST)
    slot: Mapped[int | None]


class AuditSeal(Base):
    """A signed link of the chain over batches of ledger rows (ledger.md 2).

    `id` is the previous one's plus 1: of two sealers at once the primary key lets one pass.
    `root` is SHA-256 over the rows' (table, id, mac); `hash` over the seal and its predecessor.
    """

    __tablename__ = "audit_seals"

    id: Mapped[int] = mapped_column(KEY, primary_key=True, autoincrement=False)
    prev_hash: Mapped[bytes] = mapped_column(DIGEST)
    count: Mapped[int]
    root: Mapped[bytes] = mapped_column(DIGEST)
    sealed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(exact(16))
    hash: Mapped[bytes] = mapped_column(DIGEST)
    signature: Mapped[bytes] = mapped_column(SIGNATURE)
