"""What is written to standard output: what was announced, and mails where there is no mail server."""

from __future__ import annotations

import json
from typing import Any

import click
import structlog

from app.operations.notifications.mails import mail_of
from app.operations.notifications.people import EMAIL
from app.operations.outbox.announce import FAN_OUT
from app.operations.outbox.deliver import Trying
from app.operations.outbox.lease import Message
from app.operations.outbox.transports import Outdated
from app.support.clock import instant_text

log = structlog.get_logger(__name__)


class Console:
    """Writes what was announced: a line for people, or of JSON."""

    name = FAN_OUT

    def __init__(self, _trying: Trying, *, as_json: bool) -> None:
        self._as_json = as_json

    def send(self, message: Message) -> None:
        told: dict[str, Any] = {
            "id": message.id,
            "at": instant_text(message.created_at),
            "event": message.event,
            "subject_id": message.subject_id,
            **json.loads(message.payload),
        }
        if self._as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(" ".join(f"{key}={value}" for key, value in told.items()))

    def rest(self) -> None:
        """It holds nothing."""


class Printed:
    """Writes the mails that would be sent, for whoever develops: all of it but the whole address."""

    name = EMAIL

    def __init__(self, trying: Trying, *, as_json: bool) -> None:
        self._trying = trying
        self._as_json = as_json

    def send(self, message: Message) -> None:
        mail = self._trying(lambda: mail_of(message))
        if mail is None:
            raise Outdated
        to = f"{mail.to[:1]}...@{mail.to.partition('@')[2]}"
        if self._as_json:
            told = {"id": message.id, "mail_to": to, "subject": mail.subject, "text": mail.text}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"--- mail {message.id} to {to}\n{mail.subject}\n\n{mail.text}---")

    def rest(self) -> None:
        """It holds nothing."""


class Withheld:
    """Sends no mail, in production without a mail server: a log is no place for people's secrets."""

    name = EMAIL

    def __init__(self, _trying: Trying) -> None:
        """It looks nothing up."""

    def send(self, message: Message) -> None:
        log.warning("no_mail_server", message_id=message.id, told="set SMTP_HOST")
        raise Outdated

    def rest(self) -> None:
        """It holds nothing."""
