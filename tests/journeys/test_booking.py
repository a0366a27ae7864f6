"""A business from its registration to its first review, over HTTP alone (booking.md)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
import time_machine
from flask.testing import FlaskClient

from app.http.application import Application
from tests import factories

V1 = "/api/v1"
SATURDAY = "2026-11-28T09:00:00Z"
MONDAY, TUESDAY = "2026-11-30", "2026-12-01"
HOLIDAY = "2026-12-08"
PIN = "483920"


@dataclass
class Person:
    """Somebody with an account: a bearer of JWTs that last a quarter of an hour."""

    app: Application
    email: str

    def call(self, method: str, path: str, json: Any = None, status: int = 200, **more: Any) -> Any:
        answer = self.app.test_client().open(
            V1 + path, method=method, json=json, headers=self.token() | more.pop("headers", {})
        )
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        return answer.json

    def token(self) -> dict[str, str]:
        body = {"email": self.email, "password": factories.PASSWORD}
        told = self.app.test_client().post(f"{V1}/auth/login", json=body)
        assert told.status_code == 200, told.text
        return {"Authorization": f"Bearer {told.json['access_token']}"}

    def get(self, path: str, status: int = 200) -> Any:
        return self.call("GET", path, status=status)

    def post(self, path: str, json: Any = None, status: int = 200, **more: Any) -> Any:
        return self.call("POST", path, json, status, **more)


@pytest.fixture
def travel():
    """The clock of the walk, which goes on from Saturday to the visit and beyond."""
    with time_machine.travel(SATURDAY, tick=False) as traveller:
        yield traveller


def register(app: Application, email: str, name: str) -> Person:
    factories.sign_up(app, email, name=name)
    return Person(app, email)


def scan(client: FlaskClient, token: str, code: str, **more: Any) -> dict[str, Any]:
    """Read a label with a worker's phone, which says nothing of what is done."""
    answer = client.post(
        f"{V1}/workers/scan",
        json={"qr_data": code, **more},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def weekly() -> list[dict[str, Any]]:
    """Nine to five with a break at noon, late on Fridays until two, closed on a holiday."""
    days: list[dict[str, Any]] = []
    for weekday in range(5):
        days += [
            {"weekday": weekday, "opens": 9 * 60, "closes": 12 * 60},
            {"weekday": weekday, "opens": 13 * 60, "closes": 17 * 60},
        ]
    days.append({"weekday": 4, "opens": 22 * 60, "closes": 26 * 60})
    days.append({"date": HOLIDAY, "opens": 0, "closes": 1440, "kind": "off"})
    return days


def test_a_business_from_its_registration_to_its_first_review(app, admin, client, travel):
    owner = register(app, "olga@example.com", "Olga Nowak")
    rival = register(app, "rita@example.com", "Rita Rival")
    ada = register(app, "ada@example.com", "Ada Lovelace")

    # An owner registers a business, which is rejected with a reason, mended, and approved.
    made = owner.post(
        "/businesses",
        {
            "name": "Salon Olga",
            "category": "hairdresser",
            "city": "Kraków",
            "address": "Rynek 1",
            "latitude": 50.0617,
            "longitude": 19.9373,
            "timezone": "Europe/Warsaw",
            "currency": "PLN",
            "settings": {"cancel_cutoff_minutes": 120},
        },
        status=201,
    )
    slug = made["slug"]
    assert made["status"] == "pending"
    assert client.get(f"{V1}/businesses/{slug}").status_code == 404
    reason = "The address has no house number that exists."
    rejected = admin.post(f"{V1}/admin/businesses/{made['id']}/reject", json={"reason": reason})
    assert rejected.status_code == 200, rejected.text
    [mine] = owner.get("/businesses/mine")
    assert (mine["status"], mine["reason"]) == ("rejected", reason)
    mended = owner.call("PATCH", f"/businesses/{slug}", {"address": "Rynek Główny 1"})
    assert mended["status"] == "pending"
    assert [one["slug"] for one in admin.get(f"{V1}/admin/businesses?status=pending").json] == [
        slug
    ]
    approved = admin.post(f"{V1}/admin/businesses/{made['id']}/approve")
    assert approved.json["status"] == "approved"
    assert admin.post(f"{V1}/admin/businesses/{made['id']}/approve").status_code == 409

    # Hours with a break, a holiday and an overnight shift; two workers, two services.
    owner.call("PUT", f"/businesses/{slug}/hours", {"hours": weekly()})
    cut = owner.post(
        f"/businesses/{slug}/services",
        {"name": "Cut", "price": 120, "duration_minutes": 45, "buffer_after_minutes": 15},
        status=201,
    )
    owner.post(
        f"/businesses/{slug}/services",
        {"name": "Colour", "price": 300, "duration_minutes": 120},
        status=201,
    )
    ben = owner.post(f"/businesses/{slug}/workers", {"name": "Ben", "pin": PIN}, status=201)
    zoe = owner.post(f"/businesses/{slug}/workers", {"name": "Zoe", "pin": PIN}, status=201)

    # A customer searches by city and by radius, and sees the free times.
    found = client.get(f"{V1}/businesses?city=krakow").json
    assert [one["slug"] for one in found] == [slug]
    near = client.get(f"{V1}/businesses?lat=50.05&lng=19.95&radius_km=5&category=hairdresser").json
    assert [one["slug"] for one in near] == [slug]
    assert client.get(f"{V1}/businesses?lat=52.2&lng=21.0&radius_km=50").json == []
    free = f"{V1}/businesses/{slug}/availability?service_id={cut['id']}"
    slots = client.get(f"{free}&date={MONDAY}").json["slots"]
    assert slots[0] == "09:00"
    assert "11:15" in slots
    assert "11:30" not in slots  # it would end in the break
    assert "13:00" in slots
    assert slots[-1] == "16:15"
    assert client.get(f"{free}&date={HOLIDAY}").json["slots"] == []
    night = client.get(f"{free}&date=2026-12-05").json["slots"]  # Friday's shift, on Saturday
    assert night[0] == "00:00"
    assert night[-1] == "01:15"

    # She books; a second click books nothing; she moves it; her time is taken for others.
    wish = {"service_id": cut["id"], "date": MONDAY, "start_time": "09:00", "worker_id": ben["id"]}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/businesses/{slug}/appointments"
    booked = ada.post(path, wish, status=201, headers=key)
    assert ada.post(path, wish, headers=key)["order_number"] == booked["order_number"]
    assert booked["status"] == "pending"
    assert booked["price"] == 120
    assert booked["starts_at"] == "2026-11-30T08:00:00Z"
    number = booked["order_number"]
    taken = rival.post(path, wish, status=409)
    assert taken["error_code"] == "SLOT_UNAVAILABLE"
    assert taken["details"]["alternatives"]
    moved = ada.post(f"/appointments/{number}/reschedule", {"date": MONDAY, "start_time": "14:00"})
    assert (moved["start_time"], moved["sequence"]) == ("14:00", 1)
    assert moved["id"] == booked["id"]

    # She cancels another in time, and is refused after the cutoff; the owner confirms.
    other = ada.post(
        path, {"service_id": cut["id"], "date": TUESDAY, "start_time": "10:00"}, status=201
    )
    gone = ada.post(f"/appointments/{other['order_number']}/cancel", {})
    assert (gone["status"], gone["cancelled_by"]) == ("cancelled", "customer")
    assert owner.post(f"/appointments/{number}/confirm")["status"] == "confirmed"
    travel.move_to("2026-11-30T11:30:00Z")  # 12:30: ninety minutes before
    assert ada.post(f"/appointments/{number}/cancel", {}, status=409)["message"]

    # The worker checks her in and out by scanning her QR.
    travel.move_to("2026-11-30T12:58:00Z")
    login = client.post(f"{V1}/workers/login", json={"worker_id": ben["id"], "password": PIN})
    token = login.json["worker_token"]
    first = scan(client, token, booked["label_code"])
    assert first["order"]["status"] == "processing", first
    assert ada.get(f"/appointments/{number}")["status"] == "processing"
    travel.move_to("2026-11-30T13:40:00Z")
    last = scan(client, token, booked["label_code"])
    assert last["order"]["status"] == "completed", last

    # She reviews it, once; the owner replies.
    said = {"rating": 5, "comment": "Lovely."}
    review = ada.post(f"/appointments/{number}/review", said, status=201)
    ada.post(f"/appointments/{number}/review", said, status=409)
    owner.post(f"/reviews/{review['id']}/reply", {"reply": "Come back!"})
    shown = client.get(f"{V1}/businesses/{slug}").json
    assert (shown["rating"], shown["rating_count"]) == (5, 1)
    [public] = client.get(f"{V1}/businesses/{slug}/reviews").json
    assert (public["author"], public["reply"]) == ("Ada L.", "Come back!")

    # Figures and the calendar feed show it all.
    stats = owner.get(f"/businesses/{slug}/stats")
    assert (stats["total"], stats["completed"], stats["cancelled"]) == (2, 1, 1)
    assert stats["revenue"] == 120
    feed = owner.post(f"/businesses/{slug}/feeds", {}, status=201)
    calendar = client.get(urlsplit(feed["url"]).path)
    assert calendar.mimetype == "text/calendar"
    events = {
        str(one["UID"]): one for one in icalendar.Calendar.from_ical(calendar.data).walk("VEVENT")
    }
    assert len(events) == 2
    statuses = sorted(str(one["STATUS"]) for one in events.values())
    assert statuses == ["CANCELLED", "CONFIRMED"]

    # A second owner sees none of it.
    rival.post(
        "/businesses",
        {"name": "Rita's", "category": "hairdresser", "timezone": "Europe/Warsaw"},
        status=201,
    )
    for hidden in (
        f"/appointments/{number}",
        f"/businesses/{slug}/stats",
        f"/businesses/{slug}/staff",
        f"/orders/{number}",
    ):
        assert rival.get(hidden, status=404)["error_code"].endswith("NOT_FOUND")
    assert rival.get("/appointments") == []
    rival.post(f"/appointments/{number}/confirm", status=404)
    assert zoe["id"] != ben["id"]
