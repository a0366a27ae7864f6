"""Licenses as tests begin with them: a type, a worker with an account, and who holds what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app import database
from app.models import License
from app.operations.actors import SYSTEM
from app.operations.licenses import issue, types
from app.support import clock
from tests.rows import writing

API = "/api/v1/licenses"
TYPE = "dry_cleaning"


def make_type(code: str = TYPE, **more: Any) -> str:
    """A type with three levels, good for a year."""
    values = {"title": f"The {code}", "max_level": 3, "validity_months": 12} | more
    with database.transaction():
        types.create_type(code=code, **values, at=clock.now(), actor=SYSTEM)
    return code


def give(worker_id: int, code: str = TYPE, level: int = 1, *, ago: float = 400) -> int:
    """License a worker, as it was done so many days ago; what it is for has not expired."""
    at = clock.now() - timedelta(days=ago)
    with database.transaction():
        made = issue.issue_license(
            worker_id=worker_id, type_code=code, level=level, at=at, actor=SYSTEM
        )
        return made.license.id


def license_of(license_id: int) -> License:
    """The license as it is stored now."""
    with database.transaction(write=False) as session:
        found = session.get(License, license_id, populate_existing=True)
    assert found is not None
    return found


def tamper(license_id: int, change: str, **values: Any) -> None:
    """Change a license's row as somebody with the database's password would."""
    with writing() as session:
        query = text(f"UPDATE licenses SET {change} WHERE id = :id")
        session.execute(query, {"id": license_id, **values})
