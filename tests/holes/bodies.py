"""A whole body for every route that takes one: each field has a value that is right."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.operations.auth import mailed
from app.support import clock, one_time_codes
from app.support.wall_time import instant_of
from tests import factories
from tests.booking_world import in_days
from tests.factories import PASSWORD
from tests.holes.world import Form, World, new_email, new_name, new_phone


def _sign_up(_: World) -> Any:
    return {"name": "Cleo", "email": new_email(), "password": PASSWORD, "phone": "555"}


def _log_in(world: World) -> Any:
    return {"email": world.other.email, "password": PASSWORD}


def _log_in_worker(world: World) -> Any:
    return {"email": world.worker_email(), "password": PASSWORD}


def _old_scan(world: World) -> Any:
    return {
        "worker_id": world.worker.id,
        "order_number": world.new_order(),
        "action": "picked_up",
        "location": "Counter",
        "note": "Two bags",
    }


def _old_tracks(world: World) -> Any:
    return {
        "workerName": world.worker.name,
        "workerEmail": world.worker.email,
        "location": "Counter",
        "orderData": world.new_order(),
    }


def _old_order(_: World) -> Any:
    return {
        "name": "Cleo",
        "email": new_email(),
        "phone": "555",
        "service_name": "Wash",
        "pickup_date": "2026-12-01",
        "instructions": "Ring twice",
    }


def _old_revision(_: World) -> Any:
    return {"pickup_date": "2026-12-01", "instructions": "Ring", "service_name": "Wash"}


def _admin_revision(_: World) -> Any:
    return {
        "status": "picked_up",
        "pickup_date": "2026-12-01",
        "instructions": "Ring twice",
        "name": "Cleo",
        "email": "cleo@example.com",
        "phone": "555",
        "reason": "Asked by phone",
        "service_name": "Wash",
    }


def _service(_: World) -> Any:
    return {"name": new_name(), "price": "9.90", "duration_minutes": 90, "status": "active"}


def _requirement(world: World) -> Any:
    return {"required_license": world.new_license_type(), "required_level": 2}


def _licensed_service(world: World) -> Any:
    return {**_service(world), **_requirement(world)}


def _old_service(world: World) -> Any:
    return {**_service(world), "duration_minutes": None, "duration": "24h", "category": "Shirts"}


def _worker(_: World) -> Any:
    return {"name": "Will", "email": new_email(), "password": PASSWORD}


def _worker_changes(world: World) -> Any:
    return {**_worker(world), "is_active": True}


def _profile(_: World) -> Any:
    return {"name": "Cleo", "email": new_email(), "phone": "555"}


def _event(world: World) -> dict[str, Any]:
    now = clock.instant_text(clock.now())
    return {
        "event_id": str(uuid.uuid4()),
        "code": world.new_label(),
        "source": "qr",
        "action": "picked_up",
        "occurred_at": now,
        "seq": 7,
        "mono": {"boot": "b7", "at": 5, "now": 6},
        "worker_id": world.worker.id,
        "location": {"code": "PLANT-1", "lat": 48.1, "lon": 11.5, "acc_m": 20},
        "pieces": {"n": 1, "of": 1},
        "note": "Two bags",
    }


def _scan(world: World) -> Any:
    return {**_event(world), "sent_at": clock.instant_text(clock.now()), "queue_depth": 0}


def _batch(world: World) -> Any:
    sent_at = clock.instant_text(clock.now())
    return {"sent_at": sent_at, "events": [_event(world)], "queue_depth": 1}


def _void(_: World) -> Any:
    return {
        "event_id": str(uuid.uuid4()),
        "sent_at": clock.instant_text(clock.now()),
        "reason": "did_not_occur",
        "replaced_by": str(uuid.uuid4()),
        "note": "Wrong bag",
    }


def _device(world: World) -> Any:
    return {
        "name": "Counter",
        "station": "COUNTER",
        "profile": "scan",
        "default_action": "picked_up",
        "worker_id": world.worker.id,
    }


def _enrolment(world: World) -> Any:
    return {"code": world.enrol_code(), "hardware": "TC21", "app": "scan", "app_version": "1.0"}


def _new_order(world: World) -> Any:
    return {
        "service_id": world.new_service(),
        "pickup_date": "2026-12-01",
        "instructions": "Ring twice",
        "piece_count": 2,
    }


def _password_form(world: World) -> Any:
    return Form(token=world.password_link(), password=PASSWORD)


def _code_form(world: World) -> Any:
    """What the second step of a sign-in sends: of an admin of its own, whose password was right."""
    user_id = factories.user(world.app, new_email(), role="admin").id
    secret = factories.second_factor(user_id)
    form = Form(code=factories.code(secret))
    form.cookies = {"sign_in": factories.waiting_sign_in(user_id)}
    return form


def _confirmation(world: World) -> Any:
    return Form(code=factories.code(factories.second_factor(world.admin_id(), is_on=False)))


def _both_proofs(world: World) -> Any:
    code = factories.code(factories.second_factor(world.admin_id()))
    return Form(password=PASSWORD, code=code)


def _password_change(_: World) -> Any:
    return Form(password=PASSWORD, new_password="another good one")


def _json_password_change(_: World) -> Any:
    return {"password": PASSWORD, "new_password": "another good one"}


def _code(world: World) -> Any:
    """The code of everybody's mail."""
    for user_id in (world.customer.id, world.other.id, world.owner.id, world.admin_id()):
        factories.verification(user_id, code="123456")
    return {"code": "123456"}


