"""What the pages and routes of webhooks name in a path: of a business of the customer's."""

from __future__ import annotations

from typing import Any

from app.models import OutboxMessage, WebhookDelivery, WebhookSubscription
from app.support import clock
from tests import booking
from tests.holes.shops import Shops
from tests.outbox import row


class Hooks(Shops):
    """A part of the world; a delivery is of the webhook that was named last."""

    webhook_id: int

    def new_webhook(self) -> int:
        self.new_business()
        return self._subscribed(business_id=self.own_shop.business.id)

    def new_hook(self) -> int:
        """One of the business that was named last."""
        return self._subscribed(business_id=self.own_shop.business.id)

    def new_hook_of_all(self) -> int:
        """An admin's."""
        return self._subscribed(business_id=None)

    def new_ended_hook(self) -> int:
        return self._subscribed(business_id=self.own_shop.business.id, status="ended")

    def new_delivery(self) -> int:
        """One that was not taken, and whose message waits."""
        now = clock.now()
        message = row(self.webhook_id, channel="webhook", recipient_id=self.webhook_id)
        waiting = booking.add(OutboxMessage(**message))
        values = {"event": waiting.event, "event_id": "evt_7", "attempt": 1, "took_ms": 12}
        attempt = WebhookDelivery(
            subscription_id=self.webhook_id, outbox_id=waiting.id, at=now, status=503, **values
        )
        attempt.error = "refused"
        return booking.add(attempt).id

    def _subscribed(self, **more: Any) -> int:
        values = {"url": "https://hook.example/in", "events": "order.placed", "nonce": "n" * 43}
        key_id = {"key_id": "0123456789abcdef"}
        self.webhook_id = booking.add(WebhookSubscription(**values, **key_id, **more)).id
        return self.webhook_id
