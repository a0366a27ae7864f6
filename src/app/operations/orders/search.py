"""Finding orders by what somebody types or scans: a label or number leads to one, a person to many."""

from __future__ import annotations

from sqlalchemy import literal, select, union_all

from app.database import db
from app.models import Order, OrderAlias
from app.models.orders import SUPERSEDED_LABEL
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.customers.search import alike, best_matches, ways_to
from app.operations.orders.find import normal_number
from app.support.label_text import LabelText
from app.support.search_text import unbroken
from app.support.words import UNSEEN

_OWN, _ALIAS = range(2)


def find_scanned_order(label: LabelText, *, actor: Actor) -> Order | None:
    """The order that a label names, a label that a reprint replaced too; one statement.

    Of several readings the first that names an order counts, and an order's own number goes
    before another's alias, as for scans (contract.md 7). Last comes what a number would be
    without the blanks and dashes that somebody typed in it.
    """
    admins_only(actor)
    code = label.label_code
    read = [one.text for one in label.candidates if not one.is_id]
    names = [code] if code else list(dict.fromkeys([*read, *map(unbroken, read)]))
    ids = [int(one.text) for one in label.candidates if one.is_id]
    if not names and not ids:
        return None
    is_kind = OrderAlias.kind == SUPERSEDED_LABEL
    own = Order.order_number if code is None else Order.label_code
    meant = union_all(
        select(Order.id, own.label("name"), literal(_OWN).label("rank")).where(own.in_(names)),
        select(OrderAlias.order_id, OrderAlias.alias, literal(_ALIAS)).where(
            OrderAlias.alias.in_(names), is_kind if code else ~is_kind
        ),
        select(Order.id, literal(""), literal(_OWN)).where(Order.id.in_(ids)),
    ).subquery("meant")
    query = select(Order, meant.c.name, meant.c.rank).join(meant, meant.c.id == Order.id)
    found = db.session.execute(query.where(Order.deleted_at.is_(None))).all()
    reading = {name: place for place, name in enumerate(names)}
    best = min(found, key=lambda row: (reading.get(row.name, len(names)), row.rank), default=None)
    return None if best is None else best[0]


def search_orders(text: str, *, limit: int, actor: Actor) -> list[Order]:
    """The orders that a text may mean, by number, name, phone or e-mail; one statement."""
    admins_only(actor)
    table = Order.__table__
    ways = ways_to(table, "email_key", text)
    if "@" not in text:
        number = normal_number(text)
        for spelling in dict.fromkeys((number, unbroken(number))):
            ways += alike(table, table.c.order_number, spelling)
    if not ways:
        return []
    meant = union_all(*ways).subquery("meant")
    query = (
        select(Order, meant.c.rank)
        .join(meant, meant.c.id == Order.id)
        .where(Order.deleted_at.is_(None), Order.status.not_in(UNSEEN))
        .order_by(meant.c.rank, Order.id.desc())
    )
    return best_matches(text, db.session.execute(query), limit)
