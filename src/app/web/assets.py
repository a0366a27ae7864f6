"""The pages' own files: style sheets and scripts under /static/."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from app.http.access import public

assets = Blueprint("assets", __name__)

_FOLDER = Path(__file__).parent / "static"
_KEPT_SECONDS = 3600


@assets.get("/static/<path:name>")
@public
def show_file(name: str) -> Response:
    """A file of the pages; nothing outside of their folder."""
    answer = send_from_directory(_FOLDER, name, max_age=_KEPT_SECONDS)
    answer.cache_control.public = True
    return answer
