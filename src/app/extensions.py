"""Flask extensions, created unbound and bound by the factory."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app
from flask_cors import CORS
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from app.support.signing import KeyRing

_SIGNING_KEYS = "handover_signing_keys"


class SigningKeys:
    """The keys of the present application, for whoever writes or proves a record."""

    def init_app(self, app: Flask, ring: KeyRing) -> None:
        """Bind a ring to an application."""
        app.extensions[_SIGNING_KEYS] = ring

    @property
    def ring(self) -> KeyRing:
        """The ring of the application whose context is open."""
        return cast(KeyRing, current_app.extensions[_SIGNING_KEYS])


cors = CORS()
csrf = CSRFProtect()
migrate = Migrate()
signing_keys = SigningKeys()
