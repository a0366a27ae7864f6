"""Every refusal in business words, with its status and code (contract.md 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Details = Mapping[str, list[str]]


class AppError(Exception):
    """A refusal that a surface renders; raising one rolls the transaction back.

    `details` maps a field to what is wrong with it; `retry_after` is in seconds.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "SERVER_ERROR"
    words: ClassVar[str] = "Something went wrong on our side."

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Details | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message or self.words)
        self.message = message or self.words
        self.details = details
        self.retry_after = retry_after


class ServerFault(AppError):
    """What no one foresaw; its words say nothing of the cause."""


class Invalid(AppError):
    status = 400
    code = "VALIDATION_ERROR"
    words = "Some fields are not valid."

    @classmethod
    def field(cls, name: str, problem: str) -> Invalid:
        """One field's problem, as message and as detail."""
        return cls(f"{name}: {problem}", details={name: [problem]})


class Malformed(AppError):
    status = 400
    code = "INVALID_INPUT"
    words = "The body is not valid JSON."


class BadRequest(AppError):
    status = 400
    code = "BAD_REQUEST"
    words = "The request cannot be understood."


class EmailExists(AppError):
    status = 400
    code = "EMAIL_ALREADY_EXISTS"
    words = "Email exists"

    def __init__(self) -> None:
        super().__init__(details={"email": ["This e-mail address is already registered."]})


class Unauthorized(AppError):
    status = 401
    code = "UNAUTHORIZED"
    words = "Unauthorized"


class InvalidCredentials(AppError):
    status = 401
    code = "INVALID_CREDENTIALS"
    words = "Invalid credentials"


class WrongPassword(InvalidCredentials):
    """Of somebody who is signed in already, and has to prove it again."""

    status = 400
    code = "WRONG_PASSWORD"
    words = "This is not your password."


class WrongCode(InvalidCredentials):
    """A one-time code that is wrong, old, or was accepted before."""

    words = "This code is wrong, or was used already. Wait for the next one, and try again."


class InvalidCode(WrongCode):
    """A wrong code of somebody who is signed in already."""

    status = 400
    code = "INVALID_VERIFICATION_CODE"


class TwoFactorRequired(AppError):
    status = 401
    code = "TWO_FACTOR_REQUIRED"
    words = "This account has a second factor: send its present code, too, as `code`."


class InvalidToken(AppError):
    status = 401
    code = "INVALID_TOKEN"
    words = "This token is not valid."


class TokenReused(InvalidToken):
    """A refresh token that was exchanged before: it may have been stolen."""


class TokenExpired(AppError):
    status = 401
    code = "TOKEN_EXPIRED"
    words = "This token has expired."


class SignInOver(TokenExpired):
    """A sign-in that waited for a code, and is unknown, too old, used, or had its tries."""

    words = "This sign-in took too long, or had too many tries. Start again."


class PermissionDenied(AppError):
    status = 403
    code = "PERMISSION_DENIED"
    words = "You may not do this."


class FormExpired(PermissionDenied):
    """A post from one of our own pages that was opened before somebody signed in anew."""

    words = "This page had expired, and nothing was changed. Check it, and send it again."


class DeviceRevoked(AppError):
    status = 403
    code = "DEVICE_REVOKED"
    words = (
        "This device was revoked. Enrol it again; what it still holds can be uploaded as a batch."
    )


class NotFound(AppError):
    status = 404
    code = "NOT_FOUND"
    words = "There is nothing here."


class OrderNotFound(NotFound):
    code = "ORDER_NOT_FOUND"
    words = "Order not found"


class ServiceNotFound(NotFound):
    code = "SERVICE_NOT_FOUND"
    words = "Service not found"


class MethodNotAllowed(AppError):
    status = 405
    code = "BAD_REQUEST"
    words = "This method is not allowed here."


class Conflict(AppError):
    status = 409
    code = "CONFLICT"
    words = "This does not fit what is stored now."


class InvalidTransition(Conflict):
    code = "INVALID_TRANSITION"
    words = "The order cannot take this step."


class IdempotencyConflict(Conflict):
    code = "IDEMPOTENCY_CONFLICT"
    words = "This key was used before with other content."


class PreconditionFailed(AppError):
    status = 412
    code = "PRECONDITION_FAILED"
    words = "It has changed since you read it: read it again."


class TooLarge(AppError):
    status = 413
    code = "TOO_LARGE"
    words = "The body is too large."


class UnsupportedMediaType(AppError):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"
    words = "Send application/json."


class RateLimited(AppError):
    status = 429
    code = "RATE_LIMITED"
    words = "Too many requests: wait a moment."


class Unavailable(AppError):
    status = 503
    code = "UNAVAILABLE"
    words = "The database is busy. Send the same request again in a moment."


def every_code() -> list[tuple[str, int, str]]:
    """Each error code with its status and words, for the documentation (contract.md 8)."""
    found: dict[str, tuple[str, int, str]] = {}
    waiting = [AppError]
    while waiting:
        kind = waiting.pop(0)
        found.setdefault(kind.code, (kind.code, kind.status, kind.words))
        waiting.extend(kind.__subclasses__())
    return sorted(found.values(), key=lambda one: (one[1], one[0]))
