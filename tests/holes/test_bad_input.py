"""Bad input on every route: a clear refusal that names the field, nothing changed, never a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.http.application import Application
from tests.holes.bodies import BODIES
from tests.holes.routes import ROUTES, Route
from tests.holes.shape import hold_to_the_shape, is_json_path
from tests.holes.world import Form, World
from tests.picture import picture
from tests.stages import staged

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
WRITES = [route for route in ROUTES if route.writes]
WITH_BODY = [route for route in WRITES if route.name in BODIES]
WITH_JSON = [
    route
    for route in WITH_BODY
    if is_json_path(route.template) or route.name == "POST /admin/login"
]
NAMED = [route for route in ROUTES if "{" in route.template]

NO_TEXT = [7, True, [1], {"x": 1}]
LONG = "x" * 300_000
TEXT = [*NO_TEXT, "a\x00b", LONG]
SECRET = [*NO_TEXT, LONG]
WORD = [*NO_TEXT, "nonsense", "a\x00b", LONG]
NO_NUMBER = ["x", 1.5, True, [1], {"x": 1}, -1, 2**63, -(2**70), 10**400]
PRICE = ["x", "NaN", "Infinity", "-1", -1, -0.01, 1.005, "1e5", 1e300, 10**400, True, [1], {}, None]
PICKUP = [
    *NO_TEXT,
    "tomorrow",
    "0000-01-01",
    "2026-02-30",
    "2026-13-01",
    "10000-01-01",
    "2026-12-01T25:00",
    "9999-12-31T23:59:59-10:00",
    "0001-01-01T00:00:00+10:00",
    "2026-12-01\x00",
    LONG,
]
WHEN = [
    *NO_TEXT,
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-11-20T09:00:00",
    "2026-11-20",
    "now",
    LONG,
]
EMAIL = [
    *TEXT,
    "ada",
    "@example.com",
    "ada@",
    "ada@@example.com",
    "ada@bob@example.com",
    "ada@exam ple.com",
    "ada\r\nBcc: eve@example.com",
    "ada\u202e@example.com",
    "ada\u200b@example.com",
    "ada@example.com\u0000",
    "ada@exam\u00adple.com",
    "a" * 250 + "@example.com",
]
BOOLEAN = ["true", 2, "", [True], {}, None]
NO_IDS = ["x", 7, True, {"x": 1}, None, ["x"], [0], [1.5], [True], [2**63]]
DEGREES = ["x", True, [1], {"x": 1}, 181, -181, 1e300, 10**400, "NaN"]

WRONG: dict[str, list[Any]] = {
    "price": PRICE,
    "duration_minutes": NO_NUMBER,
    "duration": [7, True, [1], {"x": 1}, "soon", "-1h", "99999999h", "a\x00b"],
    "status": [*WORD, None],
    "profile": WORD,
    "default_action": WORD,
    "action": WORD,
    "password": SECRET,
    "is_active": BOOLEAN,
    "pickup_date": PICKUP,
    "occurred_at": WHEN,
    "sent_at": WHEN,
    "service_id": NO_NUMBER,
    "worker_id": NO_NUMBER,
    "piece_count": [*NO_NUMBER, 0],
    "seq": NO_NUMBER,
    "queue_depth": NO_NUMBER,
    "event_id": [*NO_TEXT, "x", "a\x00b", LONG],
    "replaced_by": [*NO_TEXT, "x", LONG],
    "events": ["x", 7, True, {"x": 1}, None],
    "mono": ["x", 7, True, [1], {"x": 1}, {"boot": "b", "at": -1, "now": 1}],
    "location": [7, True, [1], {"code": 7}, {"lat": 91}, {"lon": "x"}, {"lat": 10**400}, LONG],
    "pieces": ["x", 7, True, [1], {"x": 1}, {"n": 0}, {"n": 1.5}, {"n": 256}],
    "email": EMAIL,
    "reason": [*NO_TEXT, LONG],
    "start": WHEN,
    "end": WHEN,
    "latitude": [*DEGREES, 91, -91],
    "longitude": DEGREES,
    "settings": ["x", 7, True, [1], None, {"slot_step": 7}, {"lead_minutes": -5}, LONG],
    "buffer_before_minutes": NO_NUMBER,
    "buffer_after_minutes": NO_NUMBER,
    "units": [*NO_NUMBER, 0],
    "level": [*NO_NUMBER, 0, None],
    "new_level": [*NO_NUMBER, 0, None],
    "max_level": [*NO_NUMBER, 0, None],
    "validity_months": [*NO_NUMBER, 0, 1201],
    "required_level": [*NO_NUMBER, 0],
    "covers": ["x", 7, True, {"x": 1}, None, [7], ["nothing"], [""], [LONG]],
    "user_id": [*NO_NUMBER, 0],
    "until_id": [*NO_NUMBER, 0],
    "texts": [
        *("x", 7, True, [1], None, {"order.lost": "x"}, {"order.ready": 7}),
        *({"order.ready": "a\x00b"}, {"order.ready": LONG}, LONG),
    ],
    "rating": [*NO_NUMBER, 0, 6],
    "resources": NO_IDS,
    "service_ids": NO_IDS,
    "is_manager": BOOLEAN,
    "hold": BOOLEAN,
    "visitor": ["x", 7, True, [1], {"x": 1}, {"name": ""}, {"name": 7}, LONG],
    "hours": [
        *("x", 7, True, {"x": 1}, None, [1], LONG),
        [{"weekday": 7, "opens": 540, "closes": 1020}],
        [{"weekday": 0, "opens": 541, "closes": 1020}],
        [{"weekday": 0, "opens": 540, "closes": 2**63}],
        [{"weekday": 0, "date": "2027-01-01", "opens": 540, "closes": 1020}],
        [{"date": "2027-02-30", "opens": 540, "closes": 1020}],
    ],
    "date": [*TEXT, "2026-02-30", "0000-01-01", "9999-12-31", "tomorrow"],
    "start_time": [*TEXT, "24:00", "9:30", "09:60", "now"],
}
# Where a field means less: any text is an address that nobody has; an old client's words are looser.
LOOSER: dict[tuple[str, str], list[Any]] = {
    **{
        (f"POST {path}", "email"): NO_TEXT
        for path in (
            "/auth/login",
            "/api/v1/auth/login",
            "/api/v1/auth/forgot-password",
            "/employee/login",
            "/api/v1/workers/login",
        )
    },
    ("POST /worker/scan", "action"): [*NO_TEXT, "a\x00b", LONG],
    ("POST /worker/scan", "worker_id"): ["x", 1.5, True, [1], -1, 2**63, "9" * 40],
    ("POST /worker/scan", "order_number"): [True, [1], 1.5, LONG],
    ("POST /worker/scan", "location"): [*NO_TEXT, "a\x00b", LONG],
    ("POST /api/tracks", "location"): [*NO_TEXT, "a\x00b", LONG],
    ("POST /api/tracks", "orderData"): [True, [1], 1.5, LONG],
    ("POST /api/v1/auth/refresh", "refresh_token"): NO_TEXT,
    ("POST /api/v1/workers/scan", "code"): [*NO_TEXT, "", "  ", LONG],
    # Where it is not asked for, what programs send by that name is let be.
    ("PUT /api/v1/customers", "password"): [],
    # From long ago until tomorrow is too long, which is told of its end.
    ("POST /api/v1/businesses/{business}/time-off", "start"): [
        one for one in WHEN if one not in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    ],
    # Old forms send the fields that were left empty.
    ("PUT /admin/api/workers/{worker}", "is_active"): ["true", 2, [True], {}, None],
    ("PUT /admin/api/orders/{order}", "status"): [*NO_TEXT, None, "nonsense", "a\x00b"],
}
# A name that is not on offer is refused where services are looked up, by what they are there.
OTHERWISE = {"service_name": "service_id"}
# For supervisors alone; another way to say who logs in; and one to say when, tried by itself.
BY_THE_CLOCK = {"date": "2027-01-08", "start_time": "10:00"}
LEFT_OUT = {"force", "worker_id", *BY_THE_CLOCK}
NO_OBJECT: dict[str, Any] = {
    "truncated": b'{"name": "Cleo"',
    "two values": b"{} {}",
    "an array": b"[]",
    "an array of objects": b'[{"name": "Cleo"}]',
    "a text": b'"name"',
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"price": NaN, "name": NaN}',
    "Infinity": b'{"price": -Infinity}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a lone surrogate": rb'{"name": "\ud800"}',
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a number of 5,000 digits": b'{"seq": ' + b"9" * 5_000 + b"}",
    "NUL": b"\x00",
}
NAMES_IN_PATHS = [
    "0",
    "-1",
    "9" * 18,
    "9" * 19,
    "9" * 400,
    "1.5",
    "%00",
    "a%00b",
    "%FF%FE",
    "%F0%9F%91%95",
    "..%2F..%2Fetc%2Fpasswd",
    "../../../etc/passwd",
    "..%5C..%5Cconfig",
    "%0d%0aSet-Cookie:%20a=b",
    "'%20OR%20'1'='1",
    "%25",
    "%23",
    "x" * 3_000,
    "00000000-0000-0000-0000-000000000000",
]


@pytest.fixture
def world(app: Application) -> World:
    return staged(World, app)


def wrong_values(route: Route, field: str) -> list[Any]:
    return LOOSER.get((route.name, field), WRONG.get(field, TEXT))


def refuse(answer: TestResponse, path: str, field: str) -> None:
    """Hold an answer to a 400 that names the field."""
    assert answer.status_code == 400, (path, field, answer.status, answer.text[:300])
    body = hold_to_the_shape(answer, path)
    fields = {name.partition(".")[0] for name in body["details"] or ()}
    assert fields & {field, OTHERWISE.get(field, field)}, (field, body)


@pytest.mark.parametrize("route", WITH_JSON, ids=[route.name for route in WITH_JSON])
def test_a_wrong_value_of_any_field_is_refused_by_name(world: World, route: Route) -> None:
    path, body = world.path(route.template), route.body(world)
    before = picture()
    for field in body:
        for value in wrong_values(route, field):
            wrong = {**body, field: value}
            answer = world.send(route.opener, route.method, path, wrong)
            refuse(answer, path, field)
    assert picture() == before


BY_A_START = [route for route in WITH_JSON if route.name.endswith(("/appointments", "/reschedule"))]


@pytest.mark.parametrize("route", BY_A_START, ids=[route.name for route in BY_A_START])
def test_a_wrong_day_or_time_is_refused_by_name(world: World, route: Route) -> None:
    path, body = world.path(route.template), route.body(world)
    del body["start"]
    before = picture()
    for field in BY_THE_CLOCK:
        for value in wrong_values(route, field):
            wrong = {**body, **BY_THE_CLOCK, field: value}
            refuse(world.send(route.opener, route.method, path, wrong), path, field)
    assert picture() == before


@pytest.mark.parametrize("path", ["/set-password", "/reset", "/forgot", "/verify", "/admin/login"])
def test_a_hostile_form_changes_nothing(world: World, path: str) -> None:
    names = ("token", "username", "password", "csrf_token")
    before = picture()
    for value in ("", " ", "\x00", "a\x00b", LONG, "\u202e", "'; DROP TABLE users; --", "\ud7ff"):
        for form in (dict.fromkeys(names, value), {"token": value}, {"username": value}):
            answer = world.send("nobody", "POST", path, Form(form))
            assert answer.status_code in (400, 401, 403, 413), (value[:20], answer.status)
            assert picture() == before
    for raw in (b"%", b"=&=&", b"a=%FF%FE", b"&" * 100_000, b"token[]=1&token[x]=2"):
        form_type = "application/x-www-form-urlencoded"
        answer = world.app.test_client().post(path, data=raw, content_type=form_type)
        assert answer.status_code in (400, 401, 403, 413), raw[:20]
    assert picture() == before


def test_the_bodies_have_every_field_that_the_document_knows(world: World) -> None:
    for route in WITH_BODY:
        if not route.template.startswith("/api/v1/") or "PATCH" in route.name:
            continue
        operation = _described(world, route)
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        first = (schema.get("anyOf") or [schema])[0]["$ref"].rpartition("/")[2]
        known = set(DOCUMENT["components"]["schemas"][first]["properties"])
        assert known - LEFT_OUT <= set(route.body(world)), route.name


def _described(world: World, route: Route) -> dict[str, Any]:
    urls = world.app.url_map.bind("handover.test")
    rule, _ = urls.match(world.path(route.template), route.method, return_rule=True)
    words = [f"{{{part.split(':')[-1]}" for part in rule.rule.replace(">", "}").split("<")[1:]]
    template = rule.rule.partition("<")[0] + "".join(words)
    return dict(DOCUMENT["paths"][template][route.method.lower()])


@pytest.mark.once  # it does not come so far as to a database
@pytest.mark.parametrize("route", WRITES, ids=[route.name for route in WRITES])
def test_a_body_that_is_no_json_object_changes_nothing(world: World, route: Route) -> None:
    path = world.path(route.template)
    before = picture()
    for name, raw in NO_OBJECT.items() if route.name in BODIES else ():
        answer = raw_request(world, route, path, raw)
        if route not in WITH_JSON:
            assert answer.status_code in (400, 401, 409), (route.name, name, answer.status)
            assert picture() == before, name
            continue
        assert answer.status_code == 400, (route.name, name, answer.status, answer.text[:200])
        body = hold_to_the_shape(answer, path)
        assert body["error_code"] in ("INVALID_INPUT", "VALIDATION_ERROR"), (name, body)
        assert picture() == before, name
    too_large = raw_request(world, route, path, b'{"name": "' + b"x" * 10_000_000 + b'"}')
    assert too_large.status_code == 413, (route.name, too_large.status)
    if is_json_path(path):
        hold_to_the_shape(too_large, path)
    assert picture() == before


@pytest.mark.once  # it does not come so far as to a database
@pytest.mark.parametrize("route", WITH_BODY, ids=[route.name for route in WITH_BODY])
def test_a_body_of_another_type_changes_nothing(world: World, route: Route) -> None:
    path, before = world.path(route.template), picture()
    for mimetype in ("text/plain", "application/xml", ""):
        answer = raw_request(world, route, path, b'{"name": "Cleo"}', mimetype)
        assert answer.status_code in (400, 401, 415), (mimetype, answer.status)
        assert picture() == before


def raw_request(
    world: World, route: Route, path: str, raw: bytes, mimetype: str = "application/json"
) -> TestResponse:
    client = world.admin if route.opener == "admin" else world.app.test_client()
    token = world.bearers.get(route.opener)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.open(path, method=route.method, data=raw, content_type=mimetype, headers=headers)


@pytest.mark.parametrize("route", NAMED, ids=[route.name for route in NAMED])
def test_a_hostile_name_in_a_path_finds_nothing(world: World, route: Route) -> None:
    before, _, after = route.template.partition("{")
    after = after.partition("}")[2]
    stored = picture()
    for name in NAMES_IN_PATHS:
        path = before + name + after
        answer = world.send(route.opener, route.method, path, {} if route.writes else None)
        assert 400 <= answer.status_code < 500 or is_a_page(path), (path, answer.status)
        if answer.status_code >= 400 and is_json_path(path):
            hold_to_the_shape(answer, path)
        cookies = answer.headers.getlist("Set-Cookie")
        assert not cookies or (is_a_page(path) and not cookies[0].startswith("a=")), path
        assert "root:" not in answer.text
    assert picture() == stored


def is_a_page(path: str) -> bool:
    return not is_json_path(path)


def wrong_queries() -> Iterator[tuple[str, str, str]]:
    """Each parameter of each list, with what it is not."""
    for path, item in DOCUMENT["paths"].items():
        for parameter in item.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                kind = json.dumps(parameter["schema"])
                values = ["\x00", LONG[:5_000]]
                if "integer" in kind:
                    values += ["x", "-1", "1.5", "9" * 40, "9" * 5_000, "NaN"]
                elif '"number"' in kind:
                    values += ["x", "NaN", "Infinity", "181", "9" * 400]
                elif "enum" in kind:
                    values += ["nonsense", ""]
                elif parameter["name"] in ("from", "to"):
                    values += ["0000-01-01", "9999-99-99", "yesterday", "2026-02-30"]
                for value in values:
                    yield path, parameter["name"], value


def test_a_wrong_parameter_of_any_list_is_refused_by_name(world: World) -> None:
    openers = {route.template: route.opener for route in ROUTES if route.method == "GET"}
    for template, name, value in wrong_queries():
        opener = openers.get(template.replace("{ref}", "{order}"), "admin")
        path = template.replace("{ref}", world.new_order()).replace("{label_code}", "X")
        path = path.replace("{resource_type}/{resource_id}", "order/1")
        if "{webhook_id}" in path:
            path = path.replace("{webhook_id}", str(world.new_hook_of_all()))
        if "{license_id}" in path:
            path, opener = path.replace("{license_id}", str(world.new_license())), "customer"
        client = world.admin if opener == "admin" else world.app.test_client()
        token = world.bearers.get(opener)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = client.get(path, query_string={name: value}, headers=headers)
        if name in ("order", "action") and answer.status_code == 200:
            assert answer.json == [], (path, name, value)
            continue
        refuse(answer, path, name)
