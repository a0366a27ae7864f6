"""The second factor of an admin or an owner: switching it on and off, and what stands in when it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select

from app.database import db
from app.errors import (
    Conflict,
    Invalid,
    InvalidCode,
    NotFound,
    PermissionDenied,
)
from app.models import RecoveryCode, SecondFactor, User
from app.operations.actors import Actor
from app.operations.auth.accounts import get_account, prove_own_password
from app.operations.auth.codes import (
    accept_code,
    count_recovery_codes,
    lock_secret,
    make_recovery_codes,
    open_secret,
)
from app.operations.auth.pending import end_pending
from app.operations.auth.proving import goes_by, login_key
from app.operations.auth.rights import admins_only
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support import one_time_codes
from app.support.passwords import PasswordHasher

ENROLMENT_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    """What one sees of the own second factor; `secret` only while it is being set up."""

    enabled_at: datetime | None = None
    recovery_codes_left: int = 0
    secret: str | None = None
    address: str | None = None


def get_second_factor(*, at: datetime, actor: Actor) -> SecondFactorState:
    """How the actor's second factor stands."""
    user = get_account(actor=actor)
    factor = db.session.get(SecondFactor, user.id)
    if factor is None:
        return SecondFactorState()
    if factor.enabled_at is not None:
        return SecondFactorState(factor.enabled_at, count_recovery_codes(user.id))
    if not _is_fresh(factor, at):
        return SecondFactorState()
    secret = open_secret(factor)
    account = user.username or user.email or user.name
    address = one_time_codes.enrolment_address(secret, account=account)
    return SecondFactorState(secret=secret, address=address)


def start_second_factor(
    *, password: str, passwords: PasswordHasher, at: datetime, actor: Actor
) -> None:
    """Make a secret that the actor has a quarter of an hour to confirm.

    For admins and owners of businesses. Raises PermissionDenied for anybody else, WrongPassword,
    and Conflict while a second factor is on.
    """
    if not (actor.is_admin or actor.is_owner):
        raise PermissionDenied("Two-factor sign-in is for those who run a business.")
    user = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    factor = db.session.get(SecondFactor, user.id, populate_existing=True)
    if factor is None:
        factor = SecondFactor(user_id=user.id, last_step=0)
        db.session.add(factor)
    elif factor.enabled_at is not None:
        raise Conflict("Two-factor sign-in is on already. Switch it off first.")
    factor.secret = lock_secret(one_time_codes.new_secret(), user.id)
    factor.started_at = at
    record(actions.TWO_FACTOR_STARTED, user, actor=actor)


def enable_second_factor(*, code: str, at: datetime, actor: Actor) -> list[str]:
    """Switch the second factor on by a code that its app shows; gives the recovery codes, once.

    The actor's other sign-ins end: they were opened without it. Raises Invalid for a wrong code,
    Conflict when nothing waits to be confirmed.
    """
    user = _lock_account(actor)
    factor = db.session.get(SecondFactor, user.id, populate_existing=True)
    if factor is None or factor.enabled_at is not None or not _is_fresh(factor, at):
        raise Conflict("There is nothing to confirm any more. Start again.")
    digits = one_time_codes.read_code(code)
    step = digits and one_time_codes.step_of(open_secret(factor), digits, at)
    if not step:
        raise Invalid.field("code", "This is not the code that the app shows now.")
    factor.last_step = step
    factor.enabled_at = at
    codes = make_recovery_codes(user.id, at=at)
    end_sign_ins(user.id, but=actor.session_id, but_family=actor.family_id, at=at)
    record(actions.TWO_FACTOR_ENABLED, user, actor=actor)
    return codes


def renew_recovery_codes(
    *, password: str, code: str, passwords: PasswordHasher, at: datetime, actor: Actor
) -> list[str]:
    """Other recovery codes in the place of the old ones; raises WrongPassword, InvalidCode."""
    user = _prove_both(password, code, passwords=passwords, at=at, actor=actor)
    codes = make_recovery_codes(user.id, at=at)
    record(actions.RECOVERY_CODES_MADE, user, actor=actor)
    return codes


def disable_second_factor(
    *, password: str, code: str, passwords: PasswordHasher, at: datetime, actor: Actor
) -> None:
    """Switch the actor's second factor off; raises WrongPassword, InvalidCode."""
    user = _prove_both(password, code, passwords=passwords, at=at, actor=actor)
    _remove(user.id, at=at)
    record(actions.TWO_FACTOR_DISABLED, user, actor=actor)


def remove_second_factor(*, login: str, at: datetime, actor: Actor) -> User:
    """Switch somebody's second factor off at the server's console, for one who is locked out.

    Raises NotFound when there is no such account, Conflict when it is not on.
    """
    admins_only(actor)
    name = login_key(login)
    found = select(User).where(goes_by(name)).order_by(case((User.role == "admin", 0), else_=1))
    user = db.session.scalar(found.limit(1).with_for_update())
    if user is None:
        raise NotFound("There is no such account.")
    if not _remove(user.id, at=at):
        raise Conflict("Two-factor sign-in is not on for this account.")
    record(actions.TWO_FACTOR_DISABLED, user, actor=actor)
    return user


def _prove_both(
    password: str, code: str, *, passwords: PasswordHasher, at: datetime, actor: Actor
) -> User:
    user = prove_own_password(password, passwords=passwords, at=at, actor=actor)
    if not accept_code(user, code, at=at):
        raise InvalidCode(details={"code": [InvalidCode.words]})
    return user


def _lock_account(actor: Actor) -> User:
    user = db.session.get(User, actor.user_id, populate_existing=True, with_for_update=True)
    if user is None:
        raise NotFound
    return user


def _is_fresh(factor: SecondFactor, at: datetime) -> bool:
    return factor.started_at + ENROLMENT_LIFETIME > at


def _remove(user_id: int, *, at: datetime) -> bool:
    connection = db.session.connection()
    connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    end_pending(user_id, at=at)
    removed = connection.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    return removed.rowcount == 1
