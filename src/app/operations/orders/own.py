"""What a customer sees of their own order without an account, by its number and e-mail address."""

from __future__ import annotations

import hmac

from app import database
from app.errors import OrderNotFound
from app.operations.orders.find import get_numbered_order
from app.operations.tracks.find import Tracking, get_tracking
from app.support.emails import loose_email


def get_own_tracking(*, number: str, email: str) -> Tracking:
    """The order of this number that was placed under this e-mail address, and its timeline.

    Raises OrderNotFound, the same after the same one statement, for a number that is unknown,
    for another's order and for one that has no address.
    """
    with database.reading():
        order = get_numbered_order(number)
        known = order.email_key or ""
        if not hmac.compare_digest(known.encode(), loose_email(email).encode()):
            raise OrderNotFound
        return get_tracking(order.label_code)
