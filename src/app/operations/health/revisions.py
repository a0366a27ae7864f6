"""The revision that the code was written for, and the one that the database is at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import column, inspect, select, table

from app.database import db

_VERSION = table("alembic_version", column("version_num"))


@cache
def get_head(migrations: Path) -> str | None:
    """The newest revision of a migrations folder; None without any.

    Read once in a process, at its start: a deploy that replaces the folder does not make the
    old code believe in the new tables.
    """
    return ScriptDirectory(str(migrations)).get_current_head()


@cache
def list_revisions(migrations: Path) -> frozenset[str]:
    """Every revision of a migrations folder: what the code can bring to its newest one."""
    return frozenset(one.revision for one in ScriptDirectory(str(migrations)).walk_revisions())


def find_revision() -> str | None:
    """The revision that the database is at; None before the first migration."""
    connection = db.session.connection()
    if not inspect(connection).has_table(_VERSION.name):
        return None
    revision: str | None = connection.scalar(select(_VERSION.c.version_num))
    return revision
