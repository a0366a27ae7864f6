"""Rows and clients that tests start from; each call makes one more, with names of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app.extensions import signing_keys
from app.http.application import Application
from app.models import (
    BrowserSession,
    Device,
    EmailVerification,
    Notification,
    Order,
    OrderLine,
    OutboxMessage,
    PendingSignIn,
    SecondFactor,
    Service,
    Track,
    User,
    Worker,
)
from app.operations.actors import SYSTEM
from app.operations.auth.codes import lock_secret
from app.operations.auth.mailed import new_verification
from app.operations.auth.principals import ADMIN_COOKIE, PERSON_COOKIE
from app.operations.devices.scanning import TOKEN_PREFIX
from app.operations.ledger import actions
from app.operations.ledger.record import record
from app.support import clock, one_time_codes
from app.support.label_codes import new_label_code, new_order_number
from app.support.mailed_secrets import code_digest
from app.support.tokens import new_event_id, new_token, token_digest
from tests.rows import writing

_count = itertools.count(1)
PASSWORD = "correct horse battery"


@dataclass
class Customer:
    id: int
    email: str
    token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class DeviceHandle:
    id: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def _save(row: Any) -> Any:
    with writing() as session:
        session.add(row)
        session.flush()
    return row


def service(name: str | None = None, price: str = "12.50", **more: Any) -> Service:
    return _save(Service(name=name or f"Service {next(_count)}", price=Decimal(price), **more))


def worker(name: str | None = None, **more: Any) -> Worker:
    number = next(_count)
    more.setdefault("email", f"worker{number}@example.com")
    return _save(Worker(name=name or f"Worker {number}", **more))


def device(name: str = "Scanner", **more: Any) -> DeviceHandle:
    token = new_token(TOKEN_PREFIX)
    now = clock.now()
    more = {"enrolled_at": now, "last_seen_at": now} | more
    row = Device(name=name, token_digest=token_digest(token), **more)
    return DeviceHandle(_save(row).id, token)


def user(app: Application, email: str | None = None, role: str = "customer", **more: Any) -> User:
    hasher = app.extensions["handover_passwords"]
    password_hash = hasher.hash(more.pop("password", PASSWORD))
    email = email or f"user{next(_count)}@example.com"
    more.setdefault("name", "User")
    return _save(User(email=email, role=role, password_hash=password_hash, **more))


def order(service_row: Service | None = None, **more: Any) -> Order:
    """An order as the database holds it; `channel` is v1 unless said otherwise."""
    return _save(_new_order(service_row, **more))


def placed_order(**more: Any) -> Order:
    """The same, with the record of its having been placed: all of it can be proved."""
    row = _new_order(**more)
    with writing() as session:
        session.add(row)
        record(actions.ORDER_CREATED, row, actor=SYSTEM)
    return row


def _new_order(service_row: Service | None = None, **more: Any) -> Order:
    service_row = service_row or service()
    now = clock.now()
    email = more.pop("email", "ada@example.com")
    values: dict[str, Any] = {
        "order_number": new_order_number(),
        "label_code": new_label_code(),
        "channel": "v1",
        "service_id": service_row.id,
        "service_name": service_row.name,
        "total_cost": service_row.price,
        "name": "Ada",
        "email": email,
        "email_key": email and email.lower(),
        "status_since": now,
        "created_at": now,
    }
    line = OrderLine(
        position=0, service_id=service_row.id, name=service_row.name, price=service_row.price
    )
    return Order(**(values | more), lines=[line])


def notification(user_id: int, **more: Any) -> Notification:
    """News in somebody's inbox, not read yet."""
    values = {
        "event": "order.placed",
        "subject_id": 7,
        "says": f"n{next(_count)}",
        "link": "/my",
        "title": "Your order",
        "body": "It has arrived.",
        "created_at": clock.now(),
    }
    return _save(Notification(user_id=user_id, **(values | more)))


def sign_up(app: Application, email: str, **more: Any) -> Customer:
    """Somebody who has registered; the mail with their code is none of a test's news."""
    body = {"name": "User", "email": email, "password": PASSWORD} | more
    answer = app.test_client().post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    user_id = answer.json["customer"]["id"]
    with writing() as session:
        session.execute(
            delete(OutboxMessage).where(
                OutboxMessage.event == "account.verification", OutboxMessage.subject_id == user_id
            )
        )
    return Customer(
        user_id,
        email,
        answer.json["access_token"],
        answer.json["refresh_token"],
    )


