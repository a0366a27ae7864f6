"""Businesses for the words of a path: each is the customer's own, and what follows it is of it."""

from __future__ import annotations

from datetime import timedelta

from app.models import Favorite, Resource, Review, TimeOff, Worker
from app.support import clock
from app.support.tokens import new_enrol_code, token_digest
from tests import booking, factories
from tests.booking import Shop


class Shops:
    """A part of the world; `own_shop` is the business that was named last."""

    customer: factories.Customer
    own_shop: Shop

    def new_business(self) -> str:
        self.own_shop = booking.shop(0, owner_id=self.customer.id)
        self._employ(name="House", is_implicit=True)
        return self.own_shop.slug

    def new_approved(self) -> int:
        self.new_business()
        return self.own_shop.business.id

    def new_registered(self) -> int:
        """One that waits."""
        return booking.shop(0, owner_id=self.customer.id, status="pending").business.id

    def new_own_service(self) -> int:
        return booking.add_service(self.own_shop.business).id

    def new_room(self) -> int:
        return booking.add(self._of_shop(Resource(kind="room", name="Blue"))).id

    def new_closed_room(self) -> int:
        """One that is out of use."""
        closed = Resource(kind="room", name="Green", is_active=False)
        return booking.add(self._of_shop(closed)).id

    def new_stylist(self) -> int:
        return self._employ().id

    def new_absence(self) -> int:
        begins = clock.now() + timedelta(days=1)
        ends = begins + timedelta(hours=2)
        worker = self._employ()
        values = {"worker_id": worker.id, "starts_at": begins, "ends_at": ends}
        return booking.add(TimeOff(**values, created_at=clock.now())).id

    def new_favorite(self) -> str:
        self.new_business()
        values = {"user_id": self.customer.id, "business_id": self.own_shop.business.id}
        booking.add(Favorite(**values, created_at=clock.now()))
        return self.own_shop.slug

    def new_visit(self) -> str:
        """An appointment of the customer's that took place."""
        self.new_business()
        return factories.visit(self.own_shop, self.customer.id).order_number

    def new_review(self) -> int:
        return self._review()

    def new_hidden_review(self) -> int:
        return self._review(hidden_at=clock.now(), hidden_reason="It names somebody.")

    def invitation_code(self) -> str:
        """A code that waits for its worker."""
        self.new_business()
        code = new_enrol_code()
        expires = clock.now() + timedelta(days=1)
        self._employ(invite_digest=token_digest(code), invite_expires_at=expires)
        return code

    def _review(self, **more: object) -> int:
        self.new_business()
        order = factories.visit(self.own_shop, self.customer.id)
        values = {"order_id": order.id, "business_id": self.own_shop.business.id, "rating": 5}
        return booking.add(Review(**values, user_id=self.customer.id, **more)).id

    def _employ(self, **more: object) -> Worker:
        return booking.add_worker(self.own_shop, **more)

    def _of_shop(self, row: Resource) -> Resource:
        row.business_id = self.own_shop.business.id
        return row
