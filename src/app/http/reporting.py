"""Reports of unforeseen faults to Sentry, for those who set SENTRY_DSN: off by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request

from app.config import BadSettings
from app.support import logs

Report = Callable[[BaseException], object]


def start(dsn: str, environment: str) -> Report:
    """Begin to report; what is returned reports one exception.

    None of Sentry's integrations is on, so that nothing of a request (headers, cookies, body,
    query, address) is collected to begin with: a report has the traceback without the values of
    variables, the route's rule and the request's id. Raises BadSettings when the extra `sentry`
    is not installed.
    """
    try:
        import sentry_sdk  # heavy: an optional extra
    except ModuleNotFoundError:
        raise BadSettings(
            "SENTRY_DSN needs the extra `sentry`; install requirements-sentry.lock or remove it."
        ) from None
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=scrub,
    )

    def report(error: BaseException) -> object:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("request_id", g.get("request_id"))
            scope.set_transaction_name(request.url_rule.rule if request.url_rule else "none")
            return sentry_sdk.capture_exception(error, scope=scope)

    return report


def scrub(event: Any, _hint: dict[str, Any]) -> Any:
    """A report without secrets and contact data; its texts pass the same filter as the log's."""
    for part in ("request", "user", "extra", "breadcrumbs"):
        event.pop(part, None)
    for exception in event.get("exception", {}).get("values", ()):
        exception["value"] = logs.hide(str(exception.get("value") or ""))
    return event
