"""The scanner's addresses: its page, its scripts, and what lets a phone keep them."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response

from app.http.access import public
from app.web.policies import SERVICE_WORKER_POLICY, allow_scanning
from app.web.scanner import shell

scanner = Blueprint("scanner", __name__, template_folder="../templates")


@scanner.get(shell.PAGE)
@public
def show_scanner() -> Response:
    """The page; a phone that knows it opens its own copy."""
    return allow_scanning(make_response(shell.render_page()))


@scanner.get(f"{shell.PAGE}/app/<string:version>/<string:name>")
@public
def show_module(version: str, name: str) -> Response:
    """A script; those of one version find each other by name in the same place."""
    return shell.SCRIPTS.send(version, name)


@scanner.get(f"{shell.PAGE}/worker.js")
@public
def show_worker() -> Response:
    """The script that answers for the page without a network; its text names its version."""
    files = shell.kept_files()
    content = {"version": shell.version_of(files), "page": shell.PAGE, "files": files}
    text = (shell.MODULES / shell.WORKER).read_text(encoding="utf-8")
    answer = Response(f"const SHELL = {json.dumps(content)};\n{text}", mimetype="text/javascript")
    answer.headers["Content-Security-Policy"] = SERVICE_WORKER_POLICY
    answer.headers["Service-Worker-Allowed"] = shell.PAGE
    answer.cache_control.no_cache = True
    return answer


@scanner.get(shell.MANIFEST)
@public
def show_manifest() -> Response:
    """What a phone needs to put the scanner among its apps."""
    answer = Response(shell.manifest(), mimetype="application/manifest+json")
    answer.cache_control.no_cache = True
    return answer
