"""Refusals that are worth remembering, recorded once the request's own transaction is over."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g

from app import errors
from app.errors import AppError
from app.http.access import actor
from app.http.addresses import client_address
from app.http.application import circumstances
from app.http.limits import is_first_refusal
from app.operations.ledger import actions
from app.operations.ledger.actions import Action
from app.operations.ledger.circumstances import told_by
from app.operations.ledger.refusals import record_refusal

log = structlog.get_logger(__name__)

# A 400, a 404 and a plain read are not recorded (ledger.md 1).
_ACTIONS: tuple[tuple[type[AppError], Action], ...] = (
    (errors.InvalidCredentials, actions.LOGIN_FAILED),
    (errors.TokenReused, actions.TOKEN_REUSED),
    (errors.PermissionDenied, actions.ACCESS_DENIED),
    (errors.DeviceRevoked, actions.ACCESS_DENIED),
    (errors.RateLimited, actions.RATE_LIMITED),
    (errors.ServerFault, actions.SERVER_ERROR),
)


def register(app: Flask) -> None:
    """Record after the answer is made, which waits for it: a refusal may not outrun its record."""
    app.after_request(_record)


def _record(answer: Response) -> Response:
    refused: AppError | None = g.pop("refused", None)
    action = next((action for kind, action in _ACTIONS if isinstance(refused, kind)), None)
    if refused is None or action is None:
        return answer
    g.status_code = answer.status_code
    if action is actions.RATE_LIMITED and not is_first_refusal():
        return answer
    data = {"error_code": refused.code}
    if (fault := g.pop("fault", None)) is not None:
        data["kind"] = type(fault).__name__
    try:
        with told_by(circumstances):
            record_refusal(
                action,
                address=client_address(),
                tried_login=g.get("tried_login") if action is actions.LOGIN_FAILED else None,
                actor=actor(),
                **data,
            )
    except Exception:  # a refusal that cannot be recorded stays what it is
        log.exception("refusal_not_recorded", action=action.word)
    return answer
