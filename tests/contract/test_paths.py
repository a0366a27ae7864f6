"""Paths and surfaces: both spellings alike, JSON and nothing else, no redirects (contract.md 1)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.rows import SAMPLES, routes, sample
from tests.contract.shapes import refused

ROUTES = routes()
PREFIXES = ("/api", "/api/v1", "/auth", "/worker", "/employee", "/admin/api")
JSON_TYPE = {"Content-Type": "application/json"}
REDIRECTS = {301, 302, 303, 307, 308}


def told(answer: TestResponse) -> tuple[int, str | None, Any]:
    body = answer.get_json() if answer.mimetype == "application/json" else None
    if isinstance(body, dict):
        body = {**body, "request_id": ""}
    return answer.status_code, answer.headers.get("Location"), body


@pytest.mark.parametrize(("row", "method", "path"), ROUTES)
def test_both_spellings_of_a_path_answer_alike(client, row, method, path):
    answers = [
        client.open(sample(path) + end, method=method, headers=JSON_TYPE) for end in ("", "/")
    ]
    assert told(answers[0]) == told(answers[1])
    if row != "L13":
        assert answers[0].status_code not in REDIRECTS
    assert answers[0].status_code != 500


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("tail", ["/no/such/thing", "/%00", "/" + "x" * 3000])
def test_a_path_that_is_none_answers_json(client, prefix, method, tail):
    headers = {"Accept": "text/html,*/*;q=0.8"}
    answer = client.open(prefix + tail, method=method, headers=headers)
    refused(answer, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/api/services", "POST", {"GET"}),
        ("/api/orders", "DELETE", {"GET", "POST"}),
        ("/auth/login", "GET", {"POST"}),
        ("/worker/scan", "GET", {"POST"}),
        ("/employee/login", "PUT", {"POST"}),
        ("/admin/api/orders", "POST", {"GET"}),
        ("/api/v1/orders", "DELETE", {"GET", "POST"}),
        ("/api/v1/workers/scan", "GET", {"POST"}),
    ],
)
def test_another_method_is_405_in_json(client, path, method, allowed):
    for spelled in (path, path + "/"):
        answer = client.open(spelled, method=method, headers={"Accept": "text/html"})
        refused(answer, 405, "BAD_REQUEST")
        named = set(answer.headers["Allow"].split(", "))
        assert named - {"HEAD", "OPTIONS"} == allowed


BODIES = [(row, method, path) for row, method, path in ROUTES if method in ("POST", "PUT", "PATCH")]


def opened(app_client, admin, customer, device, path: str) -> tuple[Any, dict[str, str]]:
    """A client and headers that open most of the routes at this path."""
    if "/admin/" in path or path.startswith(("/api/v1/services", "/api/v1/devices")):
        return admin, {}
    if path.startswith("/api/v1/workers/scan") or path.endswith("/roll"):
        return app_client, device.headers
    if path.startswith("/api/v1/workers"):
        return admin, {}
    if path in ("/worker/scan", "/api/tracks"):
        return app_client, device.headers
    if path.startswith(("/api/v1/orders", "/api/v1/customers", "/api/orders", "/api/v1/auth/me")):
        return app_client, customer.headers
    return app_client, {}


@pytest.mark.parametrize(("row", "method", "path"), BODIES)
def test_malformed_json_is_400_or_not_read_and_never_500(
    client, admin, customer, device, row, method, path
):
    by, headers = opened(client, admin, customer, device, path)
    for data in ("{", '{"a": NaN}', "[1]", "\x00", '{"a": "\\ud800"}'):
        answer = by.open(sample(path), method=method, data=data, headers={**headers, **JSON_TYPE})
        assert answer.status_code in (200, 400, 401, 403, 404)
        if answer.status_code != 200:
            refused(answer, answer.status_code, answer.json["error_code"])


@pytest.mark.parametrize(("row", "method", "path"), BODIES)
def test_a_body_of_more_than_1_MiB_is_413(client, admin, customer, device, row, method, path):
    by, headers = opened(client, admin, customer, device, path)
    data = b'{"a": "' + b"x" * 1024 * 1024 + b'"}'
    answer = by.open(sample(path), method=method, data=data, headers={**headers, **JSON_TYPE})
    refused(answer, 413, "TOO_LARGE")


TYPED = [
    ("POST", "/auth/login"),
    ("POST", "/auth/signup"),
    ("POST", "/worker/scan"),
    ("POST", "/employee/login"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/orders"),
    ("POST", "/api/v1/workers/scans"),
    ("POST", "/admin/api/services"),
]


@pytest.mark.parametrize(("method", "path"), TYPED)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_415(client, admin, customer, device, method, path, kind):
    by, headers = opened(client, admin, customer, device, path)
    answer = by.open(path, method=method, data="x", headers=headers | {"Content-Type": kind})
    refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("row", "method", "path"),
    [(row, method, path) for row, method, path in ROUTES if method in ("GET", "DELETE")],
)
def test_a_content_type_without_a_body_is_no_error(
    client, admin, customer, device, row, method, path
):
    by, headers = opened(client, admin, customer, device, path)
    with_type = by.open(sample(path), method=method, headers={**headers, **JSON_TYPE})
    without = by.open(sample(path), method=method, headers=headers)
    assert told(with_type)[:2] == told(without)[:2]
    assert with_type.status_code != 415


@pytest.mark.parametrize(("row", "method", "path"), [one for one in ROUTES if one[1] == "GET"])
def test_HEAD_answers_as_GET_without_a_body(client, row, method, path):
    get, head = client.get(sample(path)), client.head(sample(path))
    assert (head.status_code, head.mimetype, head.data) == (get.status_code, get.mimetype, b"")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/services", "/api/v1/nothing", "/admin/login", "/ping"])
def test_every_answer_names_its_request(client, method, path):
    answer = client.open(path, method=method)
    assert len(answer.headers["X-Request-ID"]) >= 8
    named = client.open(path, method=method, headers={"X-Request-ID": "my-request-1"})
    assert named.headers["X-Request-ID"] == "my-request-1"
    forged = client.open(path, method=method, headers={"X-Request-ID": "<script>"})
    assert forged.headers["X-Request-ID"] != "<script>"


def test_the_samples_name_nothing_that_is_stored(client, admin):
    for path in ("/admin/api/orders/{ref}", "/api/v1/workers/{id}"):
        assert admin.get(sample(path)).status_code == 404
    assert SAMPLES["id"] == "424242"
