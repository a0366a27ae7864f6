"""What the routes of licenses name in a path: those of the customer, who is a worker, too."""

from __future__ import annotations

import itertools

from app import database
from app.operations.actors import Actor, Role
from app.operations.licenses import requests
from app.support import clock
from tests import factories
from tests.factories import Customer
from tests.licensing import give, license_of, make_type

_count = itertools.count(1)


class Licensed:
    """A part of the world; each license is of a type of its own."""

    customer: Customer
    works_as: int | None = None

    def new_license_type(self) -> str:
        return make_type(f"type-{next(_count)}")

    def new_license(self) -> int:
        if self.works_as is None:
            self.works_as = factories.worker("Ada", user_id=self.customer.id).id
        return give(self.works_as, self.new_license_type(), ago=3)

    def new_license_code(self) -> str:
        return license_of(self.new_license()).code

    def new_asked_license(self) -> int:
        """One whose holder asks for an upgrade."""
        license_id = self.new_license()
        holder = Actor(Role.CUSTOMER, user_id=self.customer.id)
        with database.transaction():
            requests.request_upgrade(license_id, at=clock.now(), actor=holder)
        return license_id
