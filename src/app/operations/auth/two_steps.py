"""Sign-ins in two steps: after the password the code, where an account has a second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.errors import SignInOver, WrongCode
from app.models import SecondFactor, User
from app.operations.auth.codes import accept_code
from app.operations.auth.pending import close_waiting, refuse_guessing, take_try, wait_for_code
from app.operations.auth.principals import as_actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support.one_time_codes import read_code


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """The password was right, and the second factor is asked for; `token` is to be sent with it."""

    token: str


def ask_for_code(user: User, *, at: datetime) -> CodeWanted | None:
    """Let an account that has a second factor wait for it; None for any other."""
    enabled = select(SecondFactor.user_id).where(
        SecondFactor.user_id == user.id, SecondFactor.enabled_at.is_not(None)
    )
    if db.session.scalar(enabled) is None:
        return None
    wanted = CodeWanted(wait_for_code(user.id, at=at))
    record(actions.TWO_FACTOR_ASKED, user, actor=as_actor(user))
    return wanted


def prove_code(
    token: str, code: str, *, admins: bool | None = None, at: datetime
) -> User | WrongCode:
    """The account that waited, locked, once its code or a recovery code was proved.

    A wrong code is returned, not raised: the try has to stay counted. Raises SignInOver for a
    sign-in that is unknown, too old, used, had its tries, or is not (`admins`) of the door's kind;
    RateLimited while the account has had too many wrong ones: a recovery code, which nobody
    guesses, still opens it.
    """
    user_id = take_try(token, at=at)
    if read_code(code) is not None:
        refuse_guessing(user_id, at=at)
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None or not user.is_active or admins not in (None, user.role == "admin"):
        raise SignInOver
    if not accept_code(user, code, at=at):
        return WrongCode()
    close_waiting(token, at=at)
    return user
