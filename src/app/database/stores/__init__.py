"""The database as a whole: dumped in one snapshot, loaded beside itself, replaced in one step."""

from __future__ import annotations

from sqlalchemy.engine import make_url

from app.config import Settings
from app.config.databases import OTHERS
from app.database.engines import sqlite_file
from app.database.hosts import at_one_host
from app.database.stores.mariadb import MariadbStore
from app.database.stores.shapes import Contents, Dump, Lone, Scratch, Store, StoreFault
from app.database.stores.sqlite import SqliteStore

__all__ = ["Contents", "Dump", "Lone", "Scratch", "Store", "StoreFault", "store_of"]


def store_of(settings: Settings) -> Store:
    """The database that the settings name."""
    if (file := sqlite_file(settings)) is not None:
        return SqliteStore(file)
    url = make_url(settings.database_url)
    return MariadbStore(at_one_host(url) if OTHERS in url.query else url)
