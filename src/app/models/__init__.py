"""Every table, one family a file."""

from app.models.base import Base
from app.models.businesses import (
    HOUSE,
    Business,
    CalendarFeed,
    Favorite,
    Hours,
    Review,
    TimeOff,
    WorkerService,
)
from app.models.calendar import Claim, Resource, Segment, ServiceResource
from app.models.ledger import AuditEvent, AuditSeal
from app.models.licenses import License, LicenseType
from app.models.notifications import MailStop, MessageText, Notification
from app.models.orders import IdempotencyKey, Order, OrderAlias, OrderLine
from app.models.outbox import OutboxMessage
from app.models.second_factors import PendingSignIn, RecoveryCode, SecondFactor
from app.models.services import Service
from app.models.tracks import Track
from app.models.users import BrowserSession, PasswordLink, TokenFamily, User
from app.models.verifications import EmailVerification
from app.models.webhooks import FeedCounter, FeedEvent, WebhookDelivery, WebhookSubscription
from app.models.workers import Device, Worker

__all__ = [
    "HOUSE",
    "AuditEvent",
    "AuditSeal",
    "Base",
    "BrowserSession",
    "Business",
    "CalendarFeed",
    "Claim",
    "Device",
    "EmailVerification",
    "Favorite",
    "FeedCounter",
    "FeedEvent",
    "Hours",
    "IdempotencyKey",
    "License",
    "LicenseType",
    "MailStop",
    "MessageText",
    "Notification",
    "Order",
    "OrderAlias",
    "OrderLine",
    "OutboxMessage",
    "PasswordLink",
    "PendingSignIn",
    "RecoveryCode",
    "Resource",
    "Review",
    "SecondFactor",
    "Segment",
    "Service",
    "ServiceResource",
    "TimeOff",
    "TokenFamily",
    "Track",
    "User",
    "WebhookDelivery",
    "WebhookSubscription",
    "Worker",
    "WorkerService",
]
