"""The product's tables as a tutorial maps them: Flask-SQLAlchemy's defaults, no tuning."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, event

from app.models import Base

db = SQLAlchemy()
for _table in Base.metadata.sorted_tables:
    _table.to_metadata(db.metadata)  # copies: the product's own mapping is not touched
_TABLES = db.metadata.tables


class Worker(db.Model):
    __table__ = _TABLES["workers"]


class Device(db.Model):
    __table__ = _TABLES["devices"]
    worker = db.relationship(Worker)


class Service(db.Model):
    __table__ = _TABLES["services"]


class User(db.Model):
    __table__ = _TABLES["users"]


class TokenFamily(db.Model):
    __table__ = _TABLES["token_families"]
    user = db.relationship(User)


class OrderLine(db.Model):
    __table__ = _TABLES["order_lines"]


class Track(db.Model):
    __table__ = _TABLES["tracks"]


class AuditEvent(db.Model):
    __table__ = _TABLES["audit_events"]


class Order(db.Model):
    __table__ = _TABLES["orders"]
    service = db.relationship(Service)
    lines = db.relationship(OrderLine, order_by=OrderLine.position)
    tracks = db.relationship(Track, order_by=Track.effective_at, viewonly=True)


def make_app(name: str) -> Flask:
    """A Flask application over DATABASE_URL; SQLite is made as durable as the product's."""
    app = Flask(name, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    if not os.environ["DATABASE_URL"].startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"isolation_level": "READ COMMITTED"}
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _pragmas)
            event.listen(db.engine, "begin", _begin)
    return app


def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """SQLAlchemy's own recipe; a deferred BEGIN could not become a writer's under load."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if request.method == "POST" else "BEGIN")
