"""Mail by SMTP (RFC 5321): one connection for a run of mails, and no mail that takes for ever."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Final

from app.config.post import PostSettings
from app.operations.notifications.mails import Mail, mail_of
from app.operations.notifications.people import EMAIL
from app.operations.outbox.deliver import Trying
from app.operations.outbox.lease import Message
from app.operations.outbox.transports import Outdated, Undeliverable, Unreachable
from app.support import clock
from app.support.emails import wire_email

STEP_SECONDS: Final = 10
WHOLE_SECONDS: Final = 25
"""Less than half a lease, however slowly a server answers."""

MOST_ON_A_CONNECTION: Final = 100

_ON_THE_WIRE: Final = SMTP.clone(max_line_length=998)
"""As long as a line may be (RFC 5322 2.1.1): a link that is folded is read by no mail program."""


class SmtpTransport:
    """Sends mails to the server of the settings, each as text and as a page."""

    name = EMAIL

    def __init__(self, post: PostSettings, trying: Trying) -> None:
        self._post = post
        self._trying = trying
        self._server: _Line | None = None
        self._count = 0

    def send(self, message: Message) -> None:
        mail = self._trying(lambda: mail_of(message))
        if mail is None:
            raise Outdated
        try:
            letter = compose(mail, self._post.mail_from)
        except ValueError:
            raise Undeliverable("NoAddress") from None
        is_fresh = self._server is None
        try:
            self._send(letter)
        except Unreachable:
            if is_fresh:
                raise
            self._send(letter)  # an old connection may have been closed: that says nothing yet

    def rest(self) -> None:
        """Say goodbye: connections that nobody uses are the server's to pay for."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _send(self, letter: EmailMessage) -> None:
        watched = _Watched()
        try:
            with watched.for_seconds(WHOLE_SECONDS):
                server = self._server or self._connect(watched)
                server.watched = watched
                self._server, self._count = server, self._count + 1
                server.ehlo_or_helo_if_needed()
                if not letter["To"].isascii() and not server.has_extn("smtputf8"):
                    raise Undeliverable("SMTPUTF8")  # of this address alone: others are reached
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            self._reset()
            codes = [code for code, _ in error.recipients.values()]
            if min(codes) >= 500:
                raise Undeliverable(f"SMTP {codes[0]}") from None
            raise
        except smtplib.SMTPDataError as error:
            self._reset()
            if error.smtp_code >= 500:
                raise Undeliverable(f"SMTP {error.smtp_code}") from None
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable from error
        if self._count >= MOST_ON_A_CONNECTION:
            self.rest()

    def _connect(self, watched: _Watched) -> _Line:
        post = self._post
        host, secure = post.smtp_host or "", ssl.create_default_context()
        self._count = 0
        if post.smtp_tls == "tls":
            server: _Line = _SecureLine(
                watched, host, post.smtp_port, timeout=STEP_SECONDS, context=secure
            )
        else:
            server = _Line(watched, host, post.smtp_port, timeout=STEP_SECONDS)
        try:
            if post.smtp_tls == "starttls":
                server.starttls(context=secure)
            if post.smtp_user is not None:
                server.login(post.smtp_user, post.smtp_password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _reset(self) -> None:
        """A refused mail leaves the connection good for the next, if the server says so."""
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()


class _Watched:
    """A connection that is cut when its time is over: each step may be short, and all of them long."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_over = False

    def watch(self, line: socket.socket) -> None:
        """Cut this one when the time is over, which may be now."""
        self._socket = line
        if self._is_over:
            self._cut()

    @contextmanager
    def for_seconds(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self._is_over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Line(smtplib.SMTP):
    """A connection that is watched whenever it waits for a reply, from the server's greeting on."""

    def __init__(self, watched: _Watched, *where: Any, **how: Any) -> None:
        self.watched = watched
        super().__init__(*where, **how)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            self.watched.watch(self.sock)
        return super().getreply()


class _SecureLine(_Line, smtplib.SMTP_SSL):
    """The same over TLS."""


def compose(mail: Mail, mail_from: str) -> EmailMessage:
    """A mail as it goes over the wire; `stop` is for the button of mail programs, too (RFC 8058)."""
    name, address = parseaddr(mail_from)
    letter = EmailMessage(policy=_ON_THE_WIRE)
    user, _, domain = address.rpartition("@")
    letter["From"] = Address(_plain(mail.sender or name), user, domain)
    letter["To"] = wire_email(mail.to)
    letter["Subject"] = _plain(mail.subject)
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = mail.message_id
    letter["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        with suppress(ValueError):  # what a business gave long ago stops none of its mails
            letter["Reply-To"] = wire_email(mail.reply_to)
    if mail.stop:
        letter["List-Unsubscribe"] = f"<{mail.stop}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(mail.text)
    letter.add_alternative(mail.html, subtype="html")
    return letter


def _plain(text: str) -> str:
    """Without line ends and other controls: a header is one line, whatever a business is called.

    Nor with what would be read as an encoded word (RFC 2047): whatever it holds would come out of it.
    """
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line.replace("=?", "= ?")
