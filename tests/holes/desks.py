"""What the pages of businesses name in a path: appointments, reviews, addresses, of the last business."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.models import CalendarFeed, Review
from app.support import clock
from app.support.tokens import new_token, token_digest
from tests import booking, factories
from tests.holes.shops import Shops


class Desks(Shops):
    """A part of the world; all of it belongs to the business that was named last."""

    other: factories.Customer
    days = 1

    def new_booked(self) -> str:
        """An appointment of another's that is to come."""
        return self._visit(self._a_day_to_come(), self.other.id)

    def new_begun(self) -> str:
        """One that should have begun."""
        now = clock.now().replace(second=0, microsecond=0)
        return self._visit(now - timedelta(minutes=now.minute % 5 + 10), self.other.id)

    def new_mine(self) -> str:
        """One of the customer's that is to come, where the path names no business."""
        self.new_business()
        make = factories.placed_order
        return self._visit(self._a_day_to_come(), self.customer.id, make=make)

    def new_kept(self) -> str:
        """A time that is kept for the customer."""
        self.new_business()
        until = clock.now() + timedelta(minutes=10)
        kept = {"status": "held", "hold_expires_at": until}
        return self._visit(self._a_day_to_come(), self.customer.id, **kept)

    def new_workplace(self) -> str:
        """A business where the customer works, and which is another's."""
        self.own_shop = booking.shop(0, owner_id=self.other.id)
        self._employ(user_id=self.customer.id)
        return self.own_shop.slug

    def new_performed(self) -> str:
        """An appointment with the one who works there."""
        return self._visit(self._a_day_to_come(), self.other.id)

    def new_said(self) -> int:
        return self._said()

    def new_unsaid(self) -> int:
        """A review that is hidden."""
        return self._said(hidden_at=clock.now(), hidden_reason="It names somebody.")

    def new_waiting(self) -> str:
        """A business that waits for approval."""
        self.own_shop = booking.shop(0, owner_id=self.customer.id, status="pending")
        return self.own_shop.slug

    def new_address(self) -> int:
        feed = CalendarFeed(
            business_id=self.own_shop.business.id,
            token_digest=token_digest(new_token("hc_")),
            created_at=clock.now(),
        )
        return booking.add(feed).id

    def new_left(self) -> int:
        """Somebody who works there no more."""
        return self._employ(is_active=False).id

    def _a_day_to_come(self) -> datetime:
        """Each is another: nobody is at two places."""
        self.days += 1
        ten = clock.now().replace(hour=10, minute=0, second=0, microsecond=0)
        return ten + timedelta(days=self.days)

    def _visit(self, begins: datetime, customer_id: int, **more: Any) -> str:
        return booking.visit(self.own_shop, begins, customer_id=customer_id, **more)

    def _said(self, **more: Any) -> int:
        order = factories.visit(self.own_shop, self.customer.id)
        values = {"order_id": order.id, "business_id": self.own_shop.business.id, "rating": 5}
        return booking.add(Review(**values, user_id=self.customer.id, **more)).id
