"""How many statements a request may ask of the database (quality.md, Speed): counted, not timed."""

from __future__ import annotations

import re

import pytest

from app.models import OrderAlias
from app.support import clock
from app.support.label_codes import new_label_code
from tests import booking, factories
from tests.appointments import visit
from tests.booking_world import in_days
from tests.ledger import event as recorded
from tests.licensing import give, license_of, make_type
from tests.rows import writing
from tests.scanning import SCAN, SCANS, aged_order, ago, batch, event, long_form, order_of, tracks
from tests.statements import but_for_news, counted_statements
from tests.webhooks import subscribed

SCAN_MOST, REPLAY_MOST, READ_MOST, PAGE_MOST = 7, 3, 3, 6
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", re.I)


def only_statements(statements):
    return [one for one in statements if not one.startswith(("PRAGMA", "SET SESSION"))]


def asked(call, *, status: int | None = None) -> list[str]:
    """The statements of one call, which ends with this status."""
    with counted_statements() as statements:
        answer = call()
    if status is not None:
        assert answer.status_code == status, answer.text
    return only_statements(statements)


def is_moved(order) -> bool:
    return order_of(order.id).status != order.status


@pytest.fixture
def order():
    return aged_order(customer_id=None, channel="legacy")


@pytest.fixture
def supervisor():
    return factories.device(profile="supervisor")


def replaced_label(order) -> str:
    code = new_label_code()
    with writing() as session:
        session.add(OrderAlias(alias=code, order_id=order.id, kind="label"))
    return code


# --- a scan, in every form ----------------------------------------------------------------------

V1_SCANS = {
    "long": lambda order: (long_form(order.label_code, seq=7, location={"lat": 1, "lon": 2}), 201),
    "long with a worker": lambda order: (
        long_form(order.label_code, worker_id=factories.worker().id),
        201,
    ),
    "long by number": lambda order: (long_form(order.order_number), 201),
    "long by an old label": lambda order: (long_form(replaced_label(order)), 201),
    "forced": lambda order: (long_form(order.label_code, force={"reason": "x"}), 201),
    "too old": lambda order: (long_form(order.label_code, occurred_at=ago(days=31)), 201),
    "unknown code": lambda _: (long_form("NOSUCH42"), 201),
    "foreign label": lambda _: (long_form("upi://pay?pa=a@b"), 201),
    "short": lambda order: ({"order_number": order.order_number, "action": "picked_up"}, 201),
    "short by label": lambda order: ({"qr_data": order.label_code}, 201),
    "short of an unknown code": lambda _: ({"qr_data": "NOSUCH42"}, 404),
}


@pytest.mark.parametrize("form", V1_SCANS)
def test_a_scan_asks_at_most_seven_statements(client, supervisor, order, form):
    body, status = V1_SCANS[form](order)
    headers = supervisor.headers
    found = asked(lambda: client.post(SCAN, json=body, headers=headers), status=status)
    assert len(but_for_news(found, told=is_moved(order))) <= SCAN_MOST, found


def test_a_late_scan_asks_at_most_seven_statements(client, supervisor, order):
    for minutes in (1, 3, 5):
        body = long_form(order.label_code, "scanned", occurred_at=ago(minutes=minutes))
        client.post(SCAN, json=body, headers=supervisor.headers)
    body = long_form(order.label_code, "picked_up", occurred_at=ago(minutes=4))
    found = asked(lambda: client.post(SCAN, json=body, headers=supervisor.headers), status=201)
    assert is_moved(order)
    assert len(but_for_news(found, told=False)) <= SCAN_MOST, found


OLD_SCANS = {
    "by number": lambda order: {"order_number": order.order_number},
    "by label text": lambda order: {"orderData": f"ORDER: {order.order_number}"},
    "by e-mail alone": lambda order: {"email": order.email},
    "of an unknown code": lambda _: {"qr_data": "NOSUCH42"},
}


