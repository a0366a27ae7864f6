"""The database as a whole: dumped in one snapshot, loaded beside itself, replaced in one step."""

from __future__ import annotations

from sqlalchemy.engine import make_url

from app.config import Settings
from app.database.engines import sqlite_file
from app.database.stores.mariadb import MariadbStore
from app.database.stores.shapes import Contents, Dump, Lone, Scratch, Store, StoreFault
from app.database.stores.sqlite import SqliteStore

__all__ = ["Contents", "Dump", "Lone", "Scratch", "Store", "StoreFault", "store_of"]


def store_of(settings: Settings) -> Store:
    """The database that the settings name."""
    file = sqlite_file(settings)
    return MariadbStore(make_url(settings.database_url)) if file is None else SqliteStore(file)
