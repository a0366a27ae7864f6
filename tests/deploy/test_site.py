"""What nginx adds to the application, and what it keeps away from it."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import time
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from app.web.assets import asset
from tests.deploy.site import ROOT, fronting
from tests.deploy.upstream import Upstream, serving_here

STATIC = ROOT / "src/app/web/static"
FILES = sorted(str(one.relative_to(STATIC)) for one in STATIC.rglob("*") if one.is_file())


def break_off(request: Request) -> Response:
    """End the line without an answer."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def test_what_a_client_says_of_itself_is_overwritten(site, upstream):
    lies = {
        "X_Forwarded_For": "192.0.2.1",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "http",
        "X_Real_IP": "192.0.2.1",
        "Forwarded": "for=192.0.2.1",
    }
    told = site.ask("GET", "/ping", **lies).json["headers"]
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-Host"] == told["Host"] == f"localhost:{site.port}"
    assert not {"X-Real-Ip", "Forwarded"} & set(told)


@pytest.mark.parametrize("given", ["my-own-id-1", "x" * 65, "a b c d e f g h", "short"])
def test_a_request_has_one_id_here_and_there(site, given):
    told = site.ask("GET", "/ping", X_Request_ID=given).json["headers"]["X-Request-Id"]
    assert told == given if given == "my-own-id-1" else re.fullmatch("[0-9a-f]{32}", told)


def test_every_file_is_served_as_the_application_would(client, site, upstream):
    headers = (
        "Content-Type",
        "Cache-Control",
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
    )
    for name in FILES:
        for path in (asset(name), f"/static/{name}"):
            here = site.ask("GET", path)
            with client.get(path) as there:
                assert (here.status, here.body) == (200, there.data), path
                for header in headers:
                    assert here.headers[header] == there.headers[header], (path, header)
            again = site.ask("GET", path, If_None_Match=here.headers["ETag"])
            assert (again.status, again.body) == (304, b"")
    assert upstream.seen == []


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/vendor/", "/static/../assets.py"])
def test_what_is_no_file_is_the_applications_to_refuse(site, upstream, path):
    site.ask("GET", path)
    assert len(upstream.seen) == 1


def test_files_are_compressed_and_answers_with_secrets_are_not(site, upstream):
    squeezed = site.ask("GET", asset("admin.css"), Accept_Encoding="gzip")
    assert gzip.decompress(squeezed.body) == (STATIC / "admin.css").read_bytes()
    long = "x" * 5000
    for kind in ("text/html", "application/json"):
        upstream.answer = lambda _, kind=kind: Response(long, mimetype=kind)
        for path in ("/admin", "/api/v1/orders", "/admin/login", "/"):
            plain = site.ask("GET", path, Accept_Encoding="gzip")
            assert "Content-Encoding" not in plain.headers
    document = site.ask("GET", "/api/v1/openapi.json", Accept_Encoding="gzip")
    assert document.headers["Content-Encoding"] == "gzip"


def test_an_orders_code_is_drawn_once(site, upstream):
    upstream.answer = lambda request: Response(
        f"drawn for {request.headers.get('Origin')}",
        mimetype="image/png",
        headers={
            "Cache-Control": "public, max-age=3600",
            "ETag": '"one"',
            "Vary": "Origin",
            "X-Request-ID": "of-the-first",
        },
    )
    first, second = (site.ask("GET", f"/qr/K7WQ2RNT.png?{n}") for n in range(2))
    assert first.body == second.body == b"drawn for None"
    assert len(upstream.seen) == 1
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    known = site.ask("GET", "/qr/K7WQ2RNT.png", If_None_Match='"one"')
    assert (known.status, known.body) == (304, b"")
    assert site.ask("GET", "/qr/K7WQ2RNT.png", Origin="null").body == b"drawn for null"
    assert site.ask("GET", "/qr/OTHER123.png").status == 200
    assert len(upstream.seen) == 3


def test_a_missing_code_is_asked_for_each_time(site, upstream):
    upstream.answer = lambda _: Response("no", 404)
    assert [site.ask("GET", "/qr/NOSUCH42.png").status for _ in range(2)] == [404, 404]
    assert len(upstream.seen) == 2


def test_a_log_holds_neither_query_strings_nor_what_opens_a_page(site, upstream):
    site.ask("GET", "/api/orders?email=ada@example.com", X_Request_ID="a-secret-of-mine")
    site.ask("GET", "/T/BCDFGHJKLNPRSTVXBCDFGHJK")
    site.ask("POST", "/api/orders?email=bob@example.com", b" " * 1_100_000)
    upstream.answer = break_off
    assert site.ask("GET", "/api/orders?email=eve@example.com").status == 502
    lines = site.access_log.read_text()
    logs = lines + (site.folder / "log" / "error.log").read_text()
    for secret in ("example.com", "BCDFGHJK", "a-secret-of-mine"):
        assert secret not in logs
    assert '"method":"POST","path":"/api/orders"' in lines
    assert '"path":"/T/..."' in lines


def test_plain_http_leads_to_tls(site):
    page = site.ask_plainly("GET", "/admin/login?next=%2F")
    assert (page.status, page.headers["Location"]) == (
        301,
        "https://localhost/admin/login?next=%2F",
    )
    order = site.ask_plainly("POST", "/api/orders")
    assert (order.status, order.headers["Location"]) == (308, "https://localhost/api/orders")


def test_another_name_is_not_served(site, upstream):
    with pytest.raises(ConnectionError):
        site.ask_plainly("GET", "/", Host="evil.example")
    context = site.context()
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", site.port), 5) as line, pytest.raises(ssl.SSLError):
        context.wrap_socket(line, server_hostname="evil.example")
    assert upstream.seen == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken_and_http_2(site, version):
    context = site.context()
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", site.port), 5) as line,
        context.wrap_socket(line, server_hostname="localhost") as secured,
    ):
        assert secured.selected_alpn_protocol() == "h2"
        assert "GCM" in secured.cipher()[0] or "CHACHA20" in secured.cipher()[0]


def test_tls_1_1_is_not(site):
    context = site.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", site.port), 5) as line, pytest.raises(ssl.SSLError):
        context.wrap_socket(line, server_hostname="localhost")


def test_a_slow_client_holds_nobody_up(site, upstream):
    line = site.connect()
    line.putrequest("POST", "/api/orders")
    line.putheader("Content-Length", "10")
    line.endheaders(b"12345")
    time.sleep(0.3)
    assert upstream.seen == []
    line.send(b"67890")
    assert line.getresponse().status == 200
    line.close()


def test_another_server_takes_over_and_no_scan_is_sent_twice(tmp_path: Path) -> None:
    """A server that breaks off may have recorded it: the device asks again, with its key."""
    broken, sound = (Upstream(f"unix:{tmp_path}/{name}.sock") for name in ("broken", "sound"))
    broken.answer = break_off
    with (
        serving_here(tmp_path / "broken.sock", broken),
        serving_here(tmp_path / "sound.sock", sound),
        fronting(tmp_path / "a", [f"unix:{tmp_path}/gone.sock", sound.address]) as half,
        fronting(tmp_path / "b", [broken.address, f"{sound.address} backup"]) as breaking,
    ):
        statuses = {half.ask("POST", "/worker/scan", b"{}").status for _ in range(4)}
        assert statuses == {200}
        asked = len(sound.seen)
        assert breaking.ask("POST", "/worker/scan", b"{}").status == 502
        assert (len(broken.seen), len(sound.seen)) == (1, asked)
        assert breaking.ask("GET", "/api/services").status == 200