@pytest.mark.parametrize("path", ["/worker/scan", "/api/tracks"])
@pytest.mark.parametrize("who", ["device", "worker by id", "worker by name", "both"])
@pytest.mark.parametrize("form", OLD_SCANS)
def test_an_old_devices_scan_asks_at_most_seven_statements(
    client, supervisor, order, path, who, form
):
    worker = factories.worker()
    body = OLD_SCANS[form](order) | {"action": "At Factory"}
    if who == "worker by id":
        body["workerId"] = worker.id
    elif who in ("worker by name", "both"):
        body |= {"workerName": worker.name, "workerEmail": worker.email}
    headers = supervisor.headers if who in ("device", "both") else {}
    status = 404 if form == "of an unknown code" else 200
    found = asked(lambda: client.post(path, json=body, headers=headers), status=status)
    assert len(tracks()) == 1
    assert len(but_for_news(found, told=is_moved(order))) <= SCAN_MOST, found
    again = asked(lambda: client.post(path, json=body, headers=headers), status=status)
    assert len(tracks()) == 1
    assert len(again) <= REPLAY_MOST + 1, again  # its lock is taken before it is known


def test_a_replay_asks_at_most_three_statements(client, supervisor, order):
    body, headers = long_form(order.label_code), supervisor.headers
    client.post(SCAN, json=body, headers=headers)
    found = asked(lambda: client.post(SCAN, json=body, headers=headers), status=200)
    assert len(found) <= REPLAY_MOST, found
    short, keyed = {"qr_data": order.label_code}, headers | {"Idempotency-Key": "k"}
    client.post(SCAN, json=short, headers=keyed)
    found = asked(lambda: client.post(SCAN, json=short, headers=keyed), status=200)
    assert len(found) <= REPLAY_MOST, found


def test_a_replay_writes_nothing(client, supervisor, order):
    body, headers = long_form(order.label_code), supervisor.headers
    client.post(SCAN, json=body, headers=headers)
    found = asked(lambda: client.post(SCAN, json=body, headers=headers), status=200)
    assert [one for one in found if _WRITES.match(one)] == []


# --- batches ------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["scanned", "picked_up"])
@pytest.mark.parametrize(("events", "orders"), [(2, 1), (50, 10), (500, 100)])
def test_a_batch_asks_as_many_statements_however_long_it_is(client, device, events, orders, action):
    some = [aged_order() for _ in range(orders)]
    upload = batch(
        *(
            event(some[number % orders].label_code, action, occurred_at=ago(seconds=number))
            for number in range(events)
        )
    )
    post = lambda: client.post(SCANS, json=upload, headers=device.headers)  # noqa: E731
    found = but_for_news(asked(post, status=200), told=action == "picked_up")
    assert len(found) <= SCAN_MOST + 1, found  # and one to learn the rows' ids
    assert len(asked(post, status=200)) <= REPLAY_MOST


# --- reading ------------------------------------------------------------------------------------


def test_placing_an_order_asks_at_most_seven_statements(client, customer):
    body = {"service_id": factories.service().id}
    found = asked(
        lambda: client.post("/api/v1/orders", json=body, headers=customer.headers), status=201
    )
    assert len(but_for_news(found, told=True)) <= 7, found


@pytest.mark.parametrize("body", [{"status": "processing"}, {"pickup_date": "2030-01-15"}])
def test_an_admins_change_announces_a_status_and_nothing_else(admin, order, body):
    path = f"/admin/api/orders/{order.id}"
    found = asked(lambda: admin.put(path, json=body), status=200)
    assert is_moved(order) == ("status" in body)
    but_for_news(found, told=is_moved(order))


@pytest.fixture
def objects(app, admin, customer, device):
    """One of everything, and the value of each argument that a path may have."""
    shop = booking.shop(0, owner_id=customer.id)
    holder = booking.add_worker(shop, user_id=customer.id)
    type_code = make_type()
    order = visit(shop, customer.id, in_days())
    body = long_form(order.label_code)
    assert admin.post(SCAN, json=body, headers=device.headers).status_code == 201
    license_id = give(holder.id, ago=3)
    return {
        "ref": order.order_number,
        "number": order.order_number,
        "label_code": order.label_code,
        "service_id": factories.service().id,
        "customer_id": customer.id,
        "user_id": customer.id,
        "worker_id": factories.worker().id,
        "device_id": device.id,
        "event_id": body["event_id"],
        "resource_type": "order",
        "resource_id": order.id,
        "record_id": recorded(action="LOGIN").id,
        "slug": shop.slug,
        "room_id": booking.add_room(shop).id,
        "business_id": shop.business.id,
        "license_id": license_id,
        "type_code": type_code,
        "code": license_of(license_id).code,
        "webhook_id": subscribed("https://hook.example/", business=shop.slug)[0],
    }