def _address_link(world: World) -> Any:
    user_id = factories.user(world.app, new_email()).id
    return {"token": mailed.find_mailed_code(factories.verification(user_id), at=clock.now()).token}


def _door_form(world: World) -> Any:
    """The second step of an owner's sign-in."""
    user_id = factories.user(world.app, new_email(), role="owner").id
    form = Form(code=factories.code(factories.second_factor(user_id)))
    form.cookies = {"sign_in": factories.waiting_sign_in(user_id)}
    return form


def _own_proofs(world: World, *, is_on: bool = True) -> Any:
    """What switches a second factor on or off, for whoever sends it: all have the same one."""
    secret = one_time_codes.new_secret()
    for user_id in (world.customer.id, world.other.id, world.owner.id):
        factories.second_factor(user_id, is_on=is_on, secret=secret)
    return Form(password=PASSWORD, code=factories.code(secret))


def _person(_: World) -> Any:
    return {"name": "Cleo", "email": new_email(), "role": "owner"}


def _one_proof(world: World) -> Any:
    factories.second_factor(world.admin_id(), is_on=False)
    return Form(password=PASSWORD)


def _service_form(_: World) -> Any:
    more = {"duration_minutes": "90", "category": "Shirts", "status": "active"}
    return Form(name=new_name(), price="9.90", **more)


def _customer_form(_: World) -> Any:
    return Form(name="Cleo", email=new_email(), phone="555")


def _worker_form(_: World) -> Any:
    return Form(name="Will", email=new_email(), password=PASSWORD)


def _device_form(world: World) -> Any:
    fields = {**_device(world), "worker_id": str(world.worker.id)}
    return Form(fields)


def _void_form(_: World) -> Any:
    return Form(event_id=str(uuid.uuid4()), reason="did_not_occur", note="Wrong bag")


def _counter_form(world: World) -> Any:
    wishes = {"pickup_date": "2026-12-01", "instructions": "Ring twice", "piece_count": "2"}
    return Form(
        key=str(uuid.uuid4()),
        customer_id=str(world.customer.id),
        name="Cleo",
        email=new_email(),
        phone="555",
        service_id=str(world.new_service()),
        **wishes,
    )


def _edit_form(_: World) -> Any:
    wishes = {"pickup_date": "2026-12-01", "instructions": "Ring twice"}
    return Form(version="1", name="Cleo", email=new_email(), phone="555", **wishes)


def _business(_: World) -> Any:
    return {
        "name": new_name(),
        "category": "hairdresser",
        "description": "Cuts",
        "email": new_email(),
        "phone": "555",
        "website": "https://cuts.example",
        "address": "Long Street 1",
        "city": "Warsaw",
        "postal_code": "00-001",
        "country": "PL",
        "latitude": 52.23,
        "longitude": 21.01,
        "timezone": "Europe/Warsaw",
        "currency": "PLN",
        "settings": {
            "slot_step": 30,
            "lead_minutes": 60,
            "horizon_days": 30,
            "cancel_cutoff_minutes": 120,
            "auto_confirm": True,
        },
    }