def admin_session(user_id: int, **more: Any) -> BrowserSession:
    """A browser that is signed in, as the database holds it."""
    now = clock.now()
    digest = token_digest(new_token("hs_"))
    more = {"created_at": now, "expires_at": now + timedelta(hours=24)} | more
    return _save(BrowserSession(user_id=user_id, token_digest=digest, **more))


def session_cookie(user_id: int, prefix: str = ADMIN_COOKIE) -> str:
    """The cookie of an admin's browser that is signed in."""
    cookie, now = new_token(prefix), clock.now()
    _save(
        BrowserSession(
            user_id=user_id,
            token_digest=token_digest(cookie),
            created_at=now,
            expires_at=now + timedelta(hours=24),
        )
    )
    return cookie


def page_cookie(user_id: int) -> str:
    """The cookie of a customer's or owner's browser that is signed in."""
    return session_cookie(user_id, PERSON_COOKIE)


def second_factor(user_id: int, *, is_on: bool = True, secret: str = "") -> str:
    """Give an account an authenticator app, in the place of what it had; its secret."""
    secret, now = secret or one_time_codes.new_secret(), clock.now()
    with writing() as session:
        session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
        session.add(
            SecondFactor(
                user_id=user_id,
                secret=lock_secret(secret, user_id),
                started_at=now,
                enabled_at=now if is_on else None,
            )
        )
    return secret


def code(secret: str) -> str:
    """What the app shows now."""
    return one_time_codes.code_at(secret, clock.now())


def waiting_sign_in(user_id: int) -> str:
    """The token of a browser whose password was right, and which is asked for the code."""
    token, now = new_token("hw_"), clock.now()
    _save(
        PendingSignIn(
            user_id=user_id,
            token_digest=token_digest(token),
            created_at=now,
            expires_at=now + timedelta(minutes=5),
        )
    )
    return token


def verification(user_id: int, code: str | None = None) -> int:
    """A mail with a code for this account, the one of its own or this; the row's id."""
    now = clock.now()
    row = new_verification(user_id, at=now, expires_at=now + timedelta(minutes=15))
    if code is not None:
        row.code_digest = code_digest(signing_keys.ring.current, user_id, row.nonce, code)
    with writing() as session:
        session.execute(
            update(EmailVerification)
            .where(EmailVerification.user_id == user_id, EmailVerification.ended_at.is_(None))
            .values(ended_at=now)
        )
        session.add(row)
        session.flush()
        return row.id


def after_a_while() -> None:
    """Let every code have been mailed two minutes ago: another may be asked for."""
    before = clock.now() - timedelta(minutes=2)
    with writing() as session:
        session.execute(update(EmailVerification).values(created_at=before))


def sign_in_admin(app: Application, email: str | None = None) -> FlaskClient:
    row = user(app, email, role="admin")
    client = app.test_client()
    answer = client.post("/admin/login", json={"username": row.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


def visit(shop: Any, customer_id: int, **more: Any) -> Order:
    """An appointment that took place yesterday, with the scan of its check-in."""
    now = clock.now()
    starts_at = now.replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    values: dict[str, Any] = {
        "business_id": shop.business.id,
        "customer_id": customer_id,
        "status": "completed",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "local_start": starts_at.strftime("%Y-%m-%dT%H:%M"),
        "timezone": "UTC",
        "currency": shop.business.currency,
    }
    row = order(shop.service, **(values | more))
    check_in(row)
    return row


def check_in(row: Order, **more: Any) -> Track:
    """A scan that began an appointment."""
    values: dict[str, Any] = {
        "event_id": new_event_id(),
        "kind": "scan",
        "order_id": row.id,
        "content_digest": bytes(32),
        "action": "processing",
        "occurred_at": row.starts_at,
        "effective_at": row.starts_at,
        "received_at": row.starts_at,
        "clock": "trusted",
        "result": "accepted",
        "verdict": "{}",
        "mac": bytes(32),
        "key_id": "0" * 16,
    }
    return _save(Track(**(values | more)))
