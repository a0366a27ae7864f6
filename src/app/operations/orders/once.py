"""Placing once for each key: the first answer is kept, and given again (contract.md 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.database import Replay, connection, db
from app.database.prepared import Prepared
from app.errors import Conflict, IdempotencyConflict
from app.models import IdempotencyKey, Order, User
from app.operations.actors import Actor

_account = select(User.name, User.email, User.phone).where(User.id == bindparam("user_id"))
_ACCOUNT = Prepared(_account)
_ACCOUNT_AND_KEY = Prepared(
    _account.add_columns(IdempotencyKey.body_digest, IdempotencyKey.answer).outerjoin(
        IdempotencyKey,
        (IdempotencyKey.user_id == User.id)
        & (IdempotencyKey.route == bindparam("route"))
        & (IdempotencyKey.key == bindparam("key")),
    )
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an order is for, as given."""

    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's key; `digest` is the SHA-256 of the body that it stands for."""

    route: str
    key: str
    digest: bytes


def get_contact(user_id: int | None) -> Contact:
    """Whom an account names; one statement."""
    (account,) = _ACCOUNT.rows(connection(), {"user_id": user_id})
    return Contact(*account)


def place_once(
    idempotency: Idempotency,
    place: Callable[[Contact], Order],
    *,
    render: Callable[[Order], str],
    at: datetime,
    actor: Actor,
) -> Order | str:
    """Place an order for the contact of the actor's account, or give the answer that came first.

    The answer that `render` writes is kept with the key, for good. Of two requests at once the
    unique key lets one pass, and the other, replayed, finds its answer: also where `place` refuses
    what its twin has just taken. Raises IdempotencyConflict when the key stands for another body.
    """
    contact, answer = _look(idempotency, actor)
    if answer is not None:
        return answer
    try:
        order = place(contact)
    except Conflict:
        if _look(idempotency, actor)[1] is not None:
            raise Replay(outcome_unknown=False, taken=True) from None
        raise
    db.session.add(
        IdempotencyKey(
            user_id=actor.user_id,
            route=idempotency.route,
            key=idempotency.key,
            body_digest=idempotency.digest,
            answer=render(order),
            created_at=at,
        )
    )
    db.session.flush()
    return order


def _look(idempotency: Idempotency, actor: Actor) -> tuple[Contact, str | None]:
    values = {"user_id": actor.user_id, "route": idempotency.route, "key": idempotency.key}
    (account,) = _ACCOUNT_AND_KEY.rows(connection(), values)
    if account.answer is not None and account.body_digest != idempotency.digest:
        raise IdempotencyConflict
    return Contact(account.name, account.email, account.phone), account.answer