def _offer(world: World) -> Any:
    return {
        "name": new_name(),
        "price": "9.90",
        "duration_minutes": 45,
        "buffer_before_minutes": 5,
        "buffer_after_minutes": 10,
        "status": "active",
        "category": "Hair",
        "description": "A cut",
        "resources": [world.new_room()],
    }


def _employed(_: World) -> Any:
    return {
        "name": "Will",
        "email": new_email(),
        "password": PASSWORD,
        "specialization": "Beards",
        "bio": "Since 1999",
        "is_manager": False,
    }


def _hours(_: World) -> Any:
    return {
        "hours": [
            {"weekday": 0, "opens": 540, "closes": 1020, "kind": "open"},
            {"date": "2027-01-01", "opens": 0, "closes": 1440, "kind": "off"},
        ]
    }


def _time_off(world: World) -> Any:
    begins = clock.now() + timedelta(days=1)
    return {
        "worker_id": world.new_stylist(),
        "start": clock.instant_text(begins),
        "end": clock.instant_text(begins + timedelta(hours=2)),
        "reason": "Dentist",
    }


def _reason(_: World) -> Any:
    return {"reason": "It is not what it says."}


def _business_form(_: World) -> Any:
    place = {"address": "Long Street 7", "postal_code": "31146", "city": "Town", "country": "PL"}
    rules = {"slot_step_minutes": "15", "lead_minutes": "0", "horizon_days": "90"}
    more = {"timezone": "UTC", "currency": "EUR", "cancel_cutoff_minutes": "0"}
    contact = {"email": new_email(), "phone": "555", "website": "https://salon.example"}
    told = {"name": new_name(), "category": "spa", "description": "Calm."}
    return Form({**told, **place, **contact, **rules, **more})


def _offer_form(_: World) -> Any:
    minutes = {"duration_minutes": "45", "buffer_before_minutes": "5", "buffer_after_minutes": "10"}
    told = {"name": new_name(), "description": "Cut.", "price": "9.90", "status": "active"}
    return Form({**told, **minutes})


def _employed_form(world: World) -> Any:
    told = {"name": "Ola", "specialization": "Colour", "bio": "Kind.", "email": new_email()}
    return Form({**told, "service_id": str(world.new_own_service())})


def _walk_in_form(world: World) -> Any:
    world.days += 1
    day = (clock.now() + timedelta(days=world.days)).date().isoformat()
    person = {"name": "Cleo", "phone": "555", "email": new_email(), "notes": "Shy."}
    service = str(world.own_shop.service.id)
    return Form(
        {"key": str(uuid.uuid4()), "service": service, "date": day, "time": "15:00", **person}
    )


def _booking_form(world: World) -> Any:
    world.days += 1
    day = (clock.now() + timedelta(days=world.days)).date().isoformat()
    service = str(world.own_shop.service.id)
    start = f"{day}T15:00:00+00:00"
    return Form(key=str(uuid.uuid4()), service=service, start=start, notes="Window seat")


def _move_form(world: World) -> Any:
    day = (clock.now() + timedelta(days=world.days)).date().isoformat()
    return Form(start=f"{day}T15:00:00+00:00")


def _time_off_form(world: World) -> Any:
    day = (clock.now() + timedelta(days=40)).date().isoformat()
    who = str(world.new_stylist())
    return Form(
        {"worker_id": who, "from": f"{day}T09:00", "until": f"{day}T12:00", "reason": "Ill"}
    )


