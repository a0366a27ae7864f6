"""The types of licenses there are: what they are called, how high they go, how long they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.database import db, unique
from app.errors import Conflict, Invalid, NotFound
from app.models import License, LicenseType, Service
from app.operations.actors import Actor, Role
from app.operations.auth.rights import admins_only
from app.operations.ledger import actions
from app.operations.ledger.record import record

CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_GAPS = re.compile(r"\s+")
_HIDDEN_FROM: Final = frozenset({Role.NOBODY, Role.REVOKED_DEVICE})


def type_code(text: str) -> str:
    """A type's code as it is stored: lower case, `_` for blanks; raises Invalid for no code."""
    code = _GAPS.sub("_", text.strip().lower())
    if not CODE.fullmatch(code):
        raise Invalid.field("code", "Up to 32 of a to z, 0 to 9, - and _, a letter or digit first.")
    return code


def list_types(*, actor: Actor) -> Sequence[LicenseType]:
    """Every type by its code, who is no admin sees the active ones; they number dozens."""
    query = select(LicenseType).order_by(LicenseType.code)
    if not actor.is_admin:
        query = query.where(LicenseType.is_active.is_(True))
    return db.session.scalars(query).all()


def get_type(code: str) -> LicenseType:
    """A type by its code; raises NotFound."""
    found = find_type(code)
    if found is None:
        raise NotFound("There is no such type of license.")
    return found


def find_type(code: str) -> LicenseType | None:
    """A type by its code, however it was typed; None without one."""
    query = select(LicenseType).where(LicenseType.code == _GAPS.sub("_", code.strip().lower()))
    return db.session.scalar(query)


def create_type(
    *,
    code: str,
    title: str | None = None,
    max_level: int = 1,
    validity_months: int | None = None,
    covers: Sequence[str] = (),
    at: datetime,
    actor: Actor,
) -> LicenseType:
    """A new type; its code never changes. Raises PermissionDenied, Invalid, and Conflict for a code
    that is taken."""
    admins_only(actor)
    code = type_code(code)
    made = LicenseType(
        code=code,
        title=title or code,
        max_level=max_level,
        validity_months=validity_months,
        covers=_covered(covers, code),
        created_at=at,
        updated_at=at,
    )
    problem = "There is a type with this code already."
    with unique("uq_license_types_code", Conflict(problem, details={"code": [problem]})):
        db.session.add(made)
        db.session.flush()
    record(actions.LICENSE_TYPE_CREATED, made, actor=actor)
    return made


def change_type(
    code: str, changes: Mapping[str, Any], *, at: datetime, actor: Actor
) -> LicenseType:
    """Change what is given: title, max_level, validity_months, covers, is_active.

    Licenses that were issued keep their level and their dates; none is issued of an inactive type.
    Raises PermissionDenied, NotFound, and Invalid for a highest level that a live license or a
    service is above.
    """
    admins_only(actor)
    found = get_type(code)
    values = dict(changes)
    if "covers" in values:
        values["covers"] = _covered(values["covers"], found.code)
    if (highest := values.get("max_level")) is not None and highest < found.max_level:
        _refuse_below(found.code, highest)
    for name in ("title", "max_level", "validity_months", "covers", "is_active"):
        if name in values:
            setattr(found, name, values[name])
    if db.session.is_modified(found):
        found.updated_at = at
        record(actions.LICENSE_TYPE_UPDATED, found, actor=actor)
    return found


def _covered(codes: Sequence[str], own: str) -> str:
    wanted = sorted({_GAPS.sub("_", one.strip().lower()) for one in codes} - {own})
    if not wanted:
        return ""
    known = set(db.session.scalars(select(LicenseType.code).where(LicenseType.code.in_(wanted))))
    if missing := [one for one in wanted if one not in known]:
        raise Invalid.field("covers", f"There is no such type of license: {', '.join(missing)}.")
    text = " ".join(wanted)
    if len(text) > 1024:
        raise Invalid.field("covers", "These are too many.")
    return text


def _refuse_below(code: str, highest: int) -> None:
    above = (
        select(License.id)
        .where(License.type_code == code, License.live.is_not(None), License.level > highest)
        .limit(1)
    )
    if db.session.scalar(above) is not None:
        raise Invalid.field("max_level", "A license of this type has a higher level.")
    asked = (
        select(Service.id)
        .where(Service.required_license == code, Service.required_level > highest)
        .limit(1)
    )
    if db.session.scalar(asked) is not None:
        raise Invalid.field("max_level", "A service requires a higher level of this type.")
