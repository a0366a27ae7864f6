"""The ways out of the process, each for one channel: which there are is what the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from app.cli.lanes import Lane
from app.cli.transports.console import Console, Printed, Withheld
from app.cli.transports.mail import SmtpTransport
from app.cli.transports.texts import GatewayTransport
from app.cli.transports.webhooks import Webhooks
from app.config import Settings
from app.operations.notifications.people import EMAIL, SMS
from app.operations.outbox.announce import FAN_OUT
from app.operations.webhooks.spreading import CHANNEL

MAIL_THREADS, WEBHOOK_THREADS = 2, 4


def lanes_of(settings: Settings, *, as_json: bool) -> Sequence[Lane]:
    """A lane for each channel; what is announced goes first."""
    post = settings.post
    lanes = [Lane(FAN_OUT, partial(Console, as_json=as_json))]
    if post.smtp_host is not None:
        lanes.append(Lane(EMAIL, partial(SmtpTransport, post), threads=MAIL_THREADS))
    elif settings.is_production:
        lanes.append(Lane(EMAIL, Withheld))
    else:
        lanes.append(Lane(EMAIL, partial(Printed, as_json=as_json)))
    if post.sms_gateway_url is not None:
        token = post.sms_gateway_token
        lanes.append(Lane(SMS, partial(GatewayTransport, post.sms_gateway_url, token)))
    hooks = partial(Webhooks, settings.webhook_networks)
    lanes.append(Lane(CHANNEL, hooks, threads=WEBHOOK_THREADS, by_recipient=True))
    return lanes
