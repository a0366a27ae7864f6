"""`handover seed-demo`: a laundry in the middle of its day, made as its people would make it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from secrets import SystemRandom

import click

from app.cli import demo
from app.cli.context import in_application
from app.config import Settings
from app.database import db, replaying
from app.http.application import Application
from app.models import Order, User
from app.operations.actors import SYSTEM, Actor, Role
from app.operations.auth.accounts import register_user
from app.operations.customers.find import list_customers
from app.operations.devices.enrolment import enrol_device
from app.operations.devices.find import page_devices
from app.operations.devices.preparing import create_device
from app.operations.devices.scanning import ScanningDevice, read_device
from app.operations.licenses.find import list_licenses
from app.operations.licenses.issue import issue_license
from app.operations.licenses.types import create_type, list_types
from app.operations.orders.change import revise_order
from app.operations.orders.labels import label_link
from app.operations.orders.place import place_order
from app.operations.services.change import create_service
from app.operations.services.find import list_used_services
from app.operations.tracks.record import record_scans
from app.operations.tracks.sightings import Place, Sighting, content_digest, read_code
from app.operations.workers.change import create_worker
from app.operations.workers.find import list_workers
from app.support import clock
from app.support.passwords import temporary_password
from app.support.tokens import new_event_id

MOST_DEVICES = 1000
FOREIGN_LABEL = "upi://pay?pa=somebody@bank.example&am=300"

_chance = SystemRandom()


@click.command("seed-demo")
@click.option(
    "--orders", type=click.IntRange(1, 1000), default=12, show_default=True, help="How many."
)
@click.option("--yes", is_flag=True, help="In production too.")
def seed_demo(orders: int, yes: bool) -> None:
    """Make a laundry's day of orders and scans to look around in.

    What is there already, by its name or e-mail address, is left alone; each run adds other
    orders. Passwords and tokens are shown once.
    """
    with in_application() as app:
        if app.settings.is_production and not yes:
            raise click.ClickException("this is production; --yes makes the demonstration in it")
        _make_license_type()
        services = _make_services()
        customers = _make_customers(app)
        workers = _make_workers(app)
        _license(workers)
        devices = _make_devices()
        for _ in range(orders):
            number, status = _make_order(app.settings, services, customers, workers, devices)
            click.echo(f"order     {number}  {status}")
        _scan_foreign_label(app.settings, devices[demo.STATIONS[0].device])


def _make_services() -> list[int]:
    known = {one.name for one, _ in replaying(partial(list_used_services, active_only=False))}
    for name, price, minutes, category in demo.SERVICES:
        if name not in known:
            required = demo.LICENSE[0] if category == demo.LICENSED else None
            offer = partial(create_service, name=name, price=price, actor=SYSTEM)
            offer = partial(offer, required_license=required)
            replaying(partial(offer, duration_minutes=minutes, category=category))
            click.echo(f"service   {name}, {price}")
    offered = replaying(partial(list_used_services, active_only=True))
    wanted = {name for name, *_ in demo.SERVICES}
    return [one.id for one, _ in offered if one.name in wanted]


def _make_customers(app: Application) -> list[User]:
    known = {one.email for one in replaying(partial(list_customers, actor=SYSTEM))}
    for name, email, phone in demo.CUSTOMERS:
        if email not in known:
            password = temporary_password()
            replaying(
                partial(
                    register_user,
                    name=name,
                    email=email,
                    phone=phone,
                    password=password,
                    passwords=app.extensions["handover_passwords"],
                    signer=app.extensions["handover_jwt"],
                    at=clock.now(),
                )
            )
            click.echo(f"customer  {email}  password {password}")
    wanted = {email for _, email, _ in demo.CUSTOMERS}
    return [one for one in replaying(partial(list_customers, actor=SYSTEM)) if one.email in wanted]


def _make_workers(app: Application) -> list[int]:
    known = {one.email for one in replaying(partial(list_workers, actor=SYSTEM))}
    for name, email in demo.WORKERS:
        if email not in known:
            password = temporary_password()
            replaying(
                partial(
                    create_worker,
                    name=name,
                    email=email,
                    password=password,
                    passwords=app.extensions["handover_passwords"],
                    at=clock.now(),
                    actor=SYSTEM,
                )
            )
            click.echo(f"worker    {email}  password {password}")
    wanted = {email for _, email in demo.WORKERS}
    workers = replaying(partial(list_workers, actor=SYSTEM))
    return [one.id for one in workers if one.email in wanted and one.is_active]


def _make_license_type() -> None:
    code, title, highest, months = demo.LICENSE
    known = {one.code for one in replaying(partial(list_types, actor=SYSTEM))}
    if code not in known:
        made = partial(create_type, code=code, title=title, max_level=highest)
        replaying(partial(made, validity_months=months, at=clock.now(), actor=SYSTEM))
        click.echo(f"type      {code}, {title}")


def _license(workers: list[int]) -> None:
    """Everybody may dry-clean, each since another month; the first one's license ends soon."""
    all_of_them = partial(list_licenses, page=1, per_page=MOST_DEVICES, at=clock.now())
    found, _ = replaying(partial(all_of_them, type_code=demo.LICENSE[0], actor=SYSTEM))
    known = {one.license.worker_id for one in found}
    for place, worker_id in enumerate(workers):
        if worker_id not in known:
            issued_at = clock.now() - timedelta(days=715 - 90 * place)
            made = partial(issue_license, worker_id=worker_id, type_code=demo.LICENSE[0])
            level = 1 + place % demo.LICENSE[2]
            standing = replaying(partial(made, level=level, at=issued_at, actor=SYSTEM))
            click.echo(f"license   {standing.license.code}  level {level}")


