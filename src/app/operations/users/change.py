"""What an admin changes of anybody's account: role, standing, password, sign-ins."""

from __future__ import annotations

from datetime import datetime

from app.errors import Conflict
from app.models import User
from app.operations.actors import Actor
from app.operations.auth.last_admin import keep_an_admin
from app.operations.auth.new_passwords import end_links, set_temporary_password
from app.operations.auth.proving import hash_new_password
from app.operations.auth.rights import admins_only
from app.operations.auth.sign_ins import end_sign_ins
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.users.find import lock_user
from app.operations.users.register import UserWithPassword
from app.support.passwords import PasswordHasher, temporary_password


def change_role(user_id: int, role: str, *, at: datetime, actor: Actor) -> User:
    """Give an account another role; who becomes an admin, or is none any more, is signed out.

    Links that set a password end with that, too: no admin's is set by a mail.
    Raises NotFound, and LastAdmin for the last active admin.
    """
    admins_only(actor)
    if role != "admin":
        keep_an_admin(user_id, at=at)
    user = lock_user(user_id)
    if user.role == role:
        return user
    if "admin" in (user.role, role):
        end_sign_ins(user.id, at=at)
        end_links(user.id, at=at)
    user.role = role
    user.updated_at = at
    record(actions.USER_ROLE_CHANGED, user, actor=actor)
    return user


def deactivate_user(user_id: int, *, at: datetime, actor: Actor) -> User:
    """Refuse an account from now on, and end what it is signed in to; its history stays.

    Raises NotFound, LastAdmin for the last active admin, and Conflict for the actor's own account.
    """
    admins_only(actor)
    keep_an_admin(user_id, at=at)
    _refuse_own(user_id, "You cannot deactivate your own account.", actor=actor)
    user = lock_user(user_id)
    if user.is_active:
        user.is_active = False
        user.updated_at = at
        record(actions.USER_DEACTIVATED, user, actor=actor)
        end_sign_ins(user.id, at=at)
    return user


def activate_user(user_id: int, *, at: datetime, actor: Actor) -> User:
    """Let an account sign in again.

    Raises NotFound, and Conflict for the actor's own and for one that its person has closed.
    """
    admins_only(actor)
    _refuse_own(user_id, "You cannot activate your own account.", actor=actor)
    user = lock_user(user_id)
    _refuse_closed(user)
    if not user.is_active:
        user.is_active = True
        user.updated_at = at
        record(actions.USER_UPDATED, user, actor=actor)
    return user


def reset_password(
    user_id: int, *, passwords: PasswordHasher, at: datetime, actor: Actor
) -> UserWithPassword:
    """Give an account a temporary password, good for a day, and end what it is signed in to.

    Its owner changes it at the first sign-in; a second factor stays on. Raises NotFound, and
    Conflict for an account that was closed and for the actor's own, whose password is changed by
    the one that was.
    """
    admins_only(actor)
    _refuse_own(user_id, "Change your own password on the page of your account.", actor=actor)
    password = temporary_password()
    password_hash = hash_new_password(password, passwords=passwords)
    user = lock_user(user_id)
    _refuse_closed(user)
    set_temporary_password(user, password_hash, at=at)
    end_sign_ins(user.id, at=at)
    record(actions.PASSWORD_RESET, user, actor=actor)
    return UserWithPassword(user, password)


def end_all_sessions(user_id: int, *, at: datetime, actor: Actor) -> int:
    """Sign an account out of every browser and app; how many there were. Raises NotFound."""
    admins_only(actor)
    user = lock_user(user_id)
    count = end_sign_ins(user.id, at=at)
    if count:
        record(actions.SESSION_REVOKED, user, actor=actor, count=count)
    return count


def _refuse_own(user_id: int, words: str, *, actor: Actor) -> None:
    if user_id == actor.user_id:
        raise Conflict(words)


def _refuse_closed(user: User) -> None:
    if user.closed_at is not None:
        raise Conflict("This account was closed by its person.")
