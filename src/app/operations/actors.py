"""Who acts: the plain value that every operation takes last."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_DIGITS_OF_A_PHONE = 6


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
    device is bound to a person) and `business_id`, whose orders it sees. `label` is what the
    ledger calls it, now and when the account is gone: no contact data. A business owner is a
    CUSTOMER whose `is_owner` is true; `is_verified` says whether the e-mail address is theirs. One
    whose `must_change_password` is true signed in with a temporary password, and may do nothing
    but replace it.
    """

    role: Role
    user_id: int | None = None
    family_id: int | None = None
    session_id: int | None = None
    device_id: int | None = None
    worker_id: int | None = None
    business_id: int | None = None
    label: str = ""
    is_owner: bool = False
    is_supervisor: bool = False
    must_change_password: bool = False
    is_verified: bool = True

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SYSTEM)


def account_label(role: str, user_id: int, username: str | None) -> str:
    """What the ledger calls an account: a user name that is no contact, else role and id."""
    return username if username and not _is_contact(username) else f"{role} {user_id}"


def device_actor(
    device_id: int,
    *,
    name: str,
    origin: str,
    worker_id: int | None,
    business_id: int | None = None,
    is_revoked: bool = False,
    is_supervisor: bool = False,
) -> Actor:
    """A device as the one who acts; that of a worker's own login bears the worker's number."""
    if origin == "login":
        label = f"worker {worker_id}"
    else:
        label = f"device {device_id}" if _is_contact(name) else name
    return Actor(
        Role.REVOKED_DEVICE if is_revoked else Role.WORKER,
        device_id=device_id,
        worker_id=worker_id,
        business_id=business_id,
        label=label,
        is_supervisor=is_supervisor,
    )


def _is_contact(text: str) -> bool:
    """Whether a name may be an e-mail address or a phone number."""
    return "@" in text or sum(letter.isdecimal() for letter in text) >= _DIGITS_OF_A_PHONE


NOBODY = Actor(Role.NOBODY)
SYSTEM = Actor(Role.SYSTEM)
