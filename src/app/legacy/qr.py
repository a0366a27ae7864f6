"""The QR image of an order number (contract.md L6 and 7)."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.http.access import public, settings
from app.http.limits import limited
from app.models import Order
from app.operations.orders.find import get_numbered_order, normal_number
from app.operations.orders.labels import label_link
from app.support.qr import declared_text, qr_png

CACHE_SECONDS = 3600

qr = Blueprint("legacy_qr", __name__)


@qr.get("/qr/<string:number>.png")
@qr.get("/static/qr/<string:number>.png")
@limited("lookup")
@public
def draw(number: str) -> ResponseReturnValue:
    """L6: an order's code, drawn only for those who do not have it yet."""
    text = _say(get_numbered_order(number), known_as=number)
    etag = sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
    if request.if_none_match.contains_weak(etag):
        answer = Response(status=304)
    else:
        answer = Response(qr_png(text), mimetype="image/png")
    answer.set_etag(etag)
    answer.cache_control.public = True
    answer.cache_control.max_age = CACHE_SECONDS
    return answer


def _say(order: Order, *, known_as: str) -> str:
    """What the image says; the e-mail only to who knows a number that cannot be guessed."""
    if settings().qr_payload == "link":
        return label_link(order, public_url=settings().public_url)
    is_secret = order.channel != "import" and order.order_number == normal_number(known_as)
    return declared_text(order.order_number, order.email if is_secret else None, order.service_name)
