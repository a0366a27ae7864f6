"""Who books as one should not, to show that it shows."""

from __future__ import annotations

import time
from typing import Any

from app import database
from app.database import db
from app.errors import AppError, SlotUnavailable
from app.models import Order, Segment
from app.operations.actors import Actor, Role
from app.operations.booking.choosing import choose_worker
from app.operations.booking.crews import read_crew
from app.operations.booking.obstacles import find_free_workers, find_obstacles
from app.operations.booking.offers import get_offer
from app.operations.booking.schedules import read_schedule
from app.operations.calendars.resources import resource_of_customer
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.operations.orders.once import Contact
from app.operations.orders.place import new_order
from app.support import clock
from app.support.wall_time import WallClock, instant_of
from tests.storms.clients import Inside, Pause
from tests.storms.told import Told


class Naive(Inside):
    """Looks whether a time is free, and then books it: what most software does.

    It does all else as it should be done, and the `pause` is between its look and its leap.
    """

    def book(self, told: Told, *, key: str | None = None, pause: Pause | None = None) -> None:
        told.begun = time.time()
        try:
            with database.transaction(write=False):
                columns, customer_resource, resource = self._look(told)
        except AppError as refusal:
            told.outcome, told.ended = refusal.code, time.time()
            return
        finally:
            (pause or (lambda: time.sleep(0.02)))()

        def leap() -> Order:
            order = new_order(
                Contact("Naive", None, None),
                channel="v1",
                customer_id=told.customer_id,
                service_id=told.service_id,
                service_name="naive",
                total_cost=0,
                business_id=self.stage.business_id,
                at=clock.now(),
                **columns,
            )
            db.session.add(order)
            record(
                actions.APPOINTMENT_BOOKED,
                order,
                actor=Actor(Role.CUSTOMER, user_id=told.customer_id),
                services=[told.service_id],
            )
            ids = {"room": self.stage.room_id, f"customer {told.customer_id}": customer_resource}
            spans = self.stage.spans(
                told.service_id, told.start, columns["worker_id"], told.customer_id
            )
            db.session.add_all(
                Segment(
                    order_id=order.id,
                    resource_id=ids.get(name, resource),
                    lane=0,
                    busy_start=begin,
                    busy_end=end,
                )
                for name, begin, end in spans
            )
            return order

        found = self.tell(told, leap)
        if found is not None:
            told.order, told.worker_id = found.order_number, found.worker_id

    def _look(self, told: Told) -> tuple[dict[str, Any], int, int]:
        offer = get_offer(self.stage.business_id, told.service_id)
        at, start = clock.now(), instant_of(told.start)
        crew = read_crew(offer, at=at)
        own = resource_of_customer(told.customer_id or 0)
        day, _ = WallClock(offer.zone).wall(told.start)
        schedule = read_schedule(
            offer,
            crew,
            first=day,
            last=day,
            at=at,
            worker_id=told.worker_id,
            more_resource_ids=(own,),
        )
        if find_obstacles(schedule, start, worker_id=told.worker_id, customer_resource_id=own):
            raise SlotUnavailable
        if told.worker_id is None:
            performer = choose_worker(schedule, start, find_free_workers(schedule, start))
        else:
            performer = crew.performers[told.worker_id]
        columns = {
            "worker_id": performer.worker_id,
            "starts_at": start,
            "ends_at": instant_of(told.start + offer.visit.duration),
        }
        return columns, own, performer.resource_id
