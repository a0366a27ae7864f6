"""On days whose clock is changed each time that is offered is booked at its instant, and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from app.support.clock import parse_instant
from tests import booking, factories
from tests.appointments import APPOINTMENTS

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
EARLY = [("00:30", "+02:00"), ("01:00", "+02:00"), ("01:30", "+02:00")]
ALL = ("00:30", "01:00", "01:30", "02:00", "02:30", "03:00")


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (
            "Europe/Warsaw",
            SPRING,
            [*((local, "+01:00") for local, _ in EARLY), ("03:00", "+02:00")],
        ),
        (
            "Europe/Warsaw",
            AUTUMN,
            [*EARLY, ("02:00", "+02:00"), ("02:30", "+02:00"), ("03:00", "+01:00")],
        ),
        ("Asia/Tashkent", SPRING, [(local, "+05:00") for local in ALL]),
        ("Asia/Tashkent", AUTUMN, [(local, "+05:00") for local in ALL]),
    ],
)
def test_each_wall_time_is_booked_at_its_instant(app, client, zone, day, expected):
    with time_machine.travel(datetime.combine(day, time(12), UTC) - timedelta(days=20), tick=False):
        shop = booking.shop(hours=[(6, 30, 240)], timezone=zone, slot_step_minutes=30)
        headers = factories.sign_up(app, "ada@example.com").headers
        path, wish = f"/api/v1/businesses/{shop.slug}", {"service_id": shop.service.id}
        query = {**wish, "date": str(day)}
        offered = client.get(f"{path}/availability", query_string=query).json["detail"]
        assert [one["start"] for one in offered] == [
            f"{day}T{local}:00{offset}" for local, offset in expected
        ]
        for one in offered:
            body = {**wish, "date": str(day), "start_time": one["local"]}
            told = client.post(f"{path}/appointments", json=body, headers=headers).json
            assert parse_instant(told["starts_at"]) == parse_instant(one["start"])
            assert (told["date"], told["start_time"]) == (str(day), one["local"])
            assert told["duration_minutes"] == 60
            cancel = f"{APPOINTMENTS}/{told['order_number']}/cancel"
            assert client.post(cancel, json={}, headers=headers).status_code == 200
        if (zone, day) == ("Europe/Warsaw", AUTUMN):
            again = {**wish, "start": f"{day}T01:00:00Z"}  # the second 02:00 of that night
            refused = client.post(f"{path}/appointments", json=again, headers=headers)
            assert refused.json["error_code"] == "SLOT_UNAVAILABLE"
