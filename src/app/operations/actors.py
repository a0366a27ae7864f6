"""Who acts: the plain value that every operation takes last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The kinds of principal that a route may admit."""

    NOBODY = "nobody"
    CUSTOMER = "customer"
    WORKER = "worker"
    REVOKED_DEVICE = "revoked_device"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal as proved for one request.

    A customer has `user_id` and `family_id` (its sign-in), an admin `user_id` and
    `session_id`, a worker acts through a device and has `device_id` (and `worker_id` where the
    device is bound to a person). `label` is what the ledger calls it, now and when the account
    is gone: no contact data. A business owner is a CUSTOMER whose `is_owner` is true.
    """

    role: Role
    user_id: int | None = None
    family_id: int | None = None
    session_id: int | None = None
    device_id: int | None = None
    worker_id: int | None = None
    label: str = ""
    is_owner: bool = False
    is_supervisor: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SYSTEM)


def account_label(role: str, user_id: int, username: str | None) -> str:
    """What the ledger calls an account: a user name that is no address, else role and id."""
    return username if username and "@" not in username else f"{role} {user_id}"


NOBODY = Actor(Role.NOBODY)
SYSTEM = Actor(Role.SYSTEM)
