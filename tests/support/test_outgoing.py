"""One POST to somebody else: to the address that was judged, by its name, and not for long."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from ipaddress import ip_network

import pytest

from app.support.outgoing import NotReached, post
from app.support.public_addresses import Target
from tests.deploy.certificate import write_certificate

HERE = (ip_network("127.0.0.0/8"),)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def answering(*parts: bytes, pause: float = 0, context: ssl.SSLContext | None = None):
    """A server on this machine that says these bytes to whoever comes; its port, and who came."""
    listening = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                if context is not None:
                    connection = context.wrap_socket(connection, server_side=True)
                came.append(connection.recv(65536))
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)
            except OSError:
                pass
            finally:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], came
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def at(port: int, *, host: str = "hook.example", is_encrypted: bool = False) -> Target:
    return Target(is_encrypted, host, port, "/in?a=b", f"{host}:{port}")


def here(*_):
    return ["127.0.0.1"]


def send(port: int, **more):
    return post(at(port), b"{}", {"X-One": "1"}, **{"allowed": HERE, "resolve": here} | more)


def test_a_body_is_posted_and_the_status_comes_back():
    with answering(OK) as (port, came):
        assert send(port) == 200
    head, _, body = came[0].partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        "POST /in?a=b HTTP/1.1",
        f"Host: hook.example:{port}",
        "X-One: 1",
        "Content-Length: 2",
        "Connection: close",
    ]
    assert body == b"{}"


def test_what_comes_before_the_answer_is_passed_over():
    with answering(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 ", b"410 Gone\r\n\r\n"
    ) as (
        port,
        _,
    ):
        assert send(port) == 410


@pytest.mark.parametrize("status", [b"301 Moved", b"307 Temporary", b"308 Permanent"])
def test_a_redirect_is_an_answer_like_any_other(status):
    with answering(b"HTTP/1.1 " + status + b"\r\nLocation: http://127.0.0.1/\r\n\r\n") as (
        port,
        came,
    ):
        assert send(port) == int(status[:3])
    assert len(came) == 1


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x" * 100_000]
)
def test_what_is_no_http_is_none(answer):
    with answering(answer) as (port, _), pytest.raises(NotReached, match="protocol"):
        send(port)


def test_one_that_says_nothing_is_given_up_in_time():
    with answering(b"", pause=1) as (port, _):
        began = time.monotonic()
        with pytest.raises(NotReached, match="timeout"):
            send(port, seconds=0.3)
        assert time.monotonic() - began < 2


def test_one_that_drips_is_given_up_in_time_all_the_same():
    """Each byte is in time; all of them are not."""
    with answering(*[b"H"] * 40, pause=0.05) as (port, _):
        began = time.monotonic()
        with pytest.raises(NotReached, match="timeout"):
            send(port, seconds=0.3)
        assert time.monotonic() - began < 1.5


def test_a_resolver_that_hangs_is_given_up_in_time():
    def hangs(*_):
        time.sleep(3)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(NotReached, match="timeout"):
        send(1, resolve=hangs, seconds=0.2)
    assert time.monotonic() - began < 2


def test_a_name_that_does_not_exist_is_told_so():
    def fails(*_):
        raise socket.gaierror

    with pytest.raises(NotReached, match="dns"):
        send(1, resolve=fails)


def test_nobody_at_home_is_told_so():
    with pytest.raises(NotReached, match="unreachable"):
        send(1)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["0.0.0.0"],
        ["fe80::1%eth0"],
    ],
)
def test_an_address_that_is_special_is_not_connected_to(addresses):
    with answering(OK) as (port, came):
        target = at(port, is_encrypted=True)
        with pytest.raises(NotReached, match="blocked"):
            post(target, b"{}", {}, resolve=lambda *_: addresses)
    assert came == []


def test_without_tls_a_public_address_is_not_connected_to():
    with pytest.raises(NotReached, match="blocked"):
        send(80, resolve=lambda *_: ["8.8.8.8"])


def test_a_name_that_changes_its_mind_is_asked_once_and_gains_nothing():
    """Rebinding: at first a harmless address, then one of ours."""
    with answering(OK) as (port, came), answering(OK) as (_, others):
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        asked = []

        def rebinding(host: str, _: int):
            asked.append(host)
            return next(answers)

        only = (ip_network("127.0.0.1/32"),)
        assert send(port, resolve=rebinding, allowed=only) == 200
        assert asked == ["hook.example"]
        assert len(came) == 1
        with pytest.raises(NotReached, match="blocked"):
            send(port, resolve=rebinding, allowed=only)
        assert len(came) == 1
        assert others == []


def test_of_several_addresses_one_that_answers_is_enough():
    with answering(OK) as (port, _):
        assert send(port, resolve=lambda *_: ["127.0.0.3", "127.0.0.1"]) == 200


@pytest.fixture
def contexts(tmp_path):
    """TLS of a server named hook.example, and of a client that trusts its certificate."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(certificate, key, ["hook.example"])
    servers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    servers.load_cert_chain(certificate, key)
    return servers, ssl.create_default_context(cafile=str(certificate))


def test_tls_proves_the_name_and_not_the_address(contexts):
    servers, ours = contexts
    with answering(OK, context=servers) as (port, came):
        target = at(port, is_encrypted=True)
        assert post(target, b"{}", {}, allowed=HERE, resolve=here, context=ours) == 200
        other = at(port, host="other.example", is_encrypted=True)
        with pytest.raises(NotReached, match="tls"):
            post(other, b"{}", {}, allowed=HERE, resolve=here, context=ours)
    assert len(came) == 1


def test_a_certificate_that_nobody_trusts_is_refused(contexts):
    servers, _ = contexts
    with answering(OK, context=servers) as (port, came), pytest.raises(NotReached, match="tls"):
        post(at(port, is_encrypted=True), b"{}", {}, allowed=HERE, resolve=here)
    assert came == []
