"""Who scans and orders in a drill, made as an installation makes them: `python -m drill.people 16`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from uuid import uuid4

from flask import current_app

from app.cli.context import in_application
from app.database import replaying
from app.operations.actors import SYSTEM
from app.operations.auth.accounts import register_user
from app.operations.devices.enrolment import enrol_device
from app.operations.devices.preparing import create_device
from app.operations.services.change import create_service
from app.support import clock
from app.support.passwords import temporary_password


@dataclass(frozen=True, slots=True)
class Person:
    """A shop's counter: a device that scans, and a customer who orders there."""

    device_id: int
    device_token: str
    customer_token: str
    service_id: int


def make_people(how_many: int) -> list[Person]:
    """So many of them, each with a device and an account of its own."""
    made = uuid4().hex[:8]
    service = replaying(
        partial(
            create_service,
            name=f"Drill {made}",
            price=Decimal("3.90"),
            duration_minutes=60,
            category="Drill",
            actor=SYSTEM,
        )
    )
    return [_make_person(f"{made}-{number}", service.id) for number in range(how_many)]


def _make_person(name: str, service_id: int) -> Person:
    enrolled = replaying(partial(_enrol, name))
    signed_in = replaying(
        partial(
            register_user,
            name=name,
            email=f"{name}@example.com",
            phone=None,
            password=temporary_password(),
            passwords=current_app.extensions["handover_passwords"],
            signer=current_app.extensions["handover_jwt"],
            at=clock.now(),
        )
    )
    return Person(*enrolled, signed_in.access_token, service_id)


def _enrol(name: str) -> tuple[int, str]:
    prepared = create_device(
        name=name,
        station="COUNTER",
        profile="scan",
        default_action="picked_up",
        worker_id=None,
        at=clock.now(),
        actor=SYSTEM,
    )
    enrolled = enrol_device(
        code=prepared.code, hardware="drill", app="drill", app_version=None, at=clock.now()
    )
    return enrolled.device.id, enrolled.token


def main() -> None:
    """Make people in the environment's installation, and print them as JSON."""
    with in_application():
        made = make_people(int(sys.argv[1]))
    json.dump([asdict(one) for one in made], sys.stdout)


if __name__ == "__main__":
    main()
