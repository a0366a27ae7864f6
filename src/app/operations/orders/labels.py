"""What an order's labels carry, and giving it a new code."""

from __future__ import annotations

from datetime import tzinfo

from app.database import db
from app.errors import Invalid
from app.models import Order, OrderAlias
from app.models.orders import SUPERSEDED_LABEL
from app.operations.actors import Actor
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.orders.seen import lock_seen_order
from app.support.dates import pickup_text
from app.support.label_codes import new_label_code, piece_code
from app.support.labels import LabelContent


def label_link(order: Order, *, piece: int | None = None, public_url: str) -> str:
    """The text of a label's QR symbol, upper case as a whole to keep it small (scans.md 2)."""
    code = order.label_code if piece is None else piece_code(order.label_code, piece)
    return f"{public_url}/T/{code}".upper()


def make_label(
    order: Order,
    *,
    piece: int | None = None,
    pieces: int | None = None,
    public_url: str,
    tz: tzinfo,
) -> LabelContent:
    """The label of an order, or of one of its pieces; nothing personal is on it (scans.md 2).

    `pieces` counts otherwise than the order itself. Raises Invalid for a piece beyond them.
    """
    count = pieces or order.piece_count
    if piece is not None and piece > count:
        raise Invalid.field("piece", f"This order has {count} pieces.")
    return LabelContent(
        order_number=order.order_number,
        link=label_link(order, piece=piece, public_url=public_url),
        service=order.service_name,
        pickup_date=order.pickup_date and pickup_text(order.pickup_date, tz),
        piece=None if piece is None else (piece, count),
    )


def list_labels(
    order: Order, *, pieces: int | None = None, public_url: str, tz: tzinfo
) -> list[LabelContent]:
    """One label for each piece; an order of a single piece has one label, without a count."""
    count = pieces or order.piece_count
    numbers = [None] if count == 1 else list(range(1, count + 1))
    return [make_label(order, piece=k, pieces=count, public_url=public_url, tz=tz) for k in numbers]


def rotate_label(order: Order, *, seen_version: int | None = None, actor: Actor) -> Order:
    """Give an order a new label code; the old one still resolves, as `superseded_label`.

    Raises PreconditionFailed.
    """
    admins_only(actor)
    order = lock_seen_order(order, seen_version=seen_version)
    db.session.add(OrderAlias(alias=order.label_code, order_id=order.id, kind=SUPERSEDED_LABEL))
    order.label_code = new_label_code()
    record(actions.LABEL_ROTATED, order, actor=actor)
    return order