_HOOK = {"url": "https://hook.example/in", "event": "order.placed"}
_HOURS_LINES = {"day-0": "9-17", "date-0": "2030-12-24", "hours-0": ""}
DESK_BODIES: dict[str, Callable[[World], Any]] = {
    "/services": _offer_form,
    "/services/{own_service}": _offer_form,
    "/workers": _employed_form,
    "/workers/{stylist}": _employed_form,
    "/rooms": lambda _: Form(kind="chair", name="Window", units="2"),
    "/rooms/{room}": lambda _: Form(name="Green", units="3"),
    "/hours": lambda _: Form(_HOURS_LINES),
    "/time-off": _time_off_form,
    "/reviews/{said}/reply": lambda _: Form(reply="Thank you."),
    "/details": _business_form,
    "/messages": lambda _: Form({"sender_name": "Ours", "order.ready": "Come at night."}),
    "/feeds": lambda _: Form(worker_id=""),
    "/webhooks": lambda _: Form(_HOOK),
    "/webhooks/{hook}": lambda _: Form({**_HOOK, "status": "paused"}),
    "/appointments/new": _walk_in_form,
    "/appointments/{booked}/cancel": lambda _: Form(reason="Flood"),
    "/appointments/{booked}/move": _move_form,
}
DESK_BODILESS = (
    "/services/{own_service}/delete",
    "/workers/{stylist}/deactivate",
    "/workers/{left}/reactivate",
    "/workers/{stylist}/invite",
    "/rooms/{room}/deactivate",
    "/rooms/{closed_room}/reactivate",
    "/time-off/{absence}/delete",
    "/delete",
    "/feeds/{address}/revoke",
    "/webhooks/{hook}/test",
    "/webhooks/{hook}/rotate",
    "/webhooks/{hook}/delete",
    "/webhooks/{hook}/deliveries/{delivery}/replay",
    "/appointments/{booked}/confirm",
    "/appointments/{begun}/no-show",
    "/appointments/{begun}/complete",
)
_DESKS = ("/business/{business}", "/admin/businesses/{business}")

