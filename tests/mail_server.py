"""A real mail server on a free loopback port, whose mails tests read."""

from __future__ import annotations

import asyncio
import email
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from bench.ports import free_port

PATIENCE_SECONDS = 120


class MailServer:
    """What arrived, in its order; `answers` are replies to the next mails, such as "451 later"."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.refuses: dict[str, str] = {}
        self.port = 0
        self.has_data = threading.Event()
        self._came = threading.Condition()
        self._goes_on = threading.Event()
        self._goes_on.set()

    def stall(self) -> None:
        """Read the next mails, and answer none until it may go on."""
        self._goes_on.clear()

    def go_on(self) -> None:
        """Answer again; whoever gave up meanwhile has sent its mail all the same."""
        self._goes_on.set()

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, _: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.has_data.set()
        while not self._goes_on.is_set():
            await asyncio.sleep(0.02)
        with self._came:
            if self.answers:
                answer = self.answers.pop(0)
                if not answer.startswith("250"):
                    return answer
            mail = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self._came.notify_all()
        return "250 OK"

    @property
    def environment(self) -> dict[str, str]:
        """What a sender is told of it."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_TLS": "off",
            "SMTP_FROM": "Handover <post@handover.test>",
        }

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to somebody."""
        return [one for one in self.mails if one["To"] == address]

    def subjects(self, address: str) -> list[str]:
        return [one["Subject"] for one in self.to(address)]

    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(one["Message-ID"] for one in self.mails)

    def wait_for(self, count: int) -> list[EmailMessage]:
        """The mails, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.mails) >= count, PATIENCE_SECONDS), (
                f"{len(self.mails)} of {count} mails came"
            )
        return self.mails


@contextmanager
def mail_server(port: int = 0, **more: Any) -> Iterator[MailServer]:
    """The server, for the length of a block."""
    server = MailServer()
    server.port = port or free_port()
    patient = {"ready_timeout": PATIENCE_SECONDS} | more
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **patient)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def text_of(mail: EmailMessage) -> str:
    """The text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    """The page of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def wait_until(what: Any, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.05)
