"""`handover seed-demo` makes a laundry to look around in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app import database
from app.cli import demo, main
from app.http.application import Application
from app.models import Base, Device, License, Order, Service, Track, User, Worker

Seed = Callable[..., Result]

SECRETS = {
    "APP_ENV": "production",
    "RATELIMIT_ENABLED": "true",
    "ARGON2_MEMORY_KIB": "7168",
    "SECRET_KEY": "kQ7x-one-of-the-keys-of-the-tests-0001",
    "JWT_SECRET_KEY": "kQ7x-one-of-the-keys-of-the-tests-0002",
    "SIGNING_SECRET": "kQ7x-one-of-the-keys-of-the-tests-0003",
}


@pytest.fixture
def seed(environment: dict[str, str], app: Application) -> Seed:
    def run(*arguments: str, **changes: str) -> Result:
        return CliRunner().invoke(main, ["seed-demo", *arguments], env=environment | changes)

    return run


def count(table: type[Base]) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def orders() -> dict[str, str]:
    with database.transaction(write=False) as session:
        return {one.order_number: one.status for one in session.scalars(select(Order))}


def told(result: Result, kind: str) -> list[list[str]]:
    lines = [line.split() for line in result.stdout.splitlines()]
    return [line[1:] for line in lines if line[0] == kind]


def test_it_makes_what_it_says(seed: Seed) -> None:
    result = seed("--orders", "10")
    assert result.exit_code == 0, result.output
    assert dict(told(result, "order")) == orders()
    assert len(orders()) == 10
    assert len(told(result, "service")) == count(Service) == len(demo.SERVICES)
    assert len(told(result, "customer")) == count(User) == len(demo.CUSTOMERS)
    assert len(told(result, "worker")) == count(Worker) == len(demo.WORKERS)
    with database.transaction(write=False) as session:
        names = Counter(session.scalars(select(Device.name)))
        rejected = list(session.scalars(select(Track.reasons).where(Track.result == "rejected")))
    assert all(names[station.device] == 1 for station in demo.STATIONS)
    assert rejected == ["foreign_label"]


def test_a_second_run_adds_orders_and_doubles_nobody(seed: Seed) -> None:
    seed("--orders", "2")
    tables = (Service, User, Worker, Device)
    before = [count(table) for table in tables]
    result = seed("--orders", "3")
    assert result.exit_code == 0, result.output
    assert [count(table) for table in tables] == before
    assert len(orders()) == 5
    assert "password" not in result.stdout


def test_the_people_can_sign_in_and_the_devices_can_scan(seed: Seed, app: Application) -> None:
    result = seed("--orders", "1")
    client = app.test_client()
    email, _, password = told(result, "customer")[0]
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200
    token = told(result, "device")[0][-1]
    answer = client.get("/api/v1/devices/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_production_has_to_be_asked_for_twice(seed: Seed) -> None:
    refused = seed("--orders", "1", **SECRETS)
    assert refused.exit_code == 1
    assert "--yes" in refused.output
    assert count(Order) == 0
    assert seed("--orders", "1", "--yes", **SECRETS).exit_code == 0
    assert count(Order) == 1


def test_its_workers_are_licensed_for_what_requires_it(seed: Seed) -> None:
    result = seed("--orders", "60")
    assert result.exit_code == 0, result.output
    assert len(told(result, "license")) == count(License) == len(demo.WORKERS)
    assert seed("--orders", "1").stdout.count("license ") == 0
    with database.transaction(write=False) as session:
        required = list(session.scalars(select(Service.required_license)))
        proofs = list(session.scalars(select(Track.license).where(Track.license.is_not(None))))
    assert required.count(demo.LICENSE[0]) == 2
    assert proofs
    assert '{"license":null}' not in proofs
