"""The contract over real HTTP: gunicorn, two processes, real sockets."""

from __future__ import annotations

import json
import socket
import ssl
import uuid
from typing import Any

import pytest

from tests.contract.rows import routes, sample
from tests.contract.shapes import AUTH, INSTANT, OLD_ORDER, OLD_SERVICE, ORDER_CREATED, shaped
from tests.serving import ADMIN, Server

JSON_TYPE = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery"
REDIRECTS = {301, 302, 303, 307, 308}


def sign_up(server: Server) -> dict[str, str]:
    email = f"{uuid.uuid4().hex}@example.com"
    body = {"name": "Ada", "email": email, "password": PASSWORD}
    answer = server.ask("POST", "/auth/signup", json_body=body)
    assert answer.status == 201
    token = shaped(answer.json, AUTH)["token"]
    return {"Authorization": f"Bearer {token}", "email": email}


def wishes(email: str = "ada@example.com") -> dict[str, Any]:
    return {"name": "Ada", "email": email, "service_name": "Wash & Fold"}


def refused(answer: Any, status: int, code: str) -> None:
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json["error_code"] == code
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("end", ["", "/"])
def test_the_old_clients_day(served, end):
    customer = sign_up(served)
    own = {"Authorization": customer["Authorization"]}
    services = served.ask("GET", f"/api/services{end}")
    shaped(services.json, [OLD_SERVICE])
    assert "Deprecation" in services.headers
    placed = served.ask("POST", f"/api/orders{end}", json_body=wishes(), headers=own)
    assert placed.status == 201
    number = shaped(placed.json, ORDER_CREATED)["order_number"]
    assert INSTANT.fullmatch(placed.json["created_at"])
    listed = served.ask("GET", f"/api/orders{end}", headers=own | JSON_TYPE)
    assert [one["order_number"] for one in shaped(listed.json, [OLD_ORDER])] == [number]
    changed = served.ask(
        "PUT", f"/api/orders/{number}{end}", json_body={"instructions": "Soft 🧺"}, headers=own
    )
    assert changed.json["order"]["instructions"] == "Soft 🧺"
    image = served.ask("GET", f"/qr/{number}.png{end}")
    assert (image.status, image.headers["Content-Type"]) == (200, "image/png")
    tag = {"If-None-Match": image.headers["ETag"]}
    assert served.ask("GET", f"/qr/{number}.png{end}", headers=tag).status == 304
    deleted = served.ask(
        "DELETE", f"/api/orders/{number}{end}?email=ada@example.com", headers=JSON_TYPE
    )
    assert (deleted.status, deleted.json) == (200, {"message": "Deleted"})


@pytest.mark.parametrize(("row", "method", "path"), routes())
def test_both_spellings_of_a_path_answer_alike(served, row, method, path):
    bare, slashed = (served.ask(method, sample(path) + end, headers=JSON_TYPE) for end in ("", "/"))
    assert bare.status == slashed.status
    assert bare.headers["Content-Type"] == slashed.headers["Content-Type"]
    if row != "L13":
        assert bare.status not in REDIRECTS
    assert bare.status < 500


@pytest.mark.parametrize("origin", ["null", "file://", "app://.", "http://localhost:5173"])
def test_a_preflight_is_answered(served, origin):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = served.ask("OPTIONS", "/api/orders/K7WQ2RNT/", headers=headers)
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_body_of_10_MB_is_413(served):
    data = json.dumps(wishes() | {"instructions": "x" * 10_000_000}).encode()
    refused(served.ask("POST", "/api/orders", data=data, headers=JSON_TYPE), 413, "TOO_LARGE")
    assert served.ask("GET", "/health").status == 200


def test_a_chunked_body_is_read(served):
    body = json.dumps(wishes()).encode()
    chunks = [body[:10], body[10:]]
    answer = served.ask("POST", "/api/orders", data=iter(chunks), headers=JSON_TYPE, chunked=True)
    assert answer.status == 201
    shaped(answer.json, ORDER_CREATED)


def test_a_chunked_body_without_end_is_413(served):
    chunks = (b"x" * 65536 for _ in range(20))
    answer = served.ask("POST", "/api/orders", data=chunks, headers=JSON_TYPE, chunked=True)
    refused(answer, 413, "TOO_LARGE")


