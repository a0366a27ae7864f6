"""Accepting a one-time code: each once, whichever process is asked first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.database import db
from app.extensions import signing_keys
from app.models import RecoveryCode, SecondFactor, User
from app.operations.auth.principals import as_actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support import one_time_codes
from app.support.tokens import new_enrol_code, normal_enrol_code

RECOVERY_CODES = 10


def lock_secret(secret: str, user_id: int) -> str:
    """A generator's secret as the database may hold it: of no use without the server's keys."""
    return signing_keys.ring.lock(secret, _purpose(user_id))


def open_secret(factor: SecondFactor) -> str:
    """The secret of an account's generator."""
    return signing_keys.ring.unlock(factor.secret, _purpose(factor.user_id))


def accept_code(user: User, text: str, *, at: datetime) -> bool:
    """Whether this is a code that the account's second factor gives now; it is then used up.

    A code of the generator counts for its own half minute and the neighbours, once: the last
    accepted step only grows, by a conditional UPDATE. A recovery code counts once, and its use
    is recorded.
    """
    if (code := one_time_codes.read_code(text)) is not None:
        return _accept_generated(user.id, code, at=at)
    return _accept_recovery(user, text, at=at)


def make_recovery_codes(user_id: int, *, at: datetime) -> list[str]:
    """Codes for the day when the generator is lost; those that were made before die."""
    db.session.connection().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [new_enrol_code() for _ in range(RECOVERY_CODES)]
    current = signing_keys.ring.current
    db.session.add_all(
        RecoveryCode(
            user_id=user_id, digest=current.mac(_recovery_message(user_id, code)), created_at=at
        )
        for code in codes
    )
    return codes


def count_recovery_codes(user_id: int) -> int:
    """How many recovery codes are left."""
    left = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(left) or 0


def _accept_generated(user_id: int, code: str, *, at: datetime) -> bool:
    factor = db.session.get(SecondFactor, user_id, populate_existing=True)
    if factor is None or factor.enabled_at is None:
        return False
    step = one_time_codes.step_of(open_secret(factor), code, at)
    if step is None:
        return False
    newer = (
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return db.session.connection().execute(newer).rowcount == 1


def _accept_recovery(user: User, text: str, *, at: datetime) -> bool:
    try:
        code = normal_enrol_code(text)
    except ValueError:
        return False
    message = _recovery_message(user.id, code)
    digests = [key.mac(message) for key in signing_keys.ring.by_id.values()]
    use = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest.in_(digests),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    if db.session.connection().execute(use).rowcount == 0:
        return False
    left = count_recovery_codes(user.id)
    record(actions.RECOVERY_CODE_USED, user, actor=as_actor(user), left=left)
    return True


def _recovery_message(user_id: int, code: str) -> bytes:
    return f"recovery-code-v1\0{user_id}\0{code}".encode()


def _purpose(user_id: int) -> str:
    return f"second factor of {user_id}"
