"""Requests without a server, in a process of their own: for counting statements and instructions.

`python -m bench.inside VARIANT KIND COUNT` makes COUNT scans and prints the statements of the last;
with a path in the place of COUNT it prints those of one GET.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.wsgi import ClosingIterator

from bench import data, requests
from bench.environment import product_environment
from bench.lines import NOW, present_instant
from bench.servers import APPLICATIONS
from bench.stores import ROOT, Store

MOST_SCANS = 70
_FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def count_statements(name: str, store: Store) -> int:
    """How many statements one scan takes, but for those that frame its transaction."""
    data.restore(store)
    done = run_inside([], name, store, scans=2)
    return int(done.stdout.split()[-1])


def count_reading(store: Store, path: str) -> int:
    """How many statements the product takes to answer a GET by anybody."""
    command = [sys.executable, "-m", "bench.inside", "product", store.kind, path]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**product_environment(store), "LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return int(done.stdout.split()[-1])


def run_inside(
    before: list[str], name: str, store: Store, *, scans: int
) -> subprocess.CompletedProcess[str]:
    """Run this module, under the command `before`; raises RuntimeError when it fails."""
    command = [sys.executable, "-m", "bench.inside", name, store.kind, str(scans)]
    done = subprocess.run(
        [*before, *command],
        cwd=ROOT,
        env={**product_environment(store), "PYTHONHASHSEED": "0", "LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stderr[-2000:]}")
    return done


def _read(path: str) -> list[str]:
    app = _application("product")
    statements: list[str] = []
    _listen(app, statements)
    answer = app.test_client().get(path, headers={"X-Forwarded-For": "10.255.255.254"})
    if answer.status_code != 200:
        raise SystemExit(f"answered {answer.status}: {answer.text[:500]!r}")
    return [one for one in statements if not one.startswith(("PRAGMA", "SET SESSION"))]


def _application(name: str) -> Flask:
    module, _, factory = APPLICATIONS[name].partition(":")
    app: Flask = getattr(import_module(module), factory.removesuffix("()"))()
    return app


def _scan(name: str, kind: str, scans: int) -> list[str]:
    app = _application(name)
    statements: list[str] = []
    if "sqlalchemy" in app.extensions and scans < 10:
        _listen(app, statements)
    store = Store("sqlite" if kind == "sqlite" else "mariadb", "10k")
    codes = requests.codes_of(store, recent=True)[:MOST_SCANS]
    made = [requests.scan(code, "processing", number) for number, code in enumerate(codes)]
    environments = [_environment(one) for one in made]  # all, so that making them cancels out
    for environment in environments[:scans]:
        statements.clear()
        _answer(app, environment)
    return statements


def _listen(app: Flask, statements: list[str]) -> None:
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_FRAMES):
            statements.append(statement)

    with app.app_context():
        event.listen(app.extensions["sqlalchemy"].engine, "before_cursor_execute", note)


def _environment(request: bytes) -> dict[str, Any]:
    """What gunicorn would make of the request."""
    head, _, body = request.replace(NOW, present_instant()).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    fields = {name: value for name, _, value in (line.partition(": ") for line in lines)}
    headers = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in fields.items()}
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": fields.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "bench.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers,
    }


def _answer(app: Flask, environment: dict[str, Any]) -> None:
    told: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        told.append(status)
        return lambda _: None

    answer = app(environment, start)
    body = b"".join(answer)
    if isinstance(answer, ClosingIterator):
        answer.close()
    if not told[0].startswith("201"):
        raise SystemExit(f"answered {told[0]}: {body[:500]!r}")


if __name__ == "__main__":
    what = sys.argv[3]
    asked = _read(what) if what.startswith("/") else _scan(sys.argv[1], sys.argv[2], int(what))
    print(len(asked))
