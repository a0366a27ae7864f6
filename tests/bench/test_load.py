"""The load generator against a server that answers, refuses and hangs up as it is told."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.lines import NOW
from bench.load import Load, Run, run

CREATED = frozenset({201})


@dataclass
class Served:
    """What the server saw, and where it is."""

    address: tuple[str, int] = ("", 0)
    lines: int = 0
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def _serving(*, keeps_alive: bool = True) -> Iterator[Served]:
    """Answers with the status that the path names; /hangup says nothing at all.

    /busy sends each body away the first time, for a second.
    """
    served = Served()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            served.lines += 1
            while first := self.rfile.readline():
                path, length = first.split()[1], 0
                while (line := self.rfile.readline().strip().lower()) != b"":
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                served.bodies.append(self.rfile.read(length))
                if path == b"/hangup":
                    return
                more = b"" if keeps_alive else b"Connection: close\r\n"
                status = path[1:]
                if path == b"/busy":
                    status = b"503" if served.bodies.count(served.bodies[-1]) == 1 else b"201"
                    more += b"Retry-After: 1\r\n"
                head = b"HTTP/1.1 " + status + b" Fine\r\n" + more + b"Content-Length: 5\r\n\r\n"
                self.wfile.write(head)
                self.wfile.write(b"hello")
                if not keeps_alive:
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        served.address = ("127.0.0.1", server.server_address[1])
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def _ask(path: str, body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _load(served: Served, requests: list[bytes], **more) -> Load:
    more = {"connections": 2, "seconds": 20.0, "warm_up": 0.0} | more
    return Load(served.address, requests, CREATED, **more)


def test_every_answer_is_counted_once_and_the_time_ends_with_the_requests():
    with _serving() as served:
        result = run(_load(served, [_ask("/201")] * 40))
    assert (result.answers, result.statuses, result.errors) == (40, {201: 40}, 0)
    assert result.is_valid
    assert result.ran_out
    assert 0 < result.seconds < 20
    assert 0 < result.p50_ms <= result.p90_ms <= result.p99_ms <= result.max_ms
    assert len(served.bodies) == 40


def test_connections_are_kept_alive_where_the_server_keeps_them():
    with _serving() as served:
        run(_load(served, [_ask("/201")] * 40))
    assert served.lines == 2


def test_a_server_that_closes_is_asked_on_a_new_connection():
    with _serving(keeps_alive=False) as served:
        result = run(_load(served, [_ask("/201")] * 40))
    assert result.statuses == {201: 40}
    assert served.lines == 40


def test_an_answer_that_is_not_expected_makes_the_run_invalid():
    with _serving() as served:
        result = run(_load(served, [_ask("/201"), _ask("/200"), _ask("/503")] * 5))
    assert result.statuses == {200: 5, 201: 5, 503: 5}
    assert result.errors == 10
    assert not result.is_valid
    assert result.failure.startswith("HTTP/1.1 503")


def test_a_line_that_breaks_is_an_error_and_no_answer():
    with _serving() as served:
        result = run(_load(served, [_ask("/201"), _ask("/hangup"), _ask("/201")] * 5))
    assert result.statuses == {0: 5, 201: 10}
    assert (result.answers, result.errors) == (10, 5)


def test_a_server_that_is_not_there_is_an_error():
    result = run(_load(Served(("127.0.0.1", 1)), [_ask("/201")] * 5))
    assert result.answers == 0
    assert not result.is_valid


def test_what_is_answered_while_warming_up_is_not_counted():
    with _serving() as served:
        result = run(_load(served, [_ask("/201")] * 40, warm_up=20.0))
    assert result.statuses == {201: 40}
    assert result.answers == 0


def test_a_load_can_be_ended_early():
    with _serving() as served:
        going = Run(_load(served, [_ask("/201")] * 500_000))
        while len(served.bodies) < 50:
            pass
        going.stop()
        result = going.result()
    assert 0 < result.answers < 500_000
    assert result.answers <= len(served.bodies)
    assert not result.ran_out


def test_processes_share_the_requests():
    requests = [_ask("/201", str(number).encode()) for number in range(60)]
    with _serving() as served:
        result = run(_load(served, requests, connections=4, processes=2))
    assert result.answers == 60
    assert sorted(map(int, served.bodies)) == list(range(60))


def test_the_instant_is_written_when_the_request_is_sent():
    body = b'{"at":"' + NOW + b'"}'
    with _serving() as served:
        run(_load(served, [_ask("/201", body)] * 3))
    assert len(served.bodies[0]) == len(body)
    assert re.fullmatch(rb'\{"at":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"\}', served.bodies[0])


def test_a_patient_load_sends_again_what_it_was_sent_away_with():
    requests = [_ask("/busy", str(number).encode()) for number in range(6)]
    with _serving() as served:
        result = run(_load(served, requests, connections=3, patient=frozenset({503})))
    assert (result.answers, result.statuses, result.postponed) == (6, {201: 6}, 6)
    assert result.is_valid
    assert sorted(served.bodies) == sorted(b"%d" % number for number in [*range(6)] * 2)
    assert 1_000 <= result.p50_ms < 20_000


def test_a_patient_load_goes_on_with_what_is_not_sent_away():
    with _serving() as served:
        busy, fine = [_ask("/busy", b"busy")], [_ask("/201", b"fine")] * 20
        result = run(_load(served, busy + fine, patient=frozenset({503})))
    assert result.statuses == {201: 21}
    assert [bodies for bodies in served.bodies if bodies == b"busy"] == [b"busy"] * 2
    assert served.bodies[-1] == b"busy"


def test_what_was_sent_away_when_the_time_was_over_is_an_error():
    with _serving() as served:
        result = run(_load(served, [_ask("/busy", b"x")], seconds=0.9, patient=frozenset({503})))
    assert (result.statuses, result.errors, result.postponed) == ({503: 1}, 1, 1)
    assert not result.is_valid


def test_an_impatient_load_takes_a_refusal_for_an_error():
    with _serving() as served:
        result = run(_load(served, [_ask("/busy", b"x")]))
    assert (result.statuses, result.errors, result.postponed) == ({503: 1}, 1, 0)
