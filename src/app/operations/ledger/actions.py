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
PASSWORD_RESET_ASKED = _action("PASSWORD_RESET_ASKED", "auth")
VERIFICATION_SENT = _action("VERIFICATION_SENT", "auth")
EMAIL_VERIFIED = _action("EMAIL_VERIFIED", "auth", is_security=True)
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

ACCOUNT_CLOSED = _action("ACCOUNT_CLOSED", "users", ["orders"], is_security=True)

WORKER_CREATED = _action("WORKER_CREATED", "workers", ["device_id"])
WORKER_UPDATED = _action("WORKER_UPDATED", "workers", ["devices_revoked"])
WORKER_DEACTIVATED = _action("WORKER_DEACTIVATED", "workers", ["devices_revoked"], is_security=True)
WORKER_INVITED = _action("WORKER_INVITED", "workers", is_security=True)
WORKER_JOINED = _action("WORKER_JOINED", "workers", is_security=True)

DEVICE_CREATED = _action("DEVICE_CREATED", "devices")
DEVICE_UPDATED = _action("DEVICE_UPDATED", "devices")
DEVICE_CODE_RENEWED = _action("DEVICE_CODE_RENEWED", "devices")
DEVICE_ENROLLED = _action("DEVICE_ENROLLED", "devices")
DEVICE_ROLLED = _action("DEVICE_ROLLED", "devices")
DEVICE_REVOKED = _action("DEVICE_REVOKED", "devices", is_security=True)

SERVICE_CREATED = _action("SERVICE_CREATED", "services", ["resources"])
SERVICE_UPDATED = _action("SERVICE_UPDATED", "services", ["resources"])
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

BUSINESS_CREATED = _action("BUSINESS_CREATED", "businesses")
BUSINESS_UPDATED = _action("BUSINESS_UPDATED", "businesses")
BUSINESS_APPROVED = _action("BUSINESS_APPROVED", "businesses")
BUSINESS_REJECTED = _action("BUSINESS_REJECTED", "businesses")
BUSINESS_SUSPENDED = _action("BUSINESS_SUSPENDED", "businesses", is_security=True)
BUSINESS_DELETED = _action("BUSINESS_DELETED", "businesses")
MESSAGES_CHANGED = _action("MESSAGES_CHANGED", "businesses", ["events"])
MAIL_STOPPED = _action("MAIL_STOPPED", "businesses")
HOURS_CHANGED = _action("HOURS_CHANGED", "businesses", ["worker_id", "rows"])
TIME_OFF_ADDED = _action(
    "TIME_OFF_ADDED", "businesses", ["time_off_id", "worker_id", "starts_at", "ends_at", "hits"]
)
TIME_OFF_REMOVED = _action("TIME_OFF_REMOVED", "businesses", ["time_off_id", "worker_id"])
RESOURCE_CREATED = _action("RESOURCE_CREATED", "businesses")
RESOURCE_UPDATED = _action("RESOURCE_UPDATED", "businesses")
ABILITIES_CHANGED = _action("ABILITIES_CHANGED", "businesses", ["services", "resources"])
FEED_CREATED = _action("FEED_CREATED", "businesses", ["feed_id", "worker_id"], is_security=True)
FEED_REVOKED = _action("FEED_REVOKED", "businesses", ["feed_id", "worker_id"], is_security=True)
FAVORITE_ADDED = _action("FAVORITE_ADDED", "businesses", ["business_id"])
FAVORITE_REMOVED = _action("FAVORITE_REMOVED", "businesses", ["business_id"])

APPOINTMENT_HELD = _action("APPOINTMENT_HELD", "appointments", ["services"])
APPOINTMENT_BOOKED = _action("APPOINTMENT_BOOKED", "appointments", ["services", "event_id", "lane"])
APPOINTMENT_CONFIRMED = _action("APPOINTMENT_CONFIRMED", "appointments", ["event_id"])
APPOINTMENT_RESCHEDULED = _action("APPOINTMENT_RESCHEDULED", "appointments", ["lane"])
APPOINTMENT_EXPIRED = _action("APPOINTMENT_EXPIRED", "appointments", ["event_id"])
APPOINTMENT_NO_SHOW = _action("APPOINTMENT_NO_SHOW", "appointments", ["event_id"])

REVIEW_CREATED = _action("REVIEW_CREATED", "reviews")
REVIEW_REPLIED = _action("REVIEW_REPLIED", "reviews")
REVIEW_HIDDEN = _action("REVIEW_HIDDEN", "reviews")
REVIEW_SHOWN = _action("REVIEW_SHOWN", "reviews")

WEBHOOK_CREATED = _action("WEBHOOK_CREATED", "webhooks", is_security=True)
WEBHOOK_UPDATED = _action("WEBHOOK_UPDATED", "webhooks", is_security=True)
WEBHOOK_DELETED = _action("WEBHOOK_DELETED", "webhooks", is_security=True)
WEBHOOK_SECRET_ROTATED = _action("WEBHOOK_SECRET_ROTATED", "webhooks", is_security=True)
WEBHOOK_ENDED = _action("WEBHOOK_ENDED", "webhooks")
WEBHOOK_TESTED = _action("WEBHOOK_TESTED", "webhooks")
WEBHOOK_REPLAYED = _action("WEBHOOK_REPLAYED", "webhooks", ["delivery_id"])

LICENSE_TYPE_CREATED = _action("LICENSE_TYPE_CREATED", "licenses")
LICENSE_TYPE_UPDATED = _action("LICENSE_TYPE_UPDATED", "licenses")
_CLAIMS = ["claims"]
LICENSE_ISSUED = _action("LICENSE_ISSUED", "licenses", _CLAIMS, is_security=True)
LICENSE_CHANGED = _action("LICENSE_CHANGED", "licenses", [*_CLAIMS, "reason"], is_security=True)
LICENSE_RENEWED = _action("LICENSE_RENEWED", "licenses", _CLAIMS, is_security=True)
LICENSE_REQUESTED = _action("LICENSE_REQUESTED", "licenses", _CLAIMS)
LICENSE_APPROVED = _action("LICENSE_APPROVED", "licenses", _CLAIMS, is_security=True)
LICENSE_REJECTED = _action("LICENSE_REJECTED", "licenses", [*_CLAIMS, "reason"])
LICENSE_ROTATED = _action("LICENSE_ROTATED", "licenses", _CLAIMS, is_security=True)
LICENSE_REVOKED = _action("LICENSE_REVOKED", "licenses", _CLAIMS, is_security=True)

SETTINGS_CHANGED = _action("SETTINGS_CHANGED", "system", ["setting"], is_security=True)
DATA_EXPORT = _action(
    "DATA_EXPORT", "system", ["what", "filters", "count", "is_cut"], is_security=True
)
BULK_OPERATION = _action("BULK_OPERATION", "system", ["what", "count"])
LEDGER_VERIFIED = _action("LEDGER_VERIFIED", "system", ["rows", "seals", "findings"])
PII_ERASED = _action("PII_ERASED", "system", ["before", "tracks", "events"], is_security=True)
BACKUP_RESTORED = _action("BACKUP_RESTORED", "system", ["backup"], is_security=True)