@pytest.mark.parametrize(
    "path", ["/api/services", "/health", "/ping", "/admin/login", "/api/v1/openapi.json"]
)
def test_HEAD_says_what_GET_would(served, path):
    get, head = served.ask("GET", path), served.ask("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


def test_a_connection_is_kept_for_many_requests_also_after_refusals(served):
    line = served.connect()
    for method, path, status in (
        ("GET", "/api/services", 200),
        ("GET", "/api/nothing", 404),
        ("POST", "/api/services", 405),
        ("HEAD", "/ping", 200),
        ("OPTIONS", "/api/orders", 200),
        ("POST", "/api/orders", 400),
        ("GET", "/ping", 200),
    ):
        if line.sock is not None:
            before = line.sock.getsockname()
        answer = served.ask(method, path, headers=JSON_TYPE, connection=line)
        assert answer.status == status, (method, path)
        if path != "/api/services" or method != "GET":
            assert line.sock is not None
            assert line.sock.getsockname() == before
    line.close()


def test_an_admin_signs_in_and_out_over_the_wire(served):
    signed_in = served.ask("POST", "/admin/login", json_body=ADMIN)
    assert signed_in.json == {"message": "Admin login successful"}
    cookie = {"Cookie": signed_in.headers["Set-Cookie"].partition(";")[0]}
    assert served.ask("GET", "/admin/api/services", headers=cookie).status == 200
    assert served.ask("POST", "/admin/logout", headers=cookie | JSON_TYPE).status == 200
    refused(served.ask("GET", "/admin/api/services", headers=cookie), 401, "UNAUTHORIZED")


def test_a_device_scans_over_the_wire(served):
    signed_in = served.ask("POST", "/admin/login", json_body=ADMIN)
    cookie = {"Cookie": signed_in.headers["Set-Cookie"].partition(";")[0]}
    made = served.ask("POST", "/api/v1/devices", json_body={"name": "Counter"}, headers=cookie)
    code = {"code": made.json["code"]}
    token = served.ask("POST", "/api/v1/devices/enroll", json_body=code).json["token"]
    number = served.ask("POST", "/api/orders", json_body=wishes()).json["order_number"]
    scan = {"order_number": number, "action": "picked_up"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    first = served.ask("POST", "/api/v1/workers/scan/", json_body=scan, headers=headers)
    again = served.ask("POST", "/api/v1/workers/scan", json_body=scan, headers=headers)
    assert (first.status, again.status) == (201, 200)
    assert again.json == {**first.json, "replayed": True}
    old = served.ask("POST", "/worker/scan/", json_body=scan, headers=headers)
    assert (old.status, old.json["order"]["status"]) == (200, "picked_up")


@pytest.mark.parametrize(
    "path",
    [
        "/qr/../../etc/passwd",
        "/static/../../../etc/passwd",
        "/qr/..%2f..%2fetc%2fpasswd.png",
        "//etc/passwd",
        "/api/orders/%00",
        "/api/v1/orders/%ff%fe",
        "/api/v1/services/" + "9" * 400,
        "/api/%0d%0aSet-Cookie:%20x=1",
    ],
)
def test_a_crooked_path_is_a_clear_404(served, path):
    answer = served.ask("GET", path)
    assert answer.status in (401, 404, 405)
    assert b"root:" not in answer.body
    assert "Set-Cookie" not in answer.headers


def test_what_gunicorn_itself_refuses_is_4xx(served):
    assert served.ask("GET", "/api/services?" + "x" * 5000).status == 414
    assert served.ask("GET", "/ping", headers={"X-Long": "x" * 10_000}).status in (400, 431)
    assert served.ask("GET", "/ping").status == 200


def raw(server: Server, data: bytes) -> bytes:
    connection = server.connect()
    connection.connect()
    line = connection.sock
    assert line is not None
    with line:
        line.sendall(data)
        if not isinstance(line, ssl.SSLSocket):  # TLS cannot end one direction alone
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


HEAD = b"POST /api/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"Content-Length: 100\r\n\r\n{}",
        b"Content-Length: 2000000\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ],
)
def test_a_body_that_breaks_off_is_4xx_and_places_nothing(served, rest):
    answer = raw(served, HEAD + rest)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:300]
    assert served.ask("GET", "/ping").status == 200
