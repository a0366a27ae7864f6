"""Whom an order at the counter may be for: customers, and people of earlier orders without account."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Order, User
from app.operations.actors import Actor
from app.operations.customers.search import search_customers
from app.operations.orders.search import search_orders

MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Person:
    """A contact: of a customer's account, or of the last order that named it."""

    name: str
    email: str | None
    phone: str | None
    customer_id: int | None = None
    order_number: str | None = None


def suggest_people(text: str, *, actor: Actor) -> list[Person]:
    """The people whom a name, phone number or e-mail address may mean; two statements."""
    customers = search_customers(text, limit=MOST_PEOPLE, actor=actor)
    people = {
        _contact(one): Person(one.name, one.email, one.phone, customer_id=one.id)
        for one in customers
        if one.is_active
    }
    for order in search_orders(text, limit=5 * MOST_PEOPLE, actor=actor):
        if order.customer_id is None:
            guest = Person(order.name, order.email, order.phone, order_number=order.order_number)
            people.setdefault(_contact(order), guest)
    return list(people.values())[:MOST_PEOPLE]


def _contact(one: User | Order) -> tuple[str, str, str]:
    return one.name.casefold(), (one.email or "").lower(), one.phone or ""
