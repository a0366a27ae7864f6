"""Receivers of webhooks: real servers on this machine, which check with another's implementation."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

from sqlalchemy import insert
from standardwebhooks import Webhook

from app import database
from app.cli.lanes import Lane
from app.cli.transports.webhooks import Webhooks
from app.database import replaying
from app.models import Order, OutboxMessage, WebhookDelivery, WebhookSubscription
from app.operations.actors import SYSTEM
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.deliver import Delivery, Trying
from app.operations.webhooks.spreading import CHANNEL
from app.operations.webhooks.subscriptions import create_subscription
from app.support import clock
from app.support.outgoing import Resolver, look_up
from tests import factories
from tests.outbox import row
from tests.rows import writing

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass
class Got:
    """What came, with its headers in small letters."""

    body: bytes
    headers: dict[str, str]
    path: str

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """What it says, once its signature is proved; raises what the library raises."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Server:
    """A receiver; what it answers can be changed while it runs."""

    port: int
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    slow_seconds: float = 0
    may_answer: threading.Event = field(default_factory=threading.Event)
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=ours"


@contextmanager
def serving() -> Iterator[Server]:
    """A receiver on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.got.append(Got(body, headers, self.path))
            server.may_answer.wait(9)
            time.sleep(server.slow_seconds)
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = Server(listening.server_address[1])
    server.may_answer.set()
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


def subscribed(url: str, *events: str, business: str | None = None) -> tuple[int, str]:
    """A subscription, and its secret."""
    with database.transaction():
        made, secret = create_subscription(
            business=business,
            url=url,
            events=events or ("order.placed", "order.status_changed"),
            allowed=HERE,
            at=clock.now(),
            actor=SYSTEM,
        )
        return made.id, secret


def moved(status: str = "completed", **more: Any) -> Order:
    """An order that came to a status, which was announced."""
    order: Order = factories.order(**more)
    payload = json.dumps({"order_number": order.order_number, "status": status})
    message = row(order.id, event="order.status_changed", says=status, payload=payload)
    with writing() as session:
        session.execute(insert(OutboxMessage), [message])
    return order


class Silent:
    """What is announced is printed nowhere."""

    name = FAN_OUT

    def __init__(self, _: Trying) -> None:
        """Nothing is needed."""

    def send(self, _: Any) -> None:
        """Nothing."""

    def rest(self) -> None:
        """Nothing."""


def lanes(resolve: Resolver = look_up, allowed: Any = HERE) -> list[Lane]:
    """Those of what is announced and of webhooks, as the sender has them."""
    posting = partial(Webhooks, allowed, resolve=resolve)
    return [Lane(FAN_OUT, Silent), Lane(CHANNEL, posting, by_recipient=True)]


def deliver(some: list[Lane]) -> Delivery | None:
    """Have the next message of the outbox spread, or sent."""
    for lane in some:
        if (done := lane.send_next(lane.make(replaying), replaying)) is not None:
            return done
    return None


def drain(**how: Any) -> list[Delivery]:
    """Have everything that is due sent, or tried once."""
    some, done = lanes(**how), []
    while (delivery := deliver(some)) is not None:
        done.append(delivery)
    return done


def stored(subscription_id: int) -> WebhookSubscription:
    with database.transaction(write=False) as session:
        found = session.get(WebhookSubscription, subscription_id, populate_existing=True)
        assert found is not None
        return found


def attempts(subscription_id: int) -> list[WebhookDelivery]:
    """The log, oldest first."""
    with database.transaction(write=False) as session:
        query = session.query(WebhookDelivery).filter_by(subscription_id=subscription_id)
        return list(query.order_by(WebhookDelivery.id))


def change(subscription_id: int, **values: Any) -> None:
    """Let a subscription be so, as no operation makes it."""
    with writing() as session:
        session.query(WebhookSubscription).filter_by(id=subscription_id).update(values)
