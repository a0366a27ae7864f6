"""An order's QR codes and printed labels as files (contract.md V15b)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from app.api.orders.routes import area
from app.api.orders.schemas import MOST_LABELS, LabelQuery
from app.errors import Invalid
from app.http.access import actor, allow, settings
from app.models import Order
from app.operations.actors import Role
from app.operations.orders import find, labels
from app.support.labels import LabelContent, label_pdf, label_png, label_svg, label_zpl
from app.support.qr import qr_png, qr_svg

_READERS = (Role.CUSTOMER, Role.WORKER, Role.ADMIN)


@area.route("/orders/<string:ref>/qr.png")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="image/png")
def qr_as_png(query: dict[str, Any], ref: str) -> Response:
    """Draw the QR code of an order's label, or of the label of one `piece`, as PNG."""
    order, label = _one(ref, query)
    return _file(order, qr_png(label.link), "image/png", "qr.png")


@area.route("/orders/<string:ref>/qr.svg")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="image/svg+xml")
def qr_as_svg(query: dict[str, Any], ref: str) -> Response:
    """Draw the QR code of an order's label, or of the label of one `piece`, as SVG."""
    order, label = _one(ref, query)
    return _file(order, qr_svg(label.link), "image/svg+xml", "qr.svg")


@area.route("/orders/<string:ref>/label.png")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="image/png")
def label_as_png(query: dict[str, Any], ref: str) -> Response:
    """Draw one label, of the order or of one `piece`, at `dpi` dots per inch."""
    order, label = _one(ref, query)
    return _file(order, label_png(label, query["dpi"]), "image/png", "label.png")


@area.route("/orders/<string:ref>/label.svg")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="image/svg+xml")
def label_as_svg(query: dict[str, Any], ref: str) -> Response:
    """Draw one label, of the order or of one `piece`, as vectors in mm."""
    order, label = _one(ref, query)
    return _file(order, label_svg(label), "image/svg+xml", "label.svg")


@area.route("/orders/<string:ref>/label.pdf")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="application/pdf")
def labels_as_pdf(query: dict[str, Any], ref: str) -> Response:
    """Print the labels of all pieces, `copies` times each, on a roll or on A4 sheets."""
    order, wanted = _all(ref, query)
    content = label_pdf(wanted, query["page"], query["copies"])
    return _file(order, content, "application/pdf", "label.pdf")


@area.route("/orders/<string:ref>/label.zpl")
@allow(*_READERS)
@area.arguments(LabelQuery, location="query")
@area.response(200, content_type="text/plain")
def labels_as_zpl(query: dict[str, Any], ref: str) -> Response:
    """Print the labels of all pieces, `copies` times each, on a Zebra printer."""
    order, wanted = _all(ref, query)
    content = label_zpl(wanted, query["dpi"], query["copies"])
    return _file(order, content, "text/plain", "label.zpl")


def _one(ref: str, query: dict[str, Any]) -> tuple[Order, LabelContent]:
    order = find.get_order(ref, actor=actor())
    piece, pieces = query["piece"], query["pieces"]
    return order, labels.make_label(order, piece=piece, pieces=pieces, **_house())


def _all(ref: str, query: dict[str, Any]) -> tuple[Order, list[LabelContent]]:
    order = find.get_order(ref, actor=actor())
    wanted = labels.list_labels(order, pieces=query["pieces"], **_house())
    if len(wanted) * query["copies"] > MOST_LABELS:
        raise Invalid.field("copies", f"At most {MOST_LABELS} labels at once.")
    return order, wanted


def _house() -> dict[str, Any]:
    return {"public_url": settings().public_url, "tz": ZoneInfo(settings().business_timezone)}


def _file(order: Order, content: str | bytes, mimetype: str, kind: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "inline", filename=f"{order.order_number}-{kind}")
    return answer
