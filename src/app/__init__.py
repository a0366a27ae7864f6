"""The factory: wires everything and decides nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from werkzeug.middleware.proxy_fix import ProxyFix

from app import database
from app.config import Settings
from app.extensions import bounds, csrf, migrate, outgoing, signing_keys
from app.http import (
    application,
    cross_origin,
    errors,
    headers,
    limits,
    observing,
    refusals,
    turns,
)
from app.http.application import Application, BoundedInteger
from app.support import logs
from app.support.passwords import PasswordHasher
from app.support.signing import KeyRing
from app.support.tokens import JwtSigner
from app.support.turns import Turns

MIGRATIONS = Path(__file__).parents[2] / "migrations"
LARGEST_BODY = 1024 * 1024
SURFACES = ("app.api", "app.legacy", "app.web")
"""Imported by who serves them: a command starts in two thirds of the time without."""


def create_app(settings: Settings | None = None) -> Application:
    """The WSGI application for these settings, or for those of the environment."""
    app = create_core(settings)
    settings = app.settings
    app.before_request(application.stamp_arrival)
    observing.register(app, settings)
    app.before_request(limits.enforce)
    errors.register(app)
    refusals.register(app)
    headers.register(app, settings)
    cross_origin.register(app, settings)
    turns.register(app, settings)
    for surface in SURFACES:
        import_module(surface).register(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    return app


def create_core(settings: Settings | None = None) -> Application:
    """What a command needs of an application: settings, database, keys; it serves nothing.

    The surfaces are most of what there is to import and to build, and stay out of it.
    """
    settings = settings or Settings.load()
    logs.configure_logs(settings.log_level, as_json=settings.is_production)
    app = Application("app", static_folder=None, template_folder=None)
    app.settings = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as its cookie: a page stays open for a day
    )
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = BoundedInteger
    app.extensions.update(
        handover_settings=settings,
        handover_limits=limits.Limits.from_settings(settings),
        handover_jwt=JwtSigner(
            settings.jwt_secret_key, settings.jwt_access_min, settings.jwt_refresh_days
        ),
        handover_passwords=PasswordHasher(
            settings.argon2_time_cost,
            settings.argon2_memory_kib,
            settings.argon2_parallelism,
            Turns(settings.instance_path / "turns", settings.cores),
        ),
    )
    database.configure(app, settings)
    migrate.init_app(app, database.db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    signing_keys.init_app(
        app, KeyRing.of(settings.signing_secret, settings.signing_secrets_retired)
    )
    bounds.init_app(app, open_appointments=settings.most_open_appointments)
    outgoing.init_app(
        app,
        public_url=settings.public_url,
        has_texts=settings.post.sms_gateway_url is not None,
    )
    return app