def _make_devices() -> dict[str, int]:
    known, _ = replaying(partial(page_devices, 1, MOST_DEVICES, actor=SYSTEM))
    devices = {one.name: one.id for one in known if one.revoked_at is None}
    for station in demo.STATIONS:
        if station.device not in devices:
            devices[station.device], token = replaying(partial(_enrol, station, clock.now()))
            click.echo(f"device    {station.device}  token {token}")
    return devices


def _enrol(station: demo.Station, at: datetime) -> tuple[int, str]:
    prepared = create_device(
        name=station.device,
        station=station.code,
        profile="scan",
        default_action=station.action,
        worker_id=None,
        at=at,
        actor=SYSTEM,
    )
    enrolled = enrol_device(
        code=prepared.code, hardware="Demonstration", app="seed-demo", app_version=None, at=at
    )
    return enrolled.device.id, enrolled.token


def _make_order(
    settings: Settings,
    services: list[int],
    customers: list[User],
    workers: list[int],
    devices: dict[str, int],
) -> tuple[str, str]:
    now = clock.now()
    customer = Actor(Role.CUSTOMER, user_id=_chance.choice(customers).id)
    at = now - timedelta(minutes=_chance.randint(60, 4 * 24 * 60))
    pickup = (at + timedelta(days=_chance.randint(2, 6))).date().isoformat()
    order = replaying(
        partial(
            place_order,
            services=_chance.sample(services, _chance.choice((1, 1, 1, 2))),
            pickup_date=pickup,
            instructions=_chance.choice(demo.WISHES),
            piece_count=_chance.choice((1, 1, 2, 4)),
            channel="v1",
            at=at,
            actor=customer,
        )
    )
    link = label_link(order, public_url=settings.public_url)
    stages = demo.STATIONS[: _chance.randint(0, len(demo.STATIONS))]
    if not stages and _chance.random() < 0.5:
        return order.order_number, replaying(partial(_cancel, order, at, customer))
    status = order.status
    for place, station in enumerate(stages, start=1):
        if place == 1 and len(stages) > 1 and _chance.random() < 0.1:
            continue  # somebody forgot: the next scan is flagged
        scanned_at = at + (now - at) * place / (len(stages) + 1)
        device_id, worker_id = devices[station.device], _chance.choice(workers)
        replaying(partial(_scan, settings, link, station, device_id, worker_id, scanned_at))
        status = station.action
    return order.order_number, status


def _cancel(order: Order, at: datetime, customer: Actor) -> str:
    later = at + timedelta(minutes=20)
    return revise_order(order, status="cancelled", at=later, actor=customer).status


def _scan(
    settings: Settings,
    code: str,
    station: demo.Station,
    device_id: int,
    worker_id: int | None,
    at: datetime,
) -> None:
    event_id = new_event_id()
    label, code_digest = read_code(code, settings.own_hosts)
    sighting = Sighting(
        event_id=event_id,
        label=label,
        code_digest=code_digest,
        content_digest=content_digest({"event_id": event_id, "code": code}),
        action=station.action,
        worker_id=worker_id,
        place=Place(words=station.code),
        source="qr",
    )
    record_scans([sighting], received_at=at, device=_read_device(device_id))


def _read_device(device_id: int) -> ScanningDevice:
    return read_device(db.session.connection(), device_id)


def _scan_foreign_label(settings: Settings, device_id: int) -> None:
    station = demo.STATIONS[0]
    replaying(partial(_scan, settings, FOREIGN_LABEL, station, device_id, None, clock.now()))
    click.echo("scan      a label that is not ours, rejected")