BODIES: dict[str, Callable[[World], Any]] = {
    **{f"POST {desk}{rest}": make for rest, make in DESK_BODIES.items() for desk in _DESKS},
    "POST /admin/businesses/{waiting}/reject": lambda _: Form(reason="Please give an address."),
    "POST /admin/businesses/{business}/suspend": lambda _: Form(reason="There are complaints."),
    "POST /admin/businesses/{business}/reviews/{said}/hide": lambda _: Form(reason="Insults"),
    "POST /admin/businesses/{business}/reviews/{unsaid}/show": lambda _: Form(reason="Fine now"),
    "POST /admin/webhooks": lambda _: Form(_HOOK),
    "POST /admin/webhooks/{hook_of_all}": lambda _: Form({**_HOOK, "status": "paused"}),
    "POST /b/{business}/book": _booking_form,
    "POST /business": _business_form,
    "POST /business/join": lambda world: Form(code=world.invitation_code()),
    "POST /my/inbox/read-all": lambda _: Form(until_id="999"),
    "POST /my/licenses/{license}/request-upgrade": lambda _: Form(reason="Ready"),
    "POST /admin/licenses": lambda world: Form(
        worker_id=str(factories.worker().id), type=world.new_license_type(), level="2"
    ),
    "POST /admin/licenses/{license}": lambda _: Form(
        level="2", last_day="2099-01-01", reason="Passed"
    ),
    "POST /admin/licenses/{asked_license}/approve": lambda _: Form(new_level="2"),
    "POST /admin/licenses/{asked_license}/reject": lambda _: Form(reason="Not yet"),
    "POST /admin/licenses/{license}/revoke": lambda _: Form(reason="Left"),
    "POST /admin/licenses/types": lambda world: Form(
        code=new_name().lower().replace(" ", "-"),
        title="Steam",
        max_level="3",
        validity_months="12",
        covers=world.new_license_type(),
    ),
    "POST /admin/licenses/types/{license_type}": lambda _: Form(
        title="Steam", max_level="4", validity_months="6", is_active="1"
    ),
    "POST /my/account": lambda _: Form(name="Cleo", email=new_email(), phone="555"),
    "POST /my/account/password": _password_change,
    "POST /my/account/preferences": lambda _: Form(
        locale="de-AT", timezone="Europe/Vienna", channel="inbox"
    ),
    "POST /my/account/close": lambda _: Form(password=PASSWORD),
    "POST /my/verify": lambda world: Form(_code(world)),
    "POST /my/account/two-factor/start": lambda world: _own_proofs(world, is_on=False),
    "POST /my/account/two-factor/confirm": lambda world: _own_proofs(world, is_on=False),
    "POST /my/account/two-factor/recovery-codes": _own_proofs,
    "POST /my/account/two-factor/disable": _own_proofs,
    "POST /login/code": _door_form,
    "POST /admin/people": lambda world: Form(_person(world)),
    "POST /admin/people/{person}/role": lambda _: Form(role="owner"),
    "POST /api/v1/admin/users": lambda world: {
        **_person(world),
        "username": new_email().partition("@")[0],
        "phone": new_phone(),
    },
    "PATCH /api/v1/admin/users/{person}/role": lambda _: {"role": "owner"},
    "POST /my/appointments/{mine}/cancel": lambda _: Form(reason="I am ill."),
    "POST /my/appointments/{mine}/move": _move_form,
    "POST /my/appointments/{visit}/review": lambda _: Form(rating="5", comment="Good"),
    "POST /api/v1/businesses": lambda world: {
        **_business(world),
        "slug": new_name().lower().replace(" ", "-"),
    },
    "POST /api/v1/businesses/{salon}/appointments": lambda world: world.wish(),
    "POST /api/v1/webhooks": lambda world: {
        "business": world.new_business(),
        "url": "https://hook.example/orders",
        "events": ["order.placed", "order.ready"],
    },
    "POST /api/v1/licenses": lambda world: {
        "worker_id": factories.worker().id,
        "user_id": None,
        "level": 2,
        **dict.fromkeys(
            ("type", "specialization", "specialization_type"), world.new_license_type()
        ),
    },
    "PATCH /api/v1/licenses/{license}": lambda _: {
        "level": 2,
        "expires_at": "2099-01-01T00:00:00Z",
        "reason": "Passed",
    },
    "POST /api/v1/licenses/my-licenses/{license}/request-upgrade": lambda _: {"reason": "Ready"},
    "POST /api/v1/licenses/{asked_license}/approve-upgrade": lambda _: {"new_level": 2},
    "POST /api/v1/licenses/{asked_license}/reject-upgrade": lambda _: {"reason": "Not yet"},
    "POST /api/v1/licenses/{license}/verify-hash": lambda _: {"hash": "0" * 64},
    "POST /api/v1/licenses/types": lambda world: {
        "code": new_name().lower().replace(" ", "-"),
        "title": "Steam",
        "max_level": 3,
        "validity_months": 12,
        "covers": [world.new_license_type()],
    },
    "PATCH /api/v1/licenses/types/{license_type}": lambda _: {
        "title": "Steam",
        "max_level": 4,
        "validity_months": 6,
        "covers": [],
        "is_active": False,
    },
    "PATCH /api/v1/webhooks/{webhook}": lambda _: {
        "url": "https://hook.example/others",
        "events": ["order.placed"],
        "status": "paused",
    },
    "PUT /api/v1/businesses/{business}/messages": lambda _: {
        "sender_name": "Ours",
        "texts": {"order.ready": "Come."},
    },
    "POST /api/v1/notifications/read-all": lambda _: {"until_id": 999},
    "POST /api/v1/businesses/{salon}/feeds": lambda world: {"worker_id": world.salon.workers[0].id},
    "POST /api/v1/appointments/{appointment}/cancel": lambda _: {"reason": "Ill"},
    "POST /api/v1/appointments/{appointment}/complete": lambda _: {"reason": "No scanner"},
    "POST /api/v1/appointments/{appointment}/reschedule": lambda world: {
        "start": clock.instant_text(instant_of(in_days())),
        "worker_id": world.salon.workers[0].id,
    },
    "POST /api/v1/businesses/join": lambda world: {"code": world.invitation_code()},
    "PATCH /api/v1/businesses/{business}": _business,
    "POST /api/v1/businesses/{business}/services": lambda world: {
        **_offer(world),
        **_requirement(world),
    },
    "PUT /api/v1/businesses/{business}/services/{own_service}": lambda world: {
        **_offer(world),
        **_requirement(world),
    },
    "POST /api/v1/businesses/{business}/resources": lambda _: {
        "kind": "chair",
        "name": "Window",
        "units": 2,
    },
    "PATCH /api/v1/businesses/{business}/resources/{room}": lambda _: {
        "name": "Green",
        "units": 3,
        "is_active": False,
    },
    "POST /api/v1/businesses/{business}/workers": _employed,
    "PATCH /api/v1/businesses/{business}/workers/{stylist}": lambda world: {
        **_employed(world),
        "is_active": True,
    },
    "PUT /api/v1/businesses/{business}/workers/{stylist}/services": lambda world: {
        "service_ids": [world.new_own_service()]
    },
    "PUT /api/v1/businesses/{business}/hours": _hours,
    "POST /api/v1/businesses/{business}/time-off": _time_off,
    "POST /api/v1/appointments/{visit}/review": lambda _: {"rating": 5, "comment": "Very good"},
    "POST /api/v1/reviews/{review}/reply": lambda _: {"reply": "Thank you"},
    "POST /api/v1/admin/reviews/{review}/hide": _reason,
    "POST /api/v1/admin/reviews/{hidden_review}/show": _reason,
    "POST /api/v1/admin/businesses/{registered}/reject": _reason,
    "POST /api/v1/admin/businesses/{approved}/suspend": _reason,
    "POST /admin/orders/new": _counter_form,
    "POST /admin/orders/{order}/edit": _edit_form,
    "POST /admin/orders/{order}/status": lambda _: Form(status="completed", reason="Seen"),
    "POST /admin/orders/{order}/scans/{scan}/void": _void_form,
    "POST /admin/login": lambda _: {"username": "chief@example.com", "password": PASSWORD},
    "POST /admin/login/code": _code_form,
    "POST /admin/account/password": _password_change,
    "POST /admin/account/two-factor/start": _one_proof,
    "POST /admin/account/two-factor/confirm": _confirmation,
    "POST /admin/account/two-factor/recovery-codes": _both_proofs,
    "POST /admin/account/two-factor/disable": _both_proofs,
    "POST /admin/services": _service_form,
    "POST /admin/services/{service}": _service_form,
    "POST /admin/customers": _customer_form,
    "POST /admin/customers/{customer}": _customer_form,
    "POST /admin/workers": _worker_form,
    "POST /admin/workers/{worker}": _worker_form,
    "POST /admin/devices": _device_form,
    "POST /admin/devices/{device}": lambda _: Form(name="Van", station="VAN-1", profile="scan"),
    "POST /admin/review/{rejected_scan}/apply": lambda world: Form(
        order=world.new_order(), reason="Found it"
    ),
    "POST /admin/review/{rejected_scan}/dismiss": lambda _: Form(reason="Not ours"),
    "POST /admin/review/{scan}/void": _void_form,
    "POST /admin/api/customers": _profile,
    "PUT /admin/api/customers/{customer}": lambda world: {**_profile(world), "is_active": True},
    "PUT /admin/api/orders/{order}": _admin_revision,
    "POST /admin/api/services": _old_service,
    "PUT /admin/api/services/{service}": _old_service,
    "POST /admin/api/workers": _worker,
    "PUT /admin/api/workers/{worker}": _worker_changes,
    "POST /set-password": _password_form,
    "POST /reset": _password_form,
    "POST /forgot": lambda world: Form(email=world.other.email),
    "POST /verify": lambda world: Form(_address_link(world)),
    "POST /login": lambda world: Form(email=world.other.email, password=PASSWORD, next="/my"),
    "POST /register": lambda world: Form(_sign_up(world)),
    "POST /c": lambda _: Form(text="no certificate"),
    "POST /track": lambda world: Form(number=world.new_order(), email="ada@example.com"),
    "POST /auth/signup": _sign_up,
    "POST /auth/login": _log_in,
    "POST /employee/login": _log_in_worker,
    "POST /worker/scan": _old_scan,
    "POST /api/tracks": _old_tracks,
    "POST /api/orders": _old_order,
    "PUT /api/orders/{order}": _old_revision,
    "POST /api/v1/auth/register": _sign_up,
    "POST /api/v1/auth/login": lambda world: {**_log_in(world), "code": "123456"},
    "POST /api/v1/auth/refresh": lambda world: {"refresh_token": world.refresh_token()},
    "POST /api/v1/auth/set-password": lambda world: dict(_password_form(world)),
    "POST /api/v1/auth/reset-password": lambda world: dict(_password_form(world)),
    "POST /api/v1/auth/forgot-password": lambda world: {"email": world.other.email},
    "POST /api/v1/auth/verify-email/link": _address_link,
    "POST /api/v1/auth/verify-email": _code,
    "POST /api/v1/auth/change-password": _json_password_change,
    "PUT /api/v1/auth/change-password": _json_password_change,
    "POST /api/v1/customers/close": lambda _: {"password": PASSWORD},
    "PATCH /api/v1/auth/me": lambda _: {
        "name": "Cleo",
        "phone": "555",
        "locale": "de-AT",
        "timezone": "Europe/Vienna",
        "channels": ["inbox"],
    },
    "POST /api/v1/services": _licensed_service,
    "PUT /api/v1/services/{service}": _licensed_service,
    "POST /api/v1/orders": _new_order,
    "PUT /api/v1/orders/{order}": lambda _: {
        "pickup_date": "2026-12-01",
        "instructions": "Ring twice",
        "status": "cancelled",
    },
    "PATCH /api/v1/orders/{order}": lambda _: {"instructions": "Ring twice"},
    "PUT /api/v1/customers": lambda world: {**_profile(world), "password": PASSWORD},
    "POST /api/v1/workers": _worker,
    "POST /api/v1/workers/register": _worker,
    "PUT /api/v1/workers/{worker}": _worker_changes,
    "POST /api/v1/workers/login": _log_in_worker,
    "POST /api/v1/workers/scan": _scan,
    "POST /api/v1/workers/scans": _batch,
    "POST /api/v1/workers/scans/{scan}/void": _void,
    "POST /api/v1/workers/scans/{rejected_scan}/apply": lambda world: {
        "reason": "Found it",
        "order": world.new_order(),
    },
    "POST /api/v1/workers/scans/{rejected_scan}/dismiss": lambda _: {"reason": "Not ours"},
    "POST /api/v1/devices": _device,
    "POST /api/v1/devices/enroll": _enrolment,
}
BODILESS = {
    *(f"POST {desk}{rest}" for rest in DESK_BODILESS for desk in _DESKS),
    "POST /admin/businesses/{waiting}/approve",
    "POST /my/appointments/{kept}/confirm",
    *(
        f"POST /admin/webhooks/{{hook_of_all}}{rest}"
        for rest in ("/test", "/rotate", "/delete", "/deliveries/{delivery}/replay")
    ),
    "POST /b/{shop}/favorite",
    "POST /my/inbox/{news}/open",
    "POST /api/v1/notifications/{news}/read",
    "POST /mail/stop",
    "POST /admin/orders/{order}/cancel",
    "POST /admin/orders/{order}/rotate-label",
    "POST /admin/logout",
    "POST /logout",
    "POST /my/account/export",
    "POST /my/verify/resend",
    "POST /api/v1/auth/resend-verification",
    "POST /api/v1/customers/export",
    "POST /admin/services/{service}/delete",
    "POST /admin/customers/{customer}/deactivate",
    "POST /admin/customers/{inactive_customer}/reactivate",
    "POST /admin/people/{person}/reset-password",
    "POST /admin/people/{inactive_customer}/activate",
    "POST /admin/people/{person}/deactivate",
    "POST /admin/people/{person}/end-sessions",
    "POST /api/v1/admin/users/{person}/reset-password",
    "POST /api/v1/admin/users/{inactive_customer}/activate",
    "POST /api/v1/admin/users/{person}/deactivate",
    "POST /api/v1/admin/users/{person}/end-sessions",
    "POST /admin/workers/{worker}/deactivate",
    "POST /admin/workers/{inactive_worker}/reactivate",
    "POST /admin/devices/{waiting_device}/code",
    "POST /admin/devices/{device}/revoke",
    "POST /admin/audit/verify",
    "POST /admin/exports/customers",
    "POST /admin/account/sessions/{session}/end",
    "POST /admin/account/sessions/end-others",
    "POST /api/v1/businesses/{business}/workers/{stylist}/invitation",
    "POST /api/v1/favorites/{business}",
    "PUT /api/v1/favorites/{business}",
    "POST /api/v1/admin/businesses/{registered}/approve",
    "POST /api/v1/appointments/{appointment}/confirm",
    "POST /api/v1/appointments/{appointment}/no-show",
    "POST /api/v1/auth/logout",
    "POST /api/v1/webhooks/{webhook}/rotate-secret",
    "POST /api/v1/webhooks/{webhook}/test",
    "POST /api/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
    "POST /admin/licenses/{license}/renew",
    "POST /admin/licenses/{license}/rotate",
    "POST /my/licenses/{license}/rotate",
    "POST /api/v1/licenses/{license}/renew",
    "POST /api/v1/licenses/{license}/rotate-qr",
    "POST /api/v1/devices/roll",
    "POST /api/v1/devices/{device}/revoke",
    "POST /api/v1/orders/{order}/rotate-label",
}
