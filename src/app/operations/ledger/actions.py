"""The registry of what can be recorded: a word that is not here does not exist (ledger.md 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ACTIONS: dict[str, Action] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """A word of the ledger; `data_keys` are all that its records may say beyond the changes.

    `is_security` puts its records among the security events; `outcome` is success, refused or
    error.
    """

    word: str
    group: str
    data_keys: frozenset[str]
    is_security: bool
    outcome: str


def _action(
    word: str,
    group: str,
    data_keys: Sequence[str] = (),
    *,
    is_security: bool = False,
    outcome: str = "success",
) -> Action:
    action = Action(word, group, frozenset(data_keys), is_security, outcome)
    ACTIONS[word] = action
    return action


_CODE = ["error_code"]

LOGIN = _action("LOGIN", "auth", ["device_id", "session_id", "ended_session_id"])
LOGIN_FAILED = _action("LOGIN_FAILED", "auth", _CODE, is_security=True, outcome="refused")
LOGOUT = _action("LOGOUT", "auth")
TOKEN_REFRESHED = _action("TOKEN_REFRESHED", "auth")
TOKEN_REUSED = _action("TOKEN_REUSED", "auth", _CODE, is_security=True, outcome="refused")
PASSWORD_CHANGE = _action("PASSWORD_CHANGE", "auth", is_security=True)
PASSWORD_RESET = _action("PASSWORD_RESET", "auth", is_security=True)
TWO_FACTOR_ASKED = _action("TWO_FACTOR_ASKED", "auth")
TWO_FACTOR_STARTED = _action("TWO_FACTOR_STARTED", "auth", is_security=True)
TWO_FACTOR_ENABLED = _action("TWO_FACTOR_ENABLED", "auth", is_security=True)
TWO_FACTOR_DISABLED = _action("TWO_FACTOR_DISABLED", "auth", is_security=True)
RECOVERY_CODES_MADE = _action("RECOVERY_CODES_MADE", "auth", is_security=True)
RECOVERY_CODE_USED = _action("RECOVERY_CODE_USED", "auth", ["left"], is_security=True)
SESSION_REVOKED = _action("SESSION_REVOKED", "auth", ["session_id", "count"], is_security=True)

RATE_LIMITED = _action("RATE_LIMITED", "refusals", _CODE, is_security=True, outcome="refused")
ACCESS_DENIED = _action("ACCESS_DENIED", "refusals", _CODE, is_security=True, outcome="refused")
SERVER_ERROR = _action("SERVER_ERROR", "refusals", [*_CODE, "kind"], outcome="error")

USER_CREATED = _action("USER_CREATED", "users")
USER_UPDATED = _action("USER_UPDATED", "users")
USER_DEACTIVATED = _action("USER_DEACTIVATED", "users", is_security=True)
USER_ROLE_CHANGED = _action("USER_ROLE_CHANGED", "users", is_security=True)

WORKER_CREATED = _action("WORKER_CREATED", "workers", ["device_id"])
WORKER_UPDATED = _action("WORKER_UPDATED", "workers", ["devices_revoked"])
WORKER_DEACTIVATED = _action("WORKER_DEACTIVATED", "workers", ["devices_revoked"], is_security=True)

DEVICE_CREATED = _action("DEVICE_CREATED", "devices")
DEVICE_UPDATED = _action("DEVICE_UPDATED", "devices")
DEVICE_CODE_RENEWED = _action("DEVICE_CODE_RENEWED", "devices")
DEVICE_ENROLLED = _action("DEVICE_ENROLLED", "devices")
DEVICE_ROLLED = _action("DEVICE_ROLLED", "devices")
DEVICE_REVOKED = _action("DEVICE_REVOKED", "devices", is_security=True)

SERVICE_CREATED = _action("SERVICE_CREATED", "services")
SERVICE_UPDATED = _action("SERVICE_UPDATED", "services")
SERVICE_RETIRED = _action("SERVICE_RETIRED", "services", ["deleted"])

ORDER_CREATED = _action("ORDER_CREATED", "orders", ["services"])
ORDER_UPDATED = _action("ORDER_UPDATED", "orders", ["event_id", "services"])
ORDER_CANCELLED = _action("ORDER_CANCELLED", "orders", ["event_id"])
ORDER_FORCED = _action("ORDER_FORCED", "orders", ["event_id"], is_security=True)
ORDER_DELETED = _action("ORDER_DELETED", "orders", ["event_id"])
LABEL_ROTATED = _action("LABEL_ROTATED", "orders")

SCAN_VOIDED = _action("SCAN_VOIDED", "scans", ["event_id", "target_event_id"])
SCAN_APPLIED = _action("SCAN_APPLIED", "scans", ["event_id", "target_event_id"])
SCAN_DISMISSED = _action("SCAN_DISMISSED", "scans", ["event_id", "target_event_id"])

SETTINGS_CHANGED = _action("SETTINGS_CHANGED", "system", ["setting"], is_security=True)
DATA_EXPORT = _action(
    "DATA_EXPORT", "system", ["what", "filters", "count", "is_cut"], is_security=True
)
BULK_OPERATION = _action("BULK_OPERATION", "system", ["what", "count"])
LEDGER_VERIFIED = _action("LEDGER_VERIFIED", "system", ["rows", "seals", "findings"])
PII_ERASED = _action("PII_ERASED", "system", ["before", "tracks", "events"], is_security=True)
BACKUP_RESTORED = _action("BACKUP_RESTORED", "system", ["backup"], is_security=True)
