"""Pieces of pages for htmx: whether one is asked for, and what a script is told instead of 302."""

from __future__ import annotations

from flask import Response, make_response, redirect, request


def is_fragment() -> bool:
    """Whether a script asks, and will put the answer into the page that is open."""
    return request.headers.get("HX-Request") == "true"


def lead_to(address: str) -> Response:
    """Open another page: a redirect, or for a script the order to leave this page."""
    if not is_fragment():
        return make_response(redirect(address))
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = address
    return answer


def into_alerts(piece: Response) -> Response:
    """Have a script show the answer where the layout keeps its alerts, whatever it had asked for."""
    piece.headers["HX-Retarget"] = "#alerts"
    piece.headers["HX-Reswap"] = "innerHTML show:#alerts:top"
    return piece
