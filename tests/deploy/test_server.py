"""gunicorn behind nginx: its socket, whom it counts, and what a restart does to who is served."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.site import ROOT, Site, fronting
from tests.serving import Server, ours, serving_afresh, wait_until_it_answers

ORDER = {"name": "Ada", "email": "ada@example.com", "service_name": "Wash & Fold"}
JSON = {"Content_Type": "application/json"}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("behind")
    settings = {"TRUSTED_PROXIES": "1", "RATELIMIT_ENABLED": "true"}
    socket_path = folder / "web.sock"
    with serving_afresh(folder, worker_id, "behind", unix_socket=socket_path, **settings) as server:
        yield server


def test_the_socket_is_for_its_owner_and_group(behind):
    mode = Path(behind.url.removeprefix("unix:")).stat().st_mode
    assert (stat.S_ISSOCK(mode), mode & 0o777) == (True, 0o770)


def test_one_client_of_many_is_counted_by_the_address_that_nginx_saw(behind, tmp_path):
    wrong = json.dumps({"email": "nobody@example.com", "password": "not this one"}).encode()

    def sign_in(site: Site, number: int, at: str) -> int:
        lie = {"X_Forwarded_For": f"192.0.2.{number}"}
        return site.ask("POST", "/auth/login", wrong, X_Test_Client=at, **JSON, **lie).status

    with fronting(tmp_path, [behind.url], believes_clients=True) as site:
        # Two processes that count in their own memory let 10 pass each: 21 are too many for one.
        statuses = [sign_in(site, number, "198.51.100.1") for number in range(21)]
        assert 429 in statuses
        assert sign_in(site, 1, "198.51.100.2") == 401


def test_a_restart_refuses_nobody(behind, tmp_path):
    """As systemd restarts it: the socket stays, and what comes meanwhile waits in it."""
    answers: list[int] = []
    stop = threading.Event()
    path = tmp_path / "held.sock"
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(str(path))
        held.listen(1024)
        first = start(held, behind.environment)
        try:
            with fronting(tmp_path / "site", [f"unix:{path}"], believes_clients=True) as site:
                wait_until_it_answers(first, lambda: site.ask("GET", "/health").status)

                def keep_ordering(number: int) -> None:
                    body, at = json.dumps(ORDER).encode(), f"203.0.113.{number}"
                    while not stop.is_set():
                        answer = site.ask("POST", "/api/orders", body, X_Test_Client=at, **JSON)
                        answers.append(answer.status)
                        time.sleep(0.3)

                crowd = [threading.Thread(target=keep_ordering, args=(one,)) for one in range(4)]
                for one in crowd:
                    one.start()
                time.sleep(1)
                first.terminate()
                first.wait(40)
                before = len(answers)
                second = start(held, behind.environment)
                try:
                    deadline = time.monotonic() + 90
                    while len(answers) < before + 4 and time.monotonic() < deadline:
                        time.sleep(0.1)
                finally:
                    stop.set()
                    for one in crowd:
                        one.join()
                    second.terminate()
                    second.wait(40)
        finally:
            first.kill()
            first.wait(10)
    assert len(answers) >= before + 4
    assert set(Counter(answers)) == {201}


def start(held: socket.socket, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """gunicorn with a socket that is open already, as its third descriptor (sd_listen_fds(3))."""
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    hand_over = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3);"
        "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
        "os.execv(sys.argv[2], sys.argv[2:])"
    )
    command = [gunicorn, "-c", "gunicorn.conf.py", "app:create_app()"]
    return subprocess.Popen(
        [sys.executable, "-c", hand_over, str(held.fileno()), *command],
        cwd=ROOT,
        env=ours(environment) | {"BIND": "unix:/run/handover/web.sock", "WEB_CONCURRENCY": "2"},
        pass_fds=[held.fileno()],
        stderr=subprocess.DEVNULL,
    )
