"""Webhooks: who is told of events by a signed POST (docs/webhooks.md)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from app.api.auth.schemas import MessageView
from app.api.webhooks.schemas import (
    ChangeWebhook,
    CreateWebhook,
    DeliveryView,
    NewWebhookView,
    WebhooksQuery,
    WebhookView,
)
from app.http.access import actor, allow, settings
from app.http.areas import Area
from app.http.paging import CursorQuery, cursor_headers, page_headers, take_window
from app.models import WebhookSubscription
from app.operations.actors import Role
from app.operations.webhooks import deliveries, subscriptions
from app.operations.webhooks.reach import get_subscription, list_subscriptions

area = Area("webhooks", __name__, description="Signed POSTs to other programs")

SUBSCRIBERS = (Role.CUSTOMER, Role.ADMIN)
SHOWN, DELIVERIES = WebhookView(), DeliveryView(many=True)


class DeliveriesQuery(CursorQuery):
    """They are not counted."""

    class Meta:
        exclude = ("total",)


@area.route("/webhooks")
@allow(*SUBSCRIBERS)
@area.arguments(WebhooksQuery, location="query")
@area.response(200, WebhookView(many=True))
def list_webhooks(query: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """List the webhooks of the businesses that one runs; an admin sees all."""
    found, total = list_subscriptions(**query, actor=actor())
    return found, page_headers(query["page"], query["per_page"], total)


@area.route("/webhooks", methods=["POST"])
@allow(*SUBSCRIBERS)
@area.arguments(CreateWebhook)
@area.response(201, NewWebhookView)
def create(body: dict[str, Any]) -> tuple[Response, int, dict[str, str]]:
    """Subscribe to events of a business; the secret that signs them is shown this once."""
    made, secret = subscriptions.create_subscription(
        **body, allowed=settings().webhook_networks, at=g.received_at, actor=actor()
    )
    return _with_secret(made, secret), 201, {"Location": f"/api/v1/webhooks/{made.id}"}


@area.route("/webhooks/<int:webhook_id>")
@allow(*SUBSCRIBERS)
@area.response(200, WebhookView)
def show(webhook_id: int) -> WebhookSubscription:
    """Show a webhook; its secret is stored nowhere."""
    return get_subscription(webhook_id, actor=actor())


@area.route("/webhooks/<int:webhook_id>", methods=["PATCH"])
@allow(*SUBSCRIBERS)
@area.arguments(ChangeWebhook)
@area.response(200, WebhookView)
def change(body: dict[str, Any], webhook_id: int) -> WebhookSubscription:
    """Change a webhook, pause it, or let it go on; what is absent stays."""
    return subscriptions.change_subscription(
        webhook_id, **body, allowed=settings().webhook_networks, at=g.received_at, actor=actor()
    )


@area.route("/webhooks/<int:webhook_id>", methods=["DELETE"])
@allow(*SUBSCRIBERS)
@area.response(200, MessageView)
def delete(webhook_id: int) -> dict[str, str]:
    """Delete a webhook; what waits for it is not sent any more."""
    subscriptions.delete_subscription(webhook_id, at=g.received_at, actor=actor())
    return {"message": "Deleted"}


@area.route("/webhooks/<int:webhook_id>/rotate-secret", methods=["POST"])
@allow(*SUBSCRIBERS)
@area.response(200, NewWebhookView)
def rotate(webhook_id: int) -> Response:
    """Make another secret, shown this once; for 24 hours both sign."""
    return _with_secret(*subscriptions.rotate_secret(webhook_id, at=g.received_at, actor=actor()))


@area.route("/webhooks/<int:webhook_id>/test", methods=["POST"])
@allow(*SUBSCRIBERS)
@area.response(202, MessageView)
@area.alt_response(409, response="Refusal409")
@area.alt_response(429, response="Refusal429")
def test(webhook_id: int) -> dict[str, str]:
    """Have an event `webhook.test` posted; the deliveries tell how that went."""
    deliveries.send_test(webhook_id, at=g.received_at, actor=actor())
    return {"message": "On its way"}


@area.route("/webhooks/<int:webhook_id>/deliveries")
@allow(*SUBSCRIBERS)
@area.arguments(DeliveriesQuery, location="query")
@area.response(200, DeliveryView(many=True))
def list_deliveries(query: dict[str, Any], webhook_id: int) -> tuple[Any, dict[str, str]]:
    """List the attempts to deliver, newest first."""
    window = take_window(query)
    found = deliveries.list_deliveries(
        webhook_id, after_id=window.after_id, limit=window.limit, actor=actor()
    )
    return found, cursor_headers([one.id for one in found], window, None)


@area.route("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/replay", methods=["POST"])
@allow(*SUBSCRIBERS)
@area.response(202, MessageView)
@area.alt_response(409, response="Refusal409")
def replay(webhook_id: int, delivery_id: int) -> dict[str, str]:
    """Have a message delivered once more, under the id that it had."""
    deliveries.replay_delivery(webhook_id, delivery_id, at=g.received_at, actor=actor())
    return {"message": "On its way"}


def _with_secret(webhook: WebhookSubscription, secret: str) -> Response:
    answer = jsonify({**SHOWN.dump(webhook), "secret": secret})
    answer.headers["Cache-Control"] = "no-store"
    return answer
