"""Text messages by a gateway that takes them over HTTP: one POST of JSON for each."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Final
from urllib.parse import urlsplit

from app.operations.notifications.mails import message_id, text_of
from app.operations.notifications.people import SMS
from app.operations.outbox.deliver import Trying
from app.operations.outbox.lease import Message
from app.operations.outbox.transports import Outdated, Undeliverable, Unreachable

STEP_SECONDS: Final = 10
_TRY_AGAIN: Final = frozenset({408, 425, 429})


class Refused(Exception):
    """The gateway answered with something else than a success."""


class GatewayTransport:
    """Posts `{to, text, id}`; the id is the same each time, and Idempotency-Key says it, too.

    Other gateways need another transport: this class is the interface and an example of it.
    """

    name = SMS

    def __init__(self, url: str, token: str | None, trying: Trying) -> None:
        self._url = urlsplit(url)
        self._trying = trying
        self._token = token

    def send(self, message: Message) -> None:
        found = self._trying(lambda: text_of(message))
        if found is None:
            raise Outdated
        number, text = found
        body = json.dumps({"to": number, "text": text, "id": message_id(message)})
        try:
            status = self._post(body, message_id(message))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable from error
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in _TRY_AGAIN:
            raise Undeliverable(f"HTTP {status}")
        raise Refused(status)

    def rest(self) -> None:
        """It holds nothing: each message has a connection of its own."""

    def _post(self, body: str, key: str) -> int:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            secure = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=STEP_SECONDS, context=secure
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=STEP_SECONDS)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        path = self._url.path or "/"
        if self._url.query:
            path = f"{path}?{self._url.query}"
        try:
            connection.request("POST", path, body.encode(), headers)
            return connection.getresponse().status
        finally:
            connection.close()
