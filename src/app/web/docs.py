"""The API described: the OpenAPI document, and a page to read it with (contract.md V26)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request, send_from_directory

from app.errors import NotFound
from app.http.access import public
from app.http.describing import get_openapi_text

docs = Blueprint("docs", __name__, template_folder="templates")

_OURS = Path(__file__).parent / "static"
_SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"

ASSETS = {
    "docs.css": _OURS,
    "docs.js": _OURS,
    "favicon-32x32.png": _SWAGGER_UI,
    "swagger-ui-bundle.js": _SWAGGER_UI,
    "swagger-ui.css": _SWAGGER_UI,
}
ASSETS_KEPT_SECONDS = 3600


@docs.get("/api/v1/openapi.json")
@public
def show_document() -> Response:
    """The OpenAPI document."""
    answer = Response(get_openapi_text(current_app), mimetype="application/json")
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@docs.get("/api/docs")
@public
def show_page() -> str:
    """A page that reads the document."""
    return render_template("docs.html")


@docs.get("/api/docs/assets/<string:name>")
@public
def show_asset(name: str) -> Response:
    """A file of that page: swagger-ui's own from its package, and nothing from elsewhere."""
    if name not in ASSETS:
        raise NotFound
    answer = send_from_directory(ASSETS[name], name, max_age=ASSETS_KEPT_SECONDS)
    answer.cache_control.public = True
    return answer
