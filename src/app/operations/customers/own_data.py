"""Everything that is kept of somebody, gathered for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import database
from app.database import db
from app.models import BrowserSession, Business, Favorite, Notification, Order, Review, User
from app.operations.actors import Actor
from app.operations.auth.accounts import get_account
from app.operations.exports.take import MOST_ROWS, take_rows
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.licenses.find import list_own
from app.operations.licenses.standing import Standing


@dataclass(frozen=True, slots=True)
class OwnData:
    """One person's account, and what it has done here; orders include appointments."""

    account: User
    orders: Sequence[Order]
    reviews: Sequence[Review]
    favorites: Sequence[str]
    businesses: Sequence[Business]
    sign_ins: Sequence[BrowserSession]
    notifications: Sequence[Notification]
    licenses: Sequence[Standing]


def export_own_data(*, at: datetime, actor: Actor) -> OwnData:
    """What is kept of the actor, with a record that it was taken (ledger.md 1); 50,000 orders at most.

    All of it is read before the record is written: on SQLite writing is everybody's lock.
    """
    database.end_reading()
    with database.reading():
        data = _gather(get_account(actor=actor), list_own(at=at, actor=actor))
    is_cut = len(data.orders) == MOST_ROWS
    record(
        actions.DATA_EXPORT,
        data.account,
        actor=actor,
        what="own data",
        filters={},
        count=len(data.orders),
        is_cut=is_cut,
    )
    return data


def _gather(account: User, licenses: Sequence[Standing]) -> OwnData:
    def read(after_id: int | None, limit: int) -> Sequence[Order]:
        query = select(Order).where(Order.customer_id == account.id, Order.id > (after_id or 0))
        parts = query.options(selectinload(Order.lines)).order_by(Order.id).limit(limit)
        return db.session.scalars(parts).all()

    def read_news(after_id: int | None, limit: int) -> Sequence[Notification]:
        query = select(Notification).where(Notification.user_id == account.id)
        beyond = query.where(Notification.id > (after_id or 0)).order_by(Notification.id)
        return db.session.scalars(beyond.limit(limit)).all()

    own = account.id
    favorites = (
        select(Business.slug)
        .join(Favorite, Favorite.business_id == Business.id)
        .where(Favorite.user_id == own)
        .order_by(Business.slug)
    )
    scalars = db.session.scalars
    return OwnData(
        account=account,
        orders=list(take_rows(read, key=lambda order: order.id)),
        reviews=scalars(select(Review).where(Review.user_id == own).order_by(Review.id)).all(),
        favorites=scalars(favorites).all(),
        businesses=scalars(
            select(Business).where(Business.owner_id == own).order_by(Business.id)
        ).all(),
        sign_ins=scalars(
            select(BrowserSession).where(BrowserSession.user_id == own).order_by(BrowserSession.id)
        ).all(),
        notifications=list(take_rows(read_news, key=lambda line: line.id)),
        licenses=licenses,
    )
