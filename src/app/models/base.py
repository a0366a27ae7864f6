"""The declarative base and the column types that make both databases agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Numeric, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import BINARY, LargeBinary, TypeDecorator, TypeEngine

from app.support import clock


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant with microseconds; a naive value is a programming error."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "mysql":
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _as_text if dialect.name == "sqlite" else _as_naive

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _of_text if dialect.name == "sqlite" else _of_naive


def _as_naive(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).replace(tzinfo=None)


def _as_text(value: datetime | None) -> str | None:
    naive = _as_naive(value)
    return None if naive is None else naive.isoformat(" ", "microseconds")


def _of_naive(value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


def _of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def exact(length: int) -> String:
    """Text that both databases compare byte by byte: e-mails, numbers, codes, keys."""
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> String:
    """People's words: any Unicode, emoji included."""
    return String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


PROSE = Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")
KEY = BigInteger().with_variant(Integer, "sqlite")
DIGEST = LargeBinary(32).with_variant(BINARY(32), "mysql")
MONEY = Numeric(12, 2, asdecimal=True)

Key = Annotated[int, mapped_column(KEY, primary_key=True, autoincrement=True)]
Money = Annotated[Decimal, mapped_column(MONEY)]


class Base(DeclarativeBase):
    """Every table; constraint names are spelled the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant()}  # noqa: RUF012 (SQLAlchemy's own attribute)


class Timestamps:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
