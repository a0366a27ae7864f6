"""The pages' own files under /static/, and the addresses that pages give them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path, PurePosixPath

from flask import Blueprint, Response, request, send_from_directory

from app.http.access import public
from app.web.policies import WORKER_POLICY

assets = Blueprint("assets", __name__)

FOLDER = Path(__file__).parent / "static"
_KEPT_SECONDS = 3600
KEPT_FOR_GOOD_SECONDS = 31_536_000
_ROBOTS = "User-agent: *\nAllow: /b$\nAllow: /b/\nAllow: /b?\nAllow: /static/\nDisallow: /\n"
# What the system believes of these differs, and browsers that may not guess need them right.
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


def asset(name: str) -> str:
    """The address of a file; it changes with the content, so the answer is kept for good."""
    return f"/static/{name}?v={_version(name)}"


@assets.get("/static/<path:name>")
@public
def show_file(name: str) -> Response:
    """A file of the pages; nothing outside of their folder."""
    kind = PurePosixPath(name).suffix
    wanted = request.args.get("v")
    answer = send_from_directory(
        FOLDER, name, mimetype=_TYPES.get(kind), max_age=_KEPT_SECONDS, etag=True
    )
    answer.cache_control.public = True
    if wanted == _version(name):
        answer.cache_control.max_age = KEPT_FOR_GOOD_SECONDS
        answer.cache_control.immutable = True
    elif wanted is not None:  # a server that becomes another one answers for both
        answer.cache_control.max_age = 0
    if kind == ".js":
        answer.headers["Content-Security-Policy"] = WORKER_POLICY
    return answer


@assets.get("/favicon.ico")
@public
def show_mark() -> Response:
    """The mark, for programs that look for it where it always was."""
    return _for_an_hour(Response((FOLDER / "mark.svg").read_bytes(), mimetype=_TYPES[".svg"]))


@assets.get("/robots.txt")
@public
def show_robots() -> Response:
    """What search engines leave alone: all but the pages on which businesses are found."""
    return _for_an_hour(Response(_ROBOTS, content_type="text/plain; charset=utf-8"))


def _for_an_hour(answer: Response) -> Response:
    answer.cache_control.public = True
    answer.cache_control.max_age = _KEPT_SECONDS
    return answer


def _version(name: str) -> str:
    file = FOLDER / name
    return _digest(file, file.stat().st_mtime_ns)


@lru_cache
def _digest(file: Path, _changed_at: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
