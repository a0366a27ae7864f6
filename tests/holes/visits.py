"""Appointments for the words of a path: each in a business of the customer's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.http.application import Application
from app.models import CalendarFeed
from app.support import clock
from app.support.tokens import new_token, token_digest
from app.support.wall_time import instant_of, minute_of
from tests import booking, factories
from tests.appointments import visit
from tests.booking import Shop
from tests.booking_world import in_days


class Visits:
    """A part of the world; `salon` is the business that was named last."""

    app: Application
    customer: factories.Customer
    salon: Shop

    def new_salon(self) -> str:
        around_the_clock = [(day, 0, 1440) for day in range(7)]
        self.salon = booking.shop(owner_id=self.customer.id, hours=around_the_clock)
        return self.salon.slug

    def new_appointment(self) -> str:
        """One that has just begun, of somebody new each time: nobody is at two places."""
        self.new_salon()
        start = (minute_of(clock.now()) - 5) // 15 * 15
        at = clock.now() - timedelta(hours=2)
        somebody = factories.user(self.app)
        return visit(self.salon, somebody.id, start, at=at).order_number

    def new_feed(self) -> int:
        """Of the salon that was named last."""
        return self._feed(new_token("hc_")).id

    def new_feed_token(self) -> str:
        self.new_salon()
        token = new_token("hc_")
        self._feed(token)
        return token

    def _feed(self, token: str) -> CalendarFeed:
        values = {"business_id": self.salon.business.id, "created_at": clock.now()}
        row: CalendarFeed = booking.add(CalendarFeed(token_digest=token_digest(token), **values))
        return row

    def wish(self) -> dict[str, Any]:
        """A whole booking by who runs the salon that was named last."""
        return {
            "service_id": self.salon.service.id,
            "start": clock.instant_text(instant_of(in_days())),
            "worker_id": self.salon.workers[0].id,
            "notes": "Short",
            "hold": False,
            "visitor": {"name": "Cleo", "email": "cleo@example.com", "phone": "555"},
            "squeeze_reason": "A bride",
        }
