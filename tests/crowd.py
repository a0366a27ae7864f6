"""A shop after some years, by the thousand rows: enough that a plan which reads a table shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from app import database
from app.database.guard import UNRECORDED
from app.http.application import Application
from app.models import AuditEvent, Base, Order, OrderAlias, Service, Track, User, Worker
from app.support import clock
from tests import factories
from tests.crowd_rows import FIRST, SPAN, WORKERS, Rows
from tests.crowd_shops import BIG, ShopRows
from tests.holes.world import World, new_email, new_name
from tests.rows import writing

A_DAY = timedelta(days=1)


@dataclass
class Crowd:
    """The shop, and who asks: an admin, a customer of few orders and one of many, a device."""

    app: Application
    world: World
    admin: FlaskClient
    grace: factories.Customer
    hotel: factories.Customer
    device: factories.DeviceHandle
    names: dict[str, Any]

    def asks(self, who: str) -> FlaskClient:
        """A client of this caller."""
        if who == "admin":
            return self.admin
        client = self.app.test_client()
        if who != "nobody":
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {getattr(self, who).token}"
        return client

    def new_world(self) -> World:
        """Principals that a test may sign out; the last ones pass on the names of which there is one."""
        with writing() as session:
            for model, named in ((User, ("ada", "bob", "chief", "owner")), (Worker, ("wanda",))):
                for name in named:
                    is_last = model.email == f"{name}@example.com"
                    session.execute(update(model).where(is_last).values(email=new_email()))
            session.execute(update(Service).where(Service.name == "Wash").values(name=new_name()))
        return World(self.app)


def analyze(*filled: type[Base]) -> None:
    """Let the database count the rows of these tables anew, as it does in the course of time.

    Of a table with the few rows that tests have left it would learn that reading all is quickest.
    """
    is_sqlite = database.db.engine.dialect.name == "sqlite"
    command = "ANALYZE" if is_sqlite else "ANALYZE TABLE"
    with database.db.engine.connect() as connection:
        connection.execution_options(**UNRECORDED)
        for model in filled:
            connection.exec_driver_sql(f"{command} {model.__tablename__}").close()
        connection.commit()


def gather(app: Application) -> Crowd:
    """Fill the application's empty database; its context is pushed."""
    device = factories.device(name="Counter", profile="supervisor")
    grace, hotel = (factories.sign_up(app, f"{name}@example.com") for name in ("grace", "hotel"))
    admin, worker = factories.sign_in_admin(app), factories.worker()
    with writing() as session:
        rows_of = Rows(worker.id, grace.id, hotel.id)
        shops = ShopRows(hotel.id, rows_of.begun, clock.now())
        filled = list(chain(rows_of.by_table(), shops.by_table()))
        for model, rows in filled:
            session.execute(insert(model), rows)
    analyze(*{model: None for model, _ in filled})
    names = {**_names(grace.id), "worker": worker.id, "device": device.id}
    names["hotel"] = hotel.id
    return Crowd(app, World(app), admin, grace, hotel, device, names)


_EVENT_OF = select(AuditEvent.id).order_by(AuditEvent.at).limit(1)


def _names(customer_id: int) -> dict[str, Any]:
    """What a path may name: of halfway, where it matters when."""
    halfway = clock.now() - SPAN / 2
    orders = select(Order).where(Order.created_at >= halfway).order_by(Order.id).limit(1)
    label = select(OrderAlias.alias).where(OrderAlias.kind == "label")
    with database.transaction(write=False) as session:
        order = session.scalars(orders).one()
        own = session.scalars(orders.where(Order.customer_id == customer_id)).one()
        guests = session.scalars(orders.where(Order.channel == "legacy")).one()
        tracks = select(Track.id).where(Track.received_at >= halfway + A_DAY)
        return {
            "order": order.id,
            "number": order.order_number,
            "label": order.label_code,
            "old_label": session.scalar(label.where(OrderAlias.order_id == guests.id)),
            "alias": f"OLD-{own.id}",
            "own_number": own.order_number,
            "guests_number": guests.order_number,
            "email": guests.email,
            "old_order": _base36(order.id),
            "old_track": _base36(session.scalar(tracks.order_by(Track.received_at).limit(1))),
            "old_event": _base36(session.scalar(_EVENT_OF.where(AuditEvent.at >= halfway))),
            "since": clock.instant_text(halfway),
            "until": clock.instant_text(halfway + 2 * A_DAY),
            "customer": FIRST + 1,
            "idle_worker": FIRST + WORKERS - 1,
            "big_shop": f"crowd-{BIG}",
            "big_shop_id": BIG,
        }


def _base36(number: int) -> str:
    """A cursor's spelling."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text
