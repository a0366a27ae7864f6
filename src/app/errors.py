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


class PastBooking(AppError):
    status = 400
    code = "PAST_BOOKING"
    words = "This time has passed."


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


class PasswordExpired(InvalidCredentials):
    """A temporary password that was right, for as long as it was good."""

    words = "This temporary password has expired. Ask for another one."


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


class WrongVerificationCode(AppError):
    """Of an e-mail address: not the code that was mailed last, or a link that never was."""

    status = 400
    code = "INVALID_VERIFICATION_CODE"
    words = "This is not the code of our last mail to you."


class VerificationCodeExpired(AppError):
    """Too old, ended by a newer one, or tried too often."""

    status = 400
    code = "VERIFICATION_CODE_EXPIRED"
    words = "This code counts no more. Ask for a new one."


class VerificationCodeUsed(AppError):
    status = 400
    code = "VERIFICATION_CODE_USED"
    words = "This code was used already."


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


class PasswordChangeRequired(AppError):
    """Of somebody who signed in with a temporary password, and wants anything but to change it."""

    status = 403
    code = "PASSWORD_CHANGE_REQUIRED"
    words = "Your password is a temporary one. Choose your own before anything else."


class AdminAccount(PermissionDenied):
    """An admin at the door of customers and owners."""

    words = "Administrators sign in on a page of their own."


class EmailNotVerified(AppError):
    """Where REQUIRE_VERIFIED_EMAIL is on: of somebody who has not typed the code from our mail."""

    status = 403
    code = "EMAIL_NOT_VERIFIED"
    words = "Verify your e-mail address first, with the code that we mailed you."


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


class BusinessNotFound(NotFound):
    code = "BUSINESS_NOT_FOUND"
    words = "Business not found"


class AppointmentNotFound(NotFound):
    code = "APPOINTMENT_NOT_FOUND"
    words = "Appointment not found"


class MethodNotAllowed(AppError):
    status = 405
    code = "BAD_REQUEST"
    words = "This method is not allowed here."


class Conflict(AppError):
    status = 409
    code = "CONFLICT"
    words = "This does not fit what is stored now."


class PhoneExists(Conflict):
    words = "This phone number is already registered."

    def __init__(self) -> None:
        super().__init__(details={"phone": [self.words]})


class InvalidTransition(Conflict):
    code = "INVALID_TRANSITION"
    words = "The order cannot take this step."


class SlotUnavailable(Conflict):
    """Its details may name the nearest `alternatives`, as instants."""

    code = "SLOT_UNAVAILABLE"
    words = "This time is not available."


class IdempotencyConflict(Conflict):
    code = "IDEMPOTENCY_CONFLICT"
    words = "This key was used before with other content."


class LastAdmin(Conflict):
    code = "LAST_ADMIN"
    words = "This is the last active administrator. Make another one first."


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