def readable_paths(app, objects):
    """Every rule of the URL map that can be read, with a path where the objects can fill it."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            is_known = rule.arguments <= objects.keys()
            yield rule.rule, rule.build(objects, append_unknown=False)[1] if is_known else None


# Redirects, pages and files whose names are no object's, and what is nothing without a query.
UNREACHABLE = {
    *(f"/api/v1/businesses/<string:slug>/{name}" for name in ("availability", "why-not")),
    *("/", "/mail/stop", "/admin/login/code", "/login/code", "/admin/<page:path>"),
    "/api/docs/assets/<string:name>",
    *("/scan/app/<string:version>/<string:name>", "/static/<path:name>"),
    "/l/app/<string:version>/<string:name>",
    *("/b/<string:slug>/book", "/b/<string:slug>/book/confirm"),
    *("/api/v1/calendar/<string:feed_token>.ics", "/mail/stop"),
    # whose worker or service it is: here the house's (tests/web/business counts them)
    *(
        f"{desk}/<string:slug>/{what}"
        for desk in ("/business", "/admin/businesses")
        for what in ("services/<int:service_id>", "workers/<int:worker_id>")
    ),
}
# What counts over whole tables is a report, not a look-up.
BUSINESS = "/api/v1/businesses/<string:slug>"
REPORTS = {
    *("/api/v1/admin/stats", "/admin", "/admin/dashboard", "/metrics"),
    f"{BUSINESS}/stats",
}
FREE_TIMES_MOST = 3
"""What else a page asks that offers other times: hours, time off, what is taken."""

PROOFS = ("/api/v1/orders/<string:ref>/certificate.", "/api/v1/licenses/my-licenses/")
"""A certificate brings an order's records and the last seal, a license's paper that of its record."""

PAGES = ("/admin/", "/b/", "/my", "/business")


def most(rule):
    """A page shows several things at once, each asked for once; so does a business."""
    if rule.startswith(PROOFS):
        return READ_MOST + 2
    is_page = rule.startswith(PAGES) and not rule.startswith("/admin/api/")
    if rule.endswith("/move"):
        return PAGE_MOST + FREE_TIMES_MOST
    return PAGE_MOST if is_page or rule == BUSINESS else READ_MOST


def test_reading_writes_nothing_and_asks_little(app, admin, customer, device, objects):
    client, browser = app.test_client(), app.test_client()
    browser.set_cookie("session", factories.page_cookie(customer.id))
    readers = {
        "session": lambda path: browser.get(path),
        "nobody": lambda path: client.get(path),
        "customer": lambda path: client.get(path, headers=customer.headers),
        "device": lambda path: client.get(path, headers=device.headers),
        "admin": lambda path: admin.get(path),
    }
    reached, written, greedy = set(), {}, {}
    for rule, path in readable_paths(app, objects):
        for name, read in readers.items() if path is not None else ():
            with counted_statements() as statements:
                answer = read(path)
            assert answer.status_code < 500, (rule, answer.text)
            if answer.status_code == 403:
                continue  # what it leaves is the record of its refusal (test_ledger.py)
            found = only_statements(statements)
            if answer.status_code < 300:
                reached.add(rule)
            if writes := [one for one in found if _WRITES.match(one)]:
                written[rule, name] = writes
            if len(found) > most(rule) and rule not in REPORTS:
                greedy[rule, name] = len(found)
    assert written == {}
    assert greedy == {}
    missed = {rule for rule, _ in readable_paths(app, objects)} - reached
    assert missed <= UNREACHABLE


@pytest.mark.parametrize("form", ["api/v1/track/{0.label_code}", "T/{0.label_code}"])
def test_tracking_asks_at_most_three_statements(client, order, form):
    found = asked(lambda: client.get("/" + form.format(order)), status=200)
    assert len(found) <= READ_MOST, found


@pytest.mark.parametrize("path", ["/api/orders?email=ada@example.com", "/qr/{0.order_number}.png"])
def test_a_public_look_up_asks_at_most_three_statements(client, order, path):
    found = asked(lambda: client.get(path.format(order)), status=200)
    assert len(found) <= READ_MOST, found


def test_a_head_writes_nothing(client, order):
    found = asked(lambda: client.head(f"/api/v1/track/{order.label_code}"), status=200)
    assert [one for one in found if _WRITES.match(one)] == []


def test_a_failed_scan_writes_nothing(client, device):
    now = clock.instant_text(clock.now())
    body = {"event_id": "7", "code": "x", "occurred_at": now, "sent_at": now}
    found = asked(lambda: client.post(SCAN, json=body, headers=device.headers), status=400)
    assert [one for one in found if _WRITES.match(one)] == []
