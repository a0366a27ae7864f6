"""Addresses and numbers that nobody has proved: how much they are sent, and how that is stopped.

Anybody can place an order with anybody's address. Whoever did it themselves expects news of it; to
whoever did not it must be little, without a stranger's words, and easy to stop.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import mysql, sqlite

from app.database import connection
from app.database.prepared import Prepared
from app.errors import NotFound
from app.extensions import outgoing, signing_keys
from app.models import MailStop, Order
from app.operations.actors import Actor
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.notifications.people import Person
from app.operations.notifications.stories import Story
from app.support.emails import loose_email, normal_email
from app.support.signing import sha256

MOST_ORDERS: Final = 5
"""Of those of one day, so many are told of; of an appointment, as many moves."""

_DAY: Final = timedelta(days=1)
_PURPOSE: Final = "mail-stop"
_BEFORE = (
    Order.id < bindparam("order_id"),
    Order.created_at > bindparam("since", type_=Order.created_at.type),
)


def _count(which: object) -> Prepared:
    some = select(Order.id).where(which, *_BEFORE).limit(MOST_ORDERS).subquery()  # type: ignore[arg-type]
    return Prepared(select(func.count().label("count")).select_from(some))


_OF_ADDRESS = _count(Order.email_key == bindparam("whose"))
_OF_ACCOUNT = _count(Order.customer_id == bindparam("whose"))
_STOPPED = Prepared(
    select(MailStop.created_at).where(
        MailStop.address_digest == bindparam("digest", type_=MailStop.address_digest.type)
    )
)
_VALUES = {
    name: bindparam(name, type_=MailStop.__table__.columns[name].type)
    for name in ("address_digest", "created_at")
}
_STOP = {
    "sqlite": Prepared(sqlite.insert(MailStop).values(_VALUES).on_conflict_do_nothing()),
    "mysql": Prepared(
        mysql.insert(MailStop)
        .values(_VALUES)
        .on_duplicate_key_update(created_at=MailStop.created_at)
    ),
}


def may_be_mailed(person: Person, story: Story) -> bool:
    """Whether an order is told of at a person's address.

    A proved one: always. Any other has to be one that mail can reach, must not have been stopped,
    and is told of the first 5 orders that were placed with it within 24 hours. What the staff
    entered is not counted: they know whom they serve.
    """
    address = person.email and _strictly(person.email)
    if not address or person.is_verified:
        return bool(address)
    return not _is_stopped(address) and _is_among_few(person, story)


def may_be_texted(person: Person, story: Story) -> bool:
    """Whether an order is told of by a text message, where there is a gateway.

    Texts cost money, and nobody has proved a number: they are for those who have verified their
    account, have a number with its country, and of the first 5 orders within 24 hours.
    """
    is_known = outgoing.has_texts and person.is_verified and person.number is not None
    return is_known and _is_among_few(person, story)


def _is_among_few(person: Person, story: Story) -> bool:
    about = story.about
    if int(story.said.get("sequence", 0)) > MOST_ORDERS:
        return False
    if about.channel == "admin":
        return True
    by_address = person.id == 0
    values = {
        "whose": about.email_key if by_address else person.id,
        "order_id": about.order_id,
        "since": about.created_at - _DAY,
    }
    found = (_OF_ADDRESS if by_address else _OF_ACCOUNT).first(connection(), values)
    return found is not None and found.count < MOST_ORDERS


def stop_address(email: str) -> str:
    """Where whoever reads an address can say that it is to be left alone."""
    return f"{outgoing.public_url}/mail/stop?to={signing_keys.ring.lock(email, _PURPOSE)}"


def read_stop(token: str) -> str:
    """The address that such a link is of; raises NotFound for a link that is none of ours."""
    with suppress(ValueError):
        return signing_keys.ring.unlock(token, _PURPOSE)
    raise NotFound


def stop_mail(token: str, *, at: datetime, actor: Actor) -> None:
    """Send this address no more of orders without a proved address; a second time changes nothing.

    That it was asked for is recorded, and not for which address. Raises NotFound.
    """
    values = {"address_digest": _digest(read_stop(token)), "created_at": at}
    record(actions.MAIL_STOPPED, actor=actor)
    here = connection()
    _STOP[here.dialect.name].change(here, values)


def _is_stopped(address: str) -> bool:
    return _STOPPED.first(connection(), {"digest": _digest(address)}) is not None


def _digest(address: str) -> bytes:
    return sha256(loose_email(address).encode())


def _strictly(email: str) -> str | None:
    with suppress(ValueError):
        return normal_email(email)
    return None
