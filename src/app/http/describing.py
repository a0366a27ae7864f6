"""The OpenAPI document as text: one text for the answer, the page and the committed copy."""

from __future__ import annotations

import json

from flask import Flask

from app.http.areas import Document

TEXT = "handover_openapi_text"


def get_openapi_text(app: Flask) -> str:
    """The document of every v1 route, in the order of the code; made once in a process."""
    text: str | None = app.extensions.get(TEXT)
    if text is None:
        document: Document = app.extensions["handover_openapi"]
        text = json.dumps(document.as_dict(), indent=2, ensure_ascii=False) + "\n"
        app.extensions[TEXT] = text
    return text
