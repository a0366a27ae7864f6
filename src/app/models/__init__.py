"""Every table, one family a file."""

from app.models.base import Base
from app.models.ledger import AuditEvent, AuditSeal
from app.models.orders import IdempotencyKey, Order, OrderAlias, OrderLine
from app.models.outbox import OutboxMessage
from app.models.second_factors import PendingSignIn, RecoveryCode, SecondFactor
from app.models.services import Service
from app.models.tracks import Track
from app.models.users import AdminSession, PasswordLink, TokenFamily, User
from app.models.workers import Device, Worker

__all__ = [
    "AdminSession",
    "AuditEvent",
    "AuditSeal",
    "Base",
    "Device",
    "IdempotencyKey",
    "Order",
    "OrderAlias",
    "OrderLine",
    "OutboxMessage",
    "PasswordLink",
    "PendingSignIn",
    "RecoveryCode",
    "SecondFactor",
    "Service",
    "TokenFamily",
    "Track",
    "User",
    "Worker",
]
