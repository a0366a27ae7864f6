"""`handover doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.cli.context import in_application
from app.config import GENERATED_SECRETS, BadSettings, Settings
from app.database import sqlite_file, transaction
from app.errors import Unavailable
from app.http.limits import limits
from app.operations.audit.condition import get_condition
from app.operations.backups.folder import find_newest
from app.operations.health import revisions, server
from app.operations.outbox.find import SENT_WITHIN
from app.operations.outbox.find import get_condition as get_outbox
from app.support import clock

WIDEST_OFFSET_SECONDS = 2.0
BACKED_UP_WITHIN = timedelta(hours=26)
"""By a timer that runs every day, with room for its delay."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table; `todo` is empty where nothing is wrong."""

    name: str
    state: str
    todo: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines: a JSON array of the checks.")
def doctor(as_json: bool) -> None:
    """Examine settings, database, Redis, clock, folders and secrets.

    Exits with 1 when something is wrong. Changes nothing.
    """
    checks = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        _show(checks)
    if any(check.todo for check in checks):
        raise SystemExit(1)


def _show(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = click.style("WRONG", fg="red") if check.todo else click.style("ok   ", fg="green")
        click.echo(f"{mark} {check.name:<{width}}  {check.state}")
        if check.todo:
            click.echo(f"      {'':<{width}}  -> {check.todo}")


def examine() -> Iterator[Check]:
    """Every check, in the order in which one would mend what is wrong."""
    try:
        settings = Settings.load()
    except BadSettings as mistakes:
        for mistake in str(mistakes).splitlines():
            name, _, todo = mistake.partition(" ")
            yield Check(f"setting {name}", "wrong", f"{name} {todo}")
        return
    yield Check("settings", f"{settings.app_env}, {settings.public_url}")
    yield from _folders(settings)
    yield from _secrets(settings)
    with in_application():
        yield from _database(settings)
        yield _redis(settings)
    yield _backups(settings)


def _folders(settings: Settings) -> Iterator[Check]:
    folders = {"instance folder": settings.instance_path}
    if (file := sqlite_file(settings)) is not None:
        folders["database folder"] = file.parent
    for name, folder in folders.items():
        try:
            with tempfile.TemporaryFile(dir=folder):
                yield Check(name, str(folder))
        except OSError as error:
            yield Check(name, f"{folder}: {error.strerror}", "make it, writable for this user")


def _secrets(settings: Settings) -> Iterator[Check]:
    files = {f"secret file {name}": settings.secret_file(name) for name in GENERATED_SECRETS}
    if (database := sqlite_file(settings)) is not None:
        files["database file"] = database
    for name, file in files.items():
        if not file.is_file():
            continue
        mode = stat.S_IMODE(file.stat().st_mode)
        todo = f"chmod 600 {file}: others can read it" if mode & 0o077 else ""
        yield Check(name, f"{mode:04o}", todo)


def _database(settings: Settings) -> Iterator[Check]:
    address = make_url(settings.database_url).render_as_string(hide_password=True)
    file = sqlite_file(settings)
    if file is not None and not file.is_file():
        yield Check("database", f"{address}: no such file", "run `handover setup`")
        return
    try:
        found = server.get_server()
        revision, head = revisions.find_revision(), revisions.get_head(_migrations())
    except Unavailable as silence:
        todo = "restore the newest backup" if file else "start it, create the database"
        yield Check("database", f"{address}: {silence.message}", f"{todo}, or mend DATABASE_URL")
        return
    yield Check("database", f"{address}, {found.version}")
    yield Check(
        "migrations",
        revision or "none",
        "" if revision == head else f"run `handover setup`: the code wants {head}",
    )
    for one in found.variables:
        yield Check(one.name, one.value, "" if one.is_right else one.todo)
    if revision == head:
        yield from _ledger()
        yield from _outbox()
    apart = abs(found.offset_seconds) > WIDEST_OFFSET_SECONDS
    yield Check(
        "clocks",
        f"the database's is {found.offset_seconds:+.1f} s from ours",
        "let both machines follow the same time servers" if apart else "",
    )


def _ledger() -> Iterator[Check]:
    try:
        with transaction(write=False):
            condition = get_condition()
    except DBAPIError as error:
        yield Check("ledger", str(error.orig), "restore the newest backup: its tables are damaged")
        return
    if condition.unknown_keys:
        keys = ", ".join(condition.unknown_keys)
        todo = (
            "bring the SIGNING_SECRET of that installation, or name it in SIGNING_SECRETS_RETIRED"
        )
        yield Check("ledger keys", f"signed with keys that are not here: {keys}", todo)
    oldest, now = condition.oldest_unsealed_at, clock.now()
    if oldest is None:
        yield Check("ledger", "every record is sealed")
        return
    minutes = int((now - oldest).total_seconds() // 60)
    todo = "let a timer run `handover audit seal` every 30 seconds (docs/ledger.md)"
    yield Check(
        "ledger",
        f"the oldest record without a seal is {minutes} min old",
        todo if condition.is_overdue(now) else "",
    )


def _outbox() -> Iterator[Check]:
    with transaction(write=False):
        found = get_outbox()
    waited = found.age_at(clock.now())
    todo = ""
    if waited > SENT_WITHIN:
        is_tried = bool(found.oldest_attempts)
        todo = (
            "its receiver refuses it: `handover outbox list` says how"
            if is_tried
            else "let `handover outbox run` run"
        )
    minutes = int(waited.total_seconds() // 60)
    told = f"{found.waiting} wait, the oldest for {minutes} min" if found.waiting else "all is sent"
    yield Check("outbox", told, todo)
    if found.dead:
        todo = "see `handover outbox list --dead`, mend it, then `handover outbox retry --all`"
        yield Check("outbox, given up", str(found.dead), todo)


def _redis(settings: Settings) -> Check:
    if settings.redis_url is None:
        return Check("redis", "not configured: limits are counted in each process's memory")
    if limits().answers():
        return Check("redis", "answers")
    return Check(
        "redis",
        "silent: limits are counted in each process's memory",
        "start it, or mend REDIS_URL",
    )


def _backups(settings: Settings) -> Check:
    try:
        newest = find_newest(settings.backup.folder)
    except OSError as error:
        return Check("backups", f"{error.filename}: {error.strerror}", "mend BACKUP_DIR")
    if newest is None:
        state, is_old = f"none in {settings.backup.folder}", True
    else:
        age = clock.now() - newest.created_at
        hours = age.total_seconds() / 3600
        state, is_old = f"the newest is {hours:.1f} h old", age > BACKED_UP_WITHIN
    todo = "let a timer run `handover backup create` every day (docs/backup.md)"
    if settings.is_production:
        return Check("backups", state, todo if is_old else "")
    return Check("backups", f"{state}; {todo}" if is_old else state)


def _migrations() -> Path:
    return Path(current_app.extensions["migrate"].directory)
