"""The rows of a shop after some years, as tables hold them; see tests/crowd.py."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.models import (
    AuditEvent,
    Base,
    BrowserSession,
    Device,
    EmailVerification,
    IdempotencyKey,
    License,
    LicenseType,
    Notification,
    Order,
    OrderAlias,
    OrderLine,
    OutboxMessage,
    PasswordLink,
    Service,
    TokenFamily,
    Track,
    User,
    Worker,
)
from app.support import clock
from app.support.label_codes import new_label_code, new_order_number

FIRST = 1_000
ORDERS, PEOPLE, WORKERS, DEVICES, EVENTS = 4_000, 1_500, 700, 1_200, 6_000
OPEN, BUSY_WORKERS, SERVICES = 100, 10, 30
LICENSES, LICENSE_TYPES = 1_400, 3
SPAN = timedelta(days=400)
_LIFE = ("scanned", "picked_up", "processing", "completed", "delivered")
_ACTIONS = ("LOGIN", "LOGIN_FAILED", "ORDER_CREATED", "ORDER_UPDATED", "ACCESS_DENIED")

Row = dict[str, Any]
_taken: set[str] = set()


def fresh_number() -> str:
    """An order number that no other row has: of thousands some would be drawn twice, now and then."""
    while (number := new_order_number()) in _taken:
        pass
    _taken.add(number)
    return number


def _ids(how_many: int) -> range:
    return range(FIRST, FIRST + how_many)


@dataclass
class Rows:
    """What is stored of whom; of the orders every 16th is the hotel's, every 200th Grace's."""

    worker_id: int
    grace: int
    hotel: int
    chance: random.Random = field(default_factory=lambda: random.Random(4))
    begun: datetime = field(default_factory=lambda: clock.now() - SPAN)

    def by_table(self) -> Iterable[tuple[type[Base], list[Row]]]:
        """Parents first."""
        yield Service, self._services()
        yield User, [{**row, "name_key": "user"} for row in self._named(PEOPLE, "user")]
        yield Worker, self._named(WORKERS, "worker")
        yield Device, [self._device(one) for one in _ids(DEVICES)]
        yield LicenseType, [self._license_type(one) for one in range(LICENSE_TYPES)]
        yield License, [self._license(number) for number in range(LICENSES)]
        yield TokenFamily, self._sign_ins("current_digest")
        yield BrowserSession, self._sign_ins("token_digest")
        yield PasswordLink, self._sign_ins("token_digest")
        yield EmailVerification, self._verifications()
        yield IdempotencyKey, [self._key(one) for one in _ids(PEOPLE)]
        orders = [self._order(number) for number in range(ORDERS)]
        yield Order, orders
        yield OrderLine, [_line(order) for order in orders]
        yield OrderAlias, [_alias(order) for order in orders]
        yield Track, self._tracks(orders)
        yield AuditEvent, [self._event(number) for number in range(EVENTS)]
        yield Notification, [self._news(order) for order in orders]
        yield OutboxMessage, [_message(order, number) for number, order in enumerate(orders)]

    def _stamps(self) -> Row:
        return {"created_at": self.begun, "updated_at": self.begun}

    def _services(self) -> list[Row]:
        offer = {"price": Decimal(9), "status": "active", **self._stamps()}
        return [{"id": one, "name": f"Service no. {one}", **offer} for one in _ids(SERVICES)]

    def _named(self, how_many: int, kind: str) -> list[Row]:
        stamps = self._stamps()
        return [
            {"id": one, "name": kind, "email": f"{kind}{one}@crowd.example", **stamps}
            for one in _ids(how_many)
        ]

    def _device(self, one: int) -> Row:
        return {
            "id": one,
            "name": "Scanner",
            "token_digest": self.chance.randbytes(32),
            "enrol_digest": self.chance.randbytes(32),
            "worker_id": FIRST + one % WORKERS,
            "last_seen_at": clock.now() - timedelta(hours=30 if one % 20 == 0 else 1),
            "state": "{}",
            **self._stamps(),
        }

    def _license_type(self, one: int) -> Row:
        return {
            "id": FIRST + one,
            "code": f"craft{one}",
            "title": f"Craft no. {one}",
            "max_level": 5,
            "validity_months": 24,
            "covers": "",
            "is_active": True,
            "version": 1,
            **self._stamps(),
        }

    def _license(self, number: int) -> Row:
        """Each worker has one of every kind; every 20th asks for more, every 30th is revoked."""
        at = self.begun + SPAN / LICENSES * number
        asks, is_revoked = number % 20 == 3, number % 30 == 7
        return {
            "id": FIRST + number,
            "code": f"CR{number:010}",
            "worker_id": FIRST + number // LICENSE_TYPES,
            "type_code": f"craft{number % LICENSE_TYPES}",
            "level": 1,
            "issued_at": at,
            "expires_at": at + 1.5 * SPAN,
            "revoked_at": at if is_revoked else None,
            "revoke_reason": "Lost" if is_revoked else None,
            "live": None if is_revoked else 1,
            "requested_level": 2 if asks else None,
            "requested_at": at if asks else None,
            "token_serial": 1,
            "version": 1,
            "created_at": at,
            "updated_at": at,
        }

    def _sign_ins(self, digest: str) -> list[Row]:
        times = {"created_at": self.begun, "expires_at": self.begun}
        return [
            {"user_id": one, digest: self.chance.randbytes(32), **times} for one in _ids(PEOPLE)
        ]

    def _verifications(self) -> list[Row]:
        made = {"key_id": "0" * 16, "nonce": bytes(32), "code_digest": bytes(32), "tries": 0}
        return [{**row, **made} for row in self._sign_ins("token_digest")]

    def _key(self, one: int) -> Row:
        return {
            "user_id": one,
            "route": "POST /api/v1/orders",
            "key": f"k{one}",
            "body_digest": bytes(32),
            "answer": "{}",
            "created_at": self.begun,
        }

    def _order(self, number: int) -> Row:
        at = self.begun + SPAN / ORDERS * number
        owner = FIRST + number % PEOPLE if number % 2 else None
        if number % 16 == 0:
            owner = self.hotel
        elif number % 200 == 1:
            owner = self.grace
        email = f"guest{number % (ORDERS // 10)}@crowd.example"
        return {
            "id": FIRST + number,
            "order_number": fresh_number(),
            "label_code": new_label_code(),
            "channel": "legacy" if owner is None else "v1",
            "customer_id": owner,
            "service_id": FIRST + number % SERVICES,
            "service_name": "Wash",
            "total_cost": Decimal(9),
            "name": "Guest",
            "name_key": "guest",
            "email": email,
            "email_key": email,
            "pickup_date": at.date().isoformat(),
            "status": "delivered" if number < ORDERS - OPEN else "picked_up",
            "status_since": at,
            "version": 6,
            "deleted_at": at if number % 50 == 7 else None,
            "created_at": at,
            "updated_at": at,
        }

    def _news(self, order: Row) -> Row:
        """Of every order; the last are not read yet."""
        at = order["created_at"]
        return {
            "user_id": order["customer_id"] or self.hotel,
            "event": "order.placed",
            "subject_id": order["id"],
            "says": "created",
            "title": "Your order",
            "body": "It has arrived.",
            "created_at": at,
            "read_at": None if order["status"] == "picked_up" else at,
        }

    def _tracks(self, orders: list[Row]) -> list[Row]:
        """In the order of their arrival; half of what was flagged is dismissed."""
        workers = [self.worker_id, *_ids(BUSY_WORKERS)]
        scans = [
            self._scan(order, hours, action, self.chance.choice(workers))
            for order in orders
            for hours, action in enumerate(_LIFE, start=1)
        ]
        flagged = [scan for scan in scans if scan["result"] == "flagged"]
        dismissals = [self._dismissal(scan) for scan in flagged[::2]]
        tracks = sorted(scans + dismissals, key=lambda track: track["received_at"])
        return [{**track, "seal_id": _seal_of(number)} for number, track in enumerate(tracks)]

    def _scan(self, order: Row, hours: int, action: str, worker_id: int) -> Row:
        at = order["created_at"] + timedelta(hours=hours)
        return {
            "event_id": self._uuid(),
            "kind": "scan",
            "target_event_id": None,
            "order_id": order["id"],
            "order_version": hours + 1,
            "worker_id": worker_id,
            "device_id": FIRST + self.chance.randrange(DEVICES),
            "content_digest": self.chance.randbytes(32),
            "action": action,
            "occurred_at": at,
            "effective_at": at,
            "received_at": at,
            "clock": "trusted",
            "seq": hours,
            "forced": False,
            "result": "flagged" if self.chance.random() < 0.02 else "accepted",
            "reasons": "",
            "verdict": "{}",
            "mac": self.chance.randbytes(32),
            "key_id": "0" * 16,
        }

    def _dismissal(self, scan: Row) -> Row:
        return {
            **scan,
            "event_id": self._uuid(),
            "kind": "dismiss",
            "target_event_id": scan["event_id"],
            "received_at": scan["received_at"] + timedelta(hours=1),
            "result": "accepted",
        }

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _event(self, number: int) -> Row:
        who = FIRST + self.chance.randrange(PEOPLE)
        return {
            "at": self.begun + SPAN / EVENTS * number,
            "user_id": who,
            "actor_role": "customer",
            "actor_label": "customer",
            "action": _ACTIONS[number % len(_ACTIONS)],
            "resource_type": "order",
            "resource_id": FIRST + number // 3,
            "seq": 10 + number % 3,
            "subject_user_id": who,
            "outcome": "success",
            "data": "{}",
            "ip_address": f"192.0.2.{self.chance.randrange(200)}",
            "count": 1,
            "mac": self.chance.randbytes(32),
            "key_id": "0" * 16,
            "seal_id": _seal_of(number),
        }


def _seal_of(number: int) -> int:
    return 1 + number // 512


def _line(order: Row) -> Row:
    return {
        "order_id": order["id"],
        "position": 0,
        "service_id": order["service_id"],
        "name": order["service_name"],
        "price": order["total_cost"],
    }


def _message(order: Row, number: int) -> Row:
    """Every 25th waits, every 40th was given up, the others are sent."""
    at = order["created_at"]
    is_waiting, is_dead = number % 25 == 3, number % 40 == 0
    return {
        "event": "order.placed",
        "subject_id": order["id"],
        "says": "created",
        "channel": "fan_out",
        "payload": "{}",
        "created_at": at,
        "due_at": at,
        "attempts": 1,
        "sent_at": None if is_waiting or is_dead else at,
        "dead_at": at if is_dead else None,
    }


def _alias(order: Row) -> Row:
    """Every second order was relabelled, the others were imported."""
    if order["id"] % 2:
        return {"alias": f"OLD-{order['id']}", "order_id": order["id"], "kind": "import"}
    return {"alias": new_label_code(), "order_id": order["id"], "kind": "label"}
