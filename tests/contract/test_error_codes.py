"""Every code of the list is produced by what it stands for (contract.md 8)."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.errors import AppError
from app.support import clock
from tests import factories
from tests.contract.shapes import refused

STATUSES = {
    "VALIDATION_ERROR": 400,
    "INVALID_INPUT": 400,
    "BAD_REQUEST": 400,
    "EMAIL_ALREADY_EXISTS": 400,
    "WRONG_PASSWORD": 400,
    "INVALID_VERIFICATION_CODE": 400,
    "VERIFICATION_CODE_EXPIRED": 400,
    "VERIFICATION_CODE_USED": 400,
    "EMAIL_NOT_VERIFIED": 403,
    "UNAUTHORIZED": 401,
    "INVALID_CREDENTIALS": 401,
    "INVALID_TOKEN": 401,
    "TOKEN_EXPIRED": 401,
    "TWO_FACTOR_REQUIRED": 401,
    "PERMISSION_DENIED": 403,
    "PASSWORD_CHANGE_REQUIRED": 403,
    "DEVICE_REVOKED": 403,
    "NOT_FOUND": 404,
    "ORDER_NOT_FOUND": 404,
    "SERVICE_NOT_FOUND": 404,
    "CONFLICT": 409,
    "INVALID_TRANSITION": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "LAST_ADMIN": 409,
    "PRECONDITION_FAILED": 412,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "SERVER_ERROR": 500,
    "UNAVAILABLE": 503,
}
"""The codes of contract.md 8 that this part of the product knows; others come with their parts."""

PLANNED = {
    "PAST_BOOKING": 400,
    "BUSINESS_NOT_FOUND": 404,
    "APPOINTMENT_NOT_FOUND": 404,
    "SLOT_UNAVAILABLE": 409,
}


def family(error: type[AppError] = AppError) -> list[type[AppError]]:
    return [error, *(one for child in error.__subclasses__() for one in family(child))]


def test_every_error_has_a_code_of_the_list_with_its_status():
    listed = STATUSES | PLANNED
    for error in family():
        if error.__module__ == AppError.__module__ and error.status != 405:
            assert listed[error.code] == error.status, error


def test_every_code_is_an_error_of_ours():
    assert set(STATUSES) <= {error.code for error in family()}


def test_every_code_has_a_case_here_or_is_proved_elsewhere_in_this_package():
    seen = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refused":
                seen |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    assert set(STATUSES) - seen == set()


@pytest.mark.parametrize("path", ["/api/services", "/api/v1/services", "/admin/api/services"])
def test_a_fault_of_ours_is_500_and_betrays_nothing(make_app, path):
    broken = make_app()

    def fail() -> None:
        raise RuntimeError("secret driver words at 10.0.0.1")

    broken.add_url_rule(path + "/broken", view_func=fail, endpoint="broken")
    answer = broken.test_client().get(path + "/broken", headers={"Accept": "text/html"})
    refused(answer, 500, "SERVER_ERROR", "Something went wrong on our side.")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/services"),
        ("GET", "/api/orders?email=a@b.c"),
        ("POST", "/api/v1/auth/login"),
        ("POST", "/auth/login"),
    ],
)
def test_without_a_database_it_is_503_with_a_time_to_wait(make_app, method, path):
    down = make_app(DATABASE_URL="mysql://root@127.0.0.1:1/none").test_client()
    body = {"email": "a@b.c", "password": factories.PASSWORD} if method == "POST" else None
    answer = down.open(path, method=method, json=body)
    refused(answer, 503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) >= 1
    for word in ("mysql", "127.0.0.1", "root"):
        assert word not in answer.text


def test_a_refused_sign_in_says_how_to_sign_in(client):
    answer = client.get("/api/v1/auth/me")
    refused(answer, 401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_told_from_a_bad_one(client, customer):
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        answer = client.get("/api/orders", headers=customer.headers)
    refused(answer, 401, "TOKEN_EXPIRED")
    answer = client.get("/api/orders", headers={"Authorization": "Bearer x"})
    refused(answer, 401, "INVALID_TOKEN")
