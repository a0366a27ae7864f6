"""The site as nginx serves it in the field: the files of nginx/, on free loopback ports.

`fronting(folder, servers)` renders it into a folder, starts an nginx of its own there, and stops
it. Only ports, paths and what nginx/handover/site/ holds differ from an installation's.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest

from bench.ports import free_ports
from tests.deploy.certificate import write_certificate
from tests.serving import Answer

ROOT = Path(__file__).parents[2]
NAMES = ("localhost", "handover.test")
CLIENT_HEADER = "X-Test-Client"
STARTS_WITHIN_SECONDS = 60

# What Debian's own nginx.conf says around the files of conf.d.
_AROUND = """\
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
worker_rlimit_nofile 40000;
events {{ worker_connections 16384; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include {etc}/mime.types;
    default_type application/octet-stream;
    gzip on;
    client_body_temp_path {folder}/temp-body;
    proxy_temp_path {folder}/temp-proxy;
    fastcgi_temp_path {folder}/temp-fastcgi;
    uwsgi_temp_path {folder}/temp-uwsgi;
    scgi_temp_path {folder}/temp-scgi;
    {client}
    include handover.conf;
}}
"""


@dataclass(frozen=True)
class Site:
    """A running nginx: HTTPS on `port`, HTTP on `plain_port`, all its files in `folder`."""

    port: int
    plain_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        """What a client has to trust."""
        return self.folder / "certificate.pem"

    @property
    def access_log(self) -> Path:
        return self.folder / "log" / "access.log"

    def context(self) -> ssl.SSLContext:
        """A client's TLS, which trusts this site and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def connect(self) -> HTTPSConnection:
        """A connection of one's own over TLS."""
        return HTTPSConnection("localhost", self.port, timeout=90, context=self.context())

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request over TLS on a connection of its own; `_` in a header's name stands for `-`."""
        return _asked(self.connect(), method, path, body, headers)

    def ask_plainly(self, method: str, path: str, **headers: str) -> Answer:
        """One request without TLS."""
        return _asked(self.connect_plainly(), method, path, None, headers)

    def connect_plainly(self) -> HTTPConnection:
        """A connection of one's own without TLS."""
        return HTTPConnection("localhost", self.plain_port, timeout=90)


def _asked(
    line: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> Answer:
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, sent)
        answer = line.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        line.close()


def find_nginx() -> str:
    for folder in (None, "/usr/sbin", "/usr/local/sbin"):
        if (found := shutil.which("nginx", path=folder)) is not None:
            return found
    if os.environ.get("HANDOVER_REQUIRE_ALL") == "1":
        pytest.fail("HANDOVER_REQUIRE_ALL=1, and there is no nginx")
    pytest.skip("no nginx is installed (Debian: apt install nginx-light)")


@contextmanager
def fronting(
    folder: Path, servers: Sequence[str], *, believes_clients: bool = False
) -> Iterator[Site]:
    """Serve the site before these servers (`unix:/...` or `address:port`) until the block ends.

    With `believes_clients` a request may say in CLIENT_HEADER where it comes from.
    """
    site = render(folder, servers, believes_clients=believes_clients)
    command = [find_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.PIPE)
    try:
        _wait_until_it_listens(process, site)
        yield site
    finally:
        process.terminate()
        process.communicate(timeout=60)


def render(
    folder: Path,
    servers: Sequence[str],
    *,
    believes_clients: bool = False,
    ports: tuple[int, int] | None = None,
) -> Site:
    """Write all that nginx needs into a folder; nothing is started.

    `ports` are those for HTTPS and for HTTP; without them two that are free.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "nginx", folder, dirs_exist_ok=True)
    for name in ("log", "cache"):
        (folder / name).mkdir(exist_ok=True)
    port, plain_port = ports or free_ports(2)
    for file in folder.rglob("*.conf"):
        file.write_text(_moved(file.read_text(), folder, port, plain_port))
    (folder / "code").symlink_to(ROOT)  # a name without the blanks that a checkout's may have
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    write_certificate(certificate, key, NAMES)
    own = {
        "name": f"server_name {' '.join(NAMES)};\n",
        "certificate": f"ssl_certificate {certificate};\nssl_certificate_key {key};\n",
        "servers": "".join(f"server {one};\n" for one in servers),
    }
    for name, text in own.items():
        (folder / "handover" / "site" / f"{name}.conf").write_text(text)
    client = f"set_real_ip_from 127.0.0.1; real_ip_header {CLIENT_HEADER};"
    around = _AROUND.format(
        user="user root;" if os.geteuid() == 0 else "",
        folder=folder,
        etc="/etc/nginx",
        client=client if believes_clients else "",
    )
    (folder / "nginx.conf").write_text(around)
    return Site(port, plain_port, folder)


def _moved(text: str, folder: Path, port: int, plain_port: int) -> str:
    """The same configuration on other ports and in other folders."""
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\blisten 443\b", f"listen 127.0.0.1:{port}", text)
    text = re.sub(r"\blisten 80\b", f"listen 127.0.0.1:{plain_port}", text)
    for installed, here in (
        ("/var/log/nginx", folder / "log"),
        ("/var/cache/nginx/handover", folder / "cache"),
        ("/opt/handover", folder / "code"),
    ):
        text = text.replace(installed, str(here))
    return text


def _wait_until_it_listens(process: subprocess.Popen[bytes], site: Site) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", site.port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    process.terminate()
    _, told = process.communicate(timeout=60)
    raise RuntimeError(f"nginx does not listen:\n{told.decode(errors='replace')[-4000:]}")
