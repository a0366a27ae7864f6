"""Flask extensions, created unbound and bound by the factory."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app
from flask_cors import CORS
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from app.support.signing import KeyRing

_SIGNING_KEYS = "handover_signing_keys"
_OUTGOING = "handover_outgoing"
_BOUNDS = "handover_bounds"


class SigningKeys:
    """The keys of the present application, for whoever writes or proves a record."""

    def init_app(self, app: Flask, ring: KeyRing) -> None:
        """Bind a ring to an application."""
        app.extensions[_SIGNING_KEYS] = ring

    @property
    def ring(self) -> KeyRing:
        """The ring of the application whose context is open."""
        return cast(KeyRing, current_app.extensions[_SIGNING_KEYS])


class Outgoing:
    """What the settings say of news on their way out, for whoever writes them."""

    def init_app(self, app: Flask, *, public_url: str, has_texts: bool) -> None:
        """Bind to an application where its pages are, and whether it can send text messages."""
        app.extensions[_OUTGOING] = (public_url, has_texts)

    @property
    def public_url(self) -> str:
        """Where links in news lead to: never what a request's Host header says (contract.md 9)."""
        return cast(str, current_app.extensions[_OUTGOING][0])

    @property
    def has_texts(self) -> bool:
        """Whether there is a gateway for text messages."""
        return cast(bool, current_app.extensions[_OUTGOING][1])


class Bounds:
    """How much of something the settings let anybody have."""

    def init_app(self, app: Flask, *, open_appointments: int) -> None:
        """Bind to an application how many appointments to come a customer may have at a business."""
        app.extensions[_BOUNDS] = open_appointments

    @property
    def open_appointments(self) -> int:
        """Of one customer at one business."""
        return cast(int, current_app.extensions[_BOUNDS])


bounds = Bounds()
cors = CORS()
csrf = CSRFProtect()
migrate = Migrate()
outgoing = Outgoing()
signing_keys = SigningKeys()
