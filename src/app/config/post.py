"""How mail and text messages leave: the mail server, the gateway for texts, and what they are from."""

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Literal, get_args
from urllib.parse import unquote, urlsplit

from app.config.environment import EnvironmentReader

Tls = Literal["starttls", "tls", "off"]

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


@dataclass(frozen=True, slots=True)
class PostSettings:
    """The settings whose names begin with SMTP_ or SMS_; without a host, or a URL, nothing leaves.

    `mail_from` is an address or `Name <address>`.
    """

    smtp_host: str | None
    smtp_port: int
    smtp_user: str | None
    smtp_password: str | None = field(repr=False)
    smtp_tls: Tls
    mail_from: str
    sms_gateway_url: str | None = field(repr=False)
    sms_gateway_token: str | None = field(repr=False)

    @classmethod
    def read(cls, read: EnvironmentReader, host: str) -> "PostSettings":
        """Read them; mistakes are the reader's to tell. `host` is what we are called."""
        whole = urlsplit(read.address("SMTP_URL", ("smtp", "smtps")) or "")
        name = read.text("SMTP_HOST")
        if whole.hostname and name:
            read.mistake("SMTP_URL", "says what SMTP_HOST says; remove one of them")
        tls: Tls = read.choice(
            "SMTP_TLS", get_args(Tls), "tls" if whole.scheme == "smtps" else "starttls"
        )
        port = read.number("SMTP_PORT", whole.port or (465 if tls == "tls" else 587), 1, 65535)
        user = read.text("SMTP_USER") or unquote(whole.username or "") or None
        password = read.secret("SMTP_PASSWORD") or unquote(whole.password or "") or None
        if (user is None) != (password is None):
            read.mistake("SMTP_PASSWORD", "and SMTP_USER go together; set or remove both")
        sender = read.text("SMTP_FROM") or f"Handover <handover@{_domain(host)}>"
        if not _ADDRESS.fullmatch(parseaddr(sender)[1]):
            read.mistake("SMTP_FROM", "must be like shop@shop.example or Shop <shop@shop.example>")
        return cls(
            smtp_host=name or whole.hostname,
            smtp_port=port,
            smtp_user=user,
            smtp_password=password,
            smtp_tls=tls,
            mail_from=sender,
            sms_gateway_url=read.address("SMS_GATEWAY_URL", ("http", "https")),
            sms_gateway_token=read.secret("SMS_GATEWAY_TOKEN"),
        )


def _domain(host: str) -> str:
    """A host as the end of an address: numbers are none."""
    is_name = ":" not in host and any(letter.isalpha() for letter in host)
    return host if is_name else "localhost"
