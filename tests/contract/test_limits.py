"""How often one address may ask (contract.md 9)."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.contract.shapes import refused

AUTH = {
    "L7": ("POST", "/auth/signup"),
    "L8": ("POST", "/auth/login"),
    "L11": ("POST", "/admin/login"),
    "L25": ("POST", "/employee/login"),
    "V1": ("POST", "/api/v1/auth/register"),
    "V2": ("POST", "/api/v1/auth/login"),
    "V20": ("POST", "/api/v1/workers/login"),
    "V21d": ("POST", "/api/v1/devices/enroll"),
}
LOOKUPS = {
    "L3": ("GET", "/api/orders?email=a@b.c"),
    "L5": ("DELETE", "/api/orders/NOSUCH42?email=a@b.c"),
    "L6": ("GET", "/qr/NOSUCH42.png"),
    "L6 alias": ("GET", "/static/qr/NOSUCH42.png"),
    "V25": ("GET", "/api/v1/track/NOSUCH42"),
    "V25 page": ("GET", "/track/NOSUCH42"),
    "V25 label": ("GET", "/T/NOSUCH42"),
}
ORDER = {"name": "Ada", "email": "ada@example.com", "service_name": "Wash"}


def new_address() -> str:
    """An address that no other test uses: Redis keeps its counters from run to run."""
    return "2001:db8:" + ":".join(secrets.token_hex(2) for _ in range(6))


@pytest.fixture
def limited(make_app):
    return make_app(RATELIMIT_ENABLED="true").test_client()


def ask(client: FlaskClient, method: str, path: str, address: str, **more: Any) -> Any:
    if method == "POST":
        more.setdefault("json", {})
    return client.open(path, method=method, environ_base={"REMOTE_ADDR": address}, **more)


def seconds_to_wait(answer: Any, longest: int) -> int:
    refused(answer, 429, "RATE_LIMITED")
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= longest
    return wait


@pytest.mark.parametrize(("method", "path"), AUTH.values(), ids=AUTH)
def test_L7_L8_L11_L25_V1_V2_V20_V21d_ten_sign_ins_a_minute(limited, method, path):
    here, elsewhere = new_address(), new_address()
    statuses = {ask(limited, method, path, here).status_code for _ in range(10)}
    assert statuses == {400}
    seconds_to_wait(ask(limited, method, path, here), 60)
    assert ask(limited, method, path, elsewhere).status_code == 400


def test_sign_ins_share_one_limit(limited):
    here = new_address()
    for method, path in list(AUTH.values()) * 2:
        last = ask(limited, method, path, here)
    seconds_to_wait(last, 60)


@pytest.mark.parametrize(("method", "path"), LOOKUPS.values(), ids=LOOKUPS)
def test_L3_L5_L6_V25_sixty_look_ups_a_minute(limited, method, path):
    here, elsewhere = new_address(), new_address()
    json_please = {"headers": {"Accept": "application/json"}}
    statuses = {ask(limited, method, path, here, **json_please).status_code for _ in range(60)}
    assert statuses <= {200, 404}
    seconds_to_wait(ask(limited, method, path, here, **json_please), 60)
    assert ask(limited, method, path, elsewhere).status_code in (200, 404)


def test_L2_twenty_anonymous_orders_an_hour(limited, customer):
    factories.service("Wash")
    here = new_address()
    statuses = [
        ask(limited, "POST", "/api/orders", here, json=ORDER).status_code for _ in range(20)
    ]
    assert statuses == [201] * 20
    seconds_to_wait(ask(limited, "POST", "/api/orders", here, json=ORDER), 3600)
    mine = {"json": ORDER, "headers": customer.headers}
    assert ask(limited, "POST", "/api/orders", here, **mine).status_code == 201


def test_L3_reading_with_a_token_has_no_limit(limited, customer):
    here = new_address()
    for _ in range(61):
        answer = ask(limited, "GET", "/api/orders", here, headers=customer.headers)
        assert answer.status_code == 200
    assert ask(limited, "GET", "/api/orders?email=a@b.c", here).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [LOOKUPS["L5"], LOOKUPS["L6"], LOOKUPS["V25"], AUTH["L8"]]
)
def test_a_token_that_nobody_looks_at_lifts_no_limit(limited, customer, method, path):
    here = new_address()
    for _ in range(61):
        answer = ask(limited, method, path, here, headers={"Authorization": "Bearer made-up"})
    assert answer.status_code == 429


def test_V21_scans_and_reads_have_no_limit(limited, device):
    order = factories.order()
    here = new_address()
    for number in range(65):
        body = {"order_number": order.order_number, "note": str(number)}
        scanned = ask(
            limited, "POST", "/api/v1/workers/scan", here, json=body, headers=device.headers
        )
        read = ask(limited, "GET", f"/api/v1/orders/{order.id}", here, headers=device.headers)
        assert (scanned.status_code, read.status_code) == (201, 200)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP"]
)
def test_a_made_up_forwarded_address_resets_nothing(limited, header):
    here = new_address()
    for number in range(11):
        headers = {
            header: f"for=192.0.2.{number}" if header == "Forwarded" else f"192.0.2.{number}"
        }
        last = ask(limited, "POST", "/auth/login", here, headers=headers)
    seconds_to_wait(last, 60)


def test_behind_one_proxy_its_client_is_counted_and_what_that_made_up_is_not(make_app):
    proxied = make_app(RATELIMIT_ENABLED="true", TRUSTED_PROXIES="1").test_client()
    proxy, one, two = new_address(), new_address(), new_address()

    def sign_in(forwarded: str) -> Any:
        headers = {"X-Forwarded-For": forwarded}
        return ask(proxied, "POST", "/auth/login", proxy, headers=headers)

    for number in range(10):
        assert sign_in(f"192.0.2.{number}, {one}").status_code == 400
    seconds_to_wait(sign_in(f"198.51.100.1, {one}"), 60)
    assert sign_in(two).status_code == 400


def test_a_preflight_is_not_counted(limited):
    here = new_address()
    headers = {"Origin": "null", "Access-Control-Request-Method": "POST"}
    for _ in range(20):
        assert ask(limited, "OPTIONS", "/auth/login", here, headers=headers).status_code == 200
    assert ask(limited, "POST", "/auth/login", here).status_code == 400


def test_a_refusal_for_asking_too_often_is_readable_to_its_page(limited):
    here = new_address()
    for _ in range(11):
        answer = ask(limited, "POST", "/auth/login", here, headers={"Origin": "null"})
    seconds_to_wait(answer, 60)
    assert answer.headers["Access-Control-Allow-Origin"] == "null"
    assert "Deprecation" in answer.headers


def test_limits_are_off_only_when_they_are_switched_off(client):
    here = new_address()
    statuses = {ask(client, "POST", "/auth/login", here).status_code for _ in range(15)}
    assert statuses == {400}


def test_V2_guessing_at_an_account_waits_longer_each_time_and_locks_nobody_out(limited, customer):
    here, elsewhere = new_address(), new_address()
    wrong = {"email": customer.email, "password": "wrong password"}
    right = {"email": customer.email, "password": factories.PASSWORD}
    for _ in range(6):
        answer = ask(limited, "POST", "/api/v1/auth/login", here, json=wrong)
        assert answer.status_code == 401
    seconds_to_wait(ask(limited, "POST", "/api/v1/auth/login", here, json=right), 900)
    answer = ask(limited, "POST", "/api/v1/auth/login", elsewhere, json=right)
    assert answer.status_code == 200
