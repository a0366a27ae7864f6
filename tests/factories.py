"""Rows and clients that tests start from; each call makes one more, with names of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete

from app.http.application import Application
from app.models import (
    AdminSession,
    Device,
    Order,
    OrderLine,
    PendingSignIn,
    SecondFactor,
    Service,
    User,
    Worker,
)
from app.operations.auth.codes import lock_secret
from app.operations.devices.scanning import TOKEN_PREFIX
from app.support import clock, one_time_codes
from app.support.label_codes import new_label_code, new_order_number
from app.support.tokens import new_token, token_digest
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
    return _save(Order(**(values | more), lines=[line]))


def sign_up(app: Application, email: str, **more: Any) -> Customer:
    body = {"name": "User", "email": email, "password": PASSWORD} | more
    answer = app.test_client().post("/api/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return Customer(
        answer.json["customer"]["id"],
        email,
        answer.json["access_token"],
        answer.json["refresh_token"],
    )


def admin_session(user_id: int, **more: Any) -> AdminSession:
    """A browser that is signed in, as the database holds it."""
    now = clock.now()
    digest = token_digest(new_token("hs_"))
    more = {"created_at": now, "expires_at": now + timedelta(hours=24)} | more
    return _save(AdminSession(user_id=user_id, token_digest=digest, **more))


def session_cookie(user_id: int) -> str:
    """The cookie of a browser that is signed in."""
    cookie, now = new_token("hs_"), clock.now()
    _save(
        AdminSession(
            user_id=user_id,
            token_digest=token_digest(cookie),
            created_at=now,
            expires_at=now + timedelta(hours=24),
        )
    )
    return cookie


def second_factor(user_id: int, *, is_on: bool = True) -> str:
    """Give an account an authenticator app, in the place of what it had; its secret."""
    secret, now = one_time_codes.new_secret(), clock.now()
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


def sign_in_admin(app: Application, email: str | None = None) -> FlaskClient:
    row = user(app, email, role="admin")
    client = app.test_client()
    answer = client.post("/admin/login", json={"username": row.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client
