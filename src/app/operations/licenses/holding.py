"""Parts of statements that look at what is required and held, in looks that are made anyway."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from app.models import License, LicenseType, Order, OrderLine, Service, Worker

REQUIRED = (
    select(
        func.group_concat(
            Service.required_license
            + literal(" ")
            + cast(func.coalesce(Service.required_level, 1), String(11))
        )
    )
    .join(OrderLine, OrderLine.service_id == Service.id)
    .where(OrderLine.order_id == Order.id, Service.required_license.is_not(None))
    .correlate(Order)
    .scalar_subquery()
)
"""What the services of an order require (support/licensing.py reads it)."""

AS_OBJECT: ColumnElement[Any] = func.json_object(
    "code",
    License.code,
    "level",
    License.level,
    "version",
    License.version,
    "covers",
    LicenseType.covers,
    "issued_at",
    License.issued_at,
    "expires_at",
    License.expires_at,
    "revoked_at",
    License.revoked_at,
)


_required = bindparam("required", type_=License.type_code.type)
_blank = literal(" ")
HOLDS = exists().where(
    License.worker_id == Worker.id,
    License.live.is_not(None),
    License.revoked_at.is_(None),
    or_(
        License.expires_at.is_(None),
        License.expires_at > bindparam("at", type_=License.expires_at.type),
    ),
    License.level >= bindparam("level", type_=License.level.type),
    LicenseType.code == License.type_code,
    or_(
        License.type_code == _required,
        func.instr(_blank + LicenseType.covers + _blank, _blank + _required + _blank) > 0,
    ),
)
"""Whether a worker holds at that instant a license that is required, of that level or higher."""


def held_by(*who: ColumnElement[bool]) -> Select[str, str, int]:
    """The licenses of workers, old ones too: (what, type, worker), to be looked up with others."""
    return (
        select(literal("license"), License.type_code, License.worker_id)
        .join(LicenseType, LicenseType.code == License.type_code)
        .where(*who)
    )
