"""Who asks: workers and their devices, one customer; their tokens follow from the secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.support.search_text import name_key
from app.support.tokens import JwtSigner, token_digest
from bench.environment import secret
from bench.rows import DEVICES, FIRST_DEVICE, WORKERS, name_of, phone_of
from bench.stores import Store

CUSTOMER_ID, FAMILY_ID = 1_000, 1_000
OTHER_CUSTOMERS = 10_000
_YEARS = timedelta(days=3650)


def device_token(number: int) -> str:
    """The bearer token of the device, 0 to DEVICES - 1."""
    return f"hd_{secret(f'device {number}')[:43]}"


def customer_token() -> str:
    """An access token of the bench's customer, good for a day."""
    signer = JwtSigner(secret("JWT_SECRET_KEY"), 1440, 30)
    return signer.issue("access", CUSTOMER_ID, FAMILY_ID, "bench", datetime.now(UTC))


def insert(store: Store, cursor: Any) -> None:
    """Insert workers, devices, the customer and their sign-in, and customers who never sign in."""
    now = datetime.now(UTC).replace(tzinfo=None)
    at, later = now.isoformat(" ", "microseconds"), (now + _YEARS).isoformat(" ", "microseconds")

    def put(table: str, **values: Any) -> None:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        cursor.execute(store.sql(statement), tuple(values.values()))

    stamps = {"created_at": at, "updated_at": at, "version": 1}
    for number in range(1, WORKERS + 1):
        email = f"worker{number}@example.com"
        put("workers", id=number, name=f"Worker {number}", email=email, is_active=1, **stamps)
    for number in range(DEVICES):
        put(
            "devices",
            id=FIRST_DEVICE + number,
            name=f"Scanner {number}",
            station="COUNTER",
            profile="scan",
            origin="enrolled",
            worker_id=1 + number % WORKERS,
            token_digest=token_digest(device_token(number)),
            enrolled_at=at,
            last_seen_at=later,
            drained=0,
            state="{}",
            state_version=0,
            **stamps,
        )
    customer = {"role": "customer", "is_active": 1, "must_change_password": 0, **stamps}
    ada = {"name": "Ada Lovelace", "name_key": "ada lovelace", "email": "ada@example.com"}
    put("users", id=CUSTOMER_ID, **ada, **customer)
    for number in range(CUSTOMER_ID + 1, CUSTOMER_ID + 1 + OTHER_CUSTOMERS):
        contact = {"email": f"known{number}@example.com", "phone": phone_of(number)}
        name = name_of(number)
        put("users", id=number, name=name, name_key=name_key(name), **contact, **customer)
    put(
        "token_families",
        id=FAMILY_ID,
        user_id=CUSTOMER_ID,
        current_digest=bytes(32),
        created_at=at,
        expires_at=later,
    )
