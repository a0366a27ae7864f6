"""Scans count where and when they were made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from app import database
from app.http.application import Application
from app.models import Track
from app.operations.admin.throughput import Throughput, get_throughput
from app.support import clock
from tests import factories
from tests.rows import writing
from tests.scanning import SCAN, ago, long_form

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _one_hour() -> Iterator[None]:
    """No hour ends between a scan and what is told of it."""
    with time_machine.travel(clock.now(), tick=False):
        yield


def throughput(at: datetime | None = None, zone: ZoneInfo = BERLIN) -> Throughput:
    with database.transaction(write=False):
        return get_throughput(at=at or clock.now(), zone=zone)


def scan(client: FlaskClient, device: factories.DeviceHandle, hours: float, code: str = "") -> None:
    body = long_form(code or factories.order().label_code, occurred_at=ago(hours=hours))
    assert client.post(SCAN, json=body, headers=device.headers).status_code == 201


def test_a_scan_counts_at_its_devices_station_in_its_own_hour(
    client: FlaskClient, device: factories.DeviceHandle
) -> None:
    van, nowhere = factories.device(station="VAN"), factories.device()
    for hours in (0, 3, 3, 23):
        scan(client, van, hours)
    for hours in (3, 30):
        scan(client, device, hours)
    scan(client, nowhere, 1)
    found = throughput()
    assert len(found.hours) == 24
    assert next(iter(found.stations)) == "VAN"
    assert {station: counts[20] for station, counts in found.stations.items()} == {
        "VAN": 2,
        "COUNTER": 1,
        None: 0,
    }
    assert found.stations["VAN"] == (1, *[0] * 19, 2, 0, 0, 1)
    assert found.stations[None][22] == 1
    assert sum(found.stations["COUNTER"]) == 1


def test_a_refused_scan_is_no_work(client: FlaskClient, device: factories.DeviceHandle) -> None:
    scan(client, device, 1, "NOSUCH42")
    assert throughput().stations == {}


def test_what_a_person_decided_is_no_scan(
    client: FlaskClient, admin: FlaskClient, device: factories.DeviceHandle
) -> None:
    body = long_form(factories.order().label_code, "completed")
    client.post(SCAN, json=body, headers=device.headers)
    judged = f"/api/v1/workers/scans/{body['event_id']}/void"
    void = {"event_id": "01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10"}
    void |= {"sent_at": ago(), "reason": "did_not_occur"}
    assert admin.post(judged, json=void).status_code == 201
    assert sum(map(sum, throughput().stations.values())) == 1


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", datetime(2026, 11, 19, 7, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 19, 7, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 11, 19, 7, 15, tzinfo=UTC)),
    ],
)
def test_hours_are_those_of_the_business_clock(
    app: Application, zone: str, first: datetime
) -> None:
    found = throughput(datetime(2026, 11, 20, 6, 39, 12, tzinfo=UTC), ZoneInfo(zone))
    assert found.hours[0] == first
    assert {
        after - before for before, after in zip(found.hours, found.hours[1:], strict=False)
    } == {timedelta(hours=1)}


def test_a_scan_on_the_hour_belongs_to_the_hour_that_begins(
    client: FlaskClient, device: factories.DeviceHandle
) -> None:
    scan(client, device, 0)
    begins = throughput().hours[5]
    with writing() as session:
        session.execute(update(Track).values(effective_at=begins))
    assert throughput().stations["COUNTER"][4:7] == (0, 1, 0)
