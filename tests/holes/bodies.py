"""A whole body for every route that takes one: each field has a value that is right."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from app.support import clock
from tests import factories
from tests.factories import PASSWORD
from tests.holes.world import Form, World, new_email, new_name


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


BODIES: dict[str, Callable[[World], Any]] = {
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
    "POST /track": lambda world: Form(number=world.new_order(), email="ada@example.com"),
    "POST /auth/signup": _sign_up,
    "POST /auth/login": _log_in,
    "POST /employee/login": _log_in_worker,
    "POST /worker/scan": _old_scan,
    "POST /api/tracks": _old_tracks,
    "POST /api/orders": _old_order,
    "PUT /api/orders/{order}": _old_revision,
    "POST /api/v1/auth/register": _sign_up,
    "POST /api/v1/auth/login": _log_in,
    "POST /api/v1/auth/refresh": lambda world: {"refresh_token": world.refresh_token()},
    "POST /api/v1/auth/set-password": lambda world: dict(_password_form(world)),
    "PATCH /api/v1/auth/me": lambda _: {"name": "Cleo", "phone": "555"},
    "POST /api/v1/services": _service,
    "PUT /api/v1/services/{service}": _service,
    "POST /api/v1/orders": _new_order,
    "PUT /api/v1/orders/{order}": lambda _: {
        "pickup_date": "2026-12-01",
        "instructions": "Ring twice",
        "status": "cancelled",
    },
    "PATCH /api/v1/orders/{order}": lambda _: {"instructions": "Ring twice"},
    "PUT /api/v1/customers": _profile,
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
    "POST /admin/orders/{order}/cancel",
    "POST /admin/orders/{order}/rotate-label",
    "POST /admin/logout",
    "POST /admin/services/{service}/delete",
    "POST /admin/customers/{customer}/deactivate",
    "POST /admin/customers/{inactive_customer}/reactivate",
    "POST /admin/workers/{worker}/deactivate",
    "POST /admin/workers/{inactive_worker}/reactivate",
    "POST /admin/devices/{waiting_device}/code",
    "POST /admin/devices/{device}/revoke",
    "POST /admin/audit/verify",
    "POST /admin/exports/customers",
    "POST /admin/account/sessions/{session}/end",
    "POST /admin/account/sessions/end-others",
    "POST /api/v1/auth/logout",
    "POST /api/v1/devices/roll",
    "POST /api/v1/devices/{device}/revoke",
    "POST /api/v1/orders/{order}/rotate-label",
}
