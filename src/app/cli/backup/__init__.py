"""`handover backup`: create, verify, restore, list and prune backups of the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.cli.backup.creating import copy_elsewhere, create_backup
from app.cli.backup.restoring import restore_backup, verify_backup
from app.cli.backup.workplace import workplace
from app.cli.context import in_application
from app.cli.findings import name_findings
from app.cli.kept_checkpoint import KeptCheckpoint
from app.config import Settings
from app.database.stores import StoreFault, store_of
from app.operations.backups.archive import BadBackup
from app.operations.backups.encryption import CannotEncrypt
from app.operations.backups.folder import Backup, list_backups
from app.operations.backups.reading import BackupFile
from app.operations.backups.retention import kept_as
from app.support.clock import instant_text

APART = (
    "Not in it: SECRET_KEY, JWT_SECRET_KEY and SIGNING_SECRET. Keep them apart from it, and keep "
    "them: without SIGNING_SECRET nobody can prove its ledger."
)


@click.group()
def backup() -> None:
    """Back the database up, prove a backup, and put one back."""


def _file(command: Callable[..., None]) -> Callable[..., None]:
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.argument("file", type=kind)(command)


def _as_json(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "as_json", is_flag=True, help="For programs.")(command)


@backup.command()
@_as_json
def create(as_json: bool) -> None:
    """Back up the database into BACKUP_DIR, while it is in use; meant for a timer."""
    with refusing() as settings:
        store = store_of(settings)
        with workplace(settings.backup.folder) as work:
            made = create_backup(settings, store, work, dialect=store.dialect)
    size = made.path.stat().st_size
    if as_json:
        said = json.loads(made.manifest.as_json())
        _say_json({"file": str(made.path), "size": size, "manifest": said})
    else:
        rows = sum(made.manifest.rows.values())
        click.echo(f"{made.path}: {rows} rows in {_megabytes(size)}\n{APART}")
    if settings.backup.copy_command:
        copy_elsewhere(made.path, settings.backup.copy_command)


@backup.command()
@_file
@_as_json
def verify(file: Path, as_json: bool) -> None:
    """Prove a backup: its bytes, that it can be loaded, its rows, and its ledger.

    It is loaded into a database of its own, which is gone afterwards. Exits with 1 on any finding.
    """
    with refusing(file) as settings:
        store = store_of(settings)
        with workplace(settings.backup.folder) as work:
            manifest, report = verify_backup(
                settings, BackupFile(file, settings.backup), store, work
            )
    findings = report.findings
    if as_json:
        found = [asdict(one) for one in findings.found]
        _say_json({"manifest": json.loads(manifest.as_json()), "findings": found})
    else:
        name_findings(findings.found, KeptCheckpoint(settings.instance_path).path)
        verdict = f"Findings: {findings.total}, in" if findings.total else "Sound:"
        click.echo(
            f"{verdict} {sum(manifest.rows.values())} rows of {instant_text(manifest.created_at)}, "
            f"{report.rows} of them in the ledger, {report.seals} seals."
        )
    if findings.total:
        raise SystemExit(1)


@backup.command()
@_file
@click.option("--force", is_flag=True, help="Replace what is there, after a backup of it.")
@_as_json
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put a backup in the place of the database, whole or not at all; stop the servers first.

    The database must be empty, unless --force is given. Tables of an older version are brought to
    this one's.
    """
    with refusing(file) as settings:
        store = store_of(settings)
        with workplace(settings.backup.folder) as work:
            done = restore_backup(
                settings, BackupFile(file, settings.backup), store, work, force=force
            )
    safety = str(done.safety.path) if done.safety else None
    aside = str(done.checkpoint_aside) if done.checkpoint_aside else None
    if as_json:
        said = json.loads(done.manifest.as_json())
        _say_json({"manifest": said, "safety_backup": safety, "checkpoint_aside": aside})
        return
    click.echo(
        f"Restored {sum(done.manifest.rows.values())} rows of "
        f"{instant_text(done.manifest.created_at)}."
    )
    if safety:
        click.echo(f"What was there before: {safety}")
    if aside:
        click.echo(f"The checkpoint of its ledger, to be kept with it: {aside}")
    click.echo(
        "Next: `handover audit verify --state`, then start the servers. What was revoked after the "
        "backup is valid again: devices, sign-ins, passwords (docs/backup.md)."
    )


@backup.command("list")
@_as_json
def list_(as_json: bool) -> None:
    """List the backups in BACKUP_DIR, the newest first."""
    with refusing() as settings:
        rows = [_row(one, why, settings) for one, why in _kept(settings).items()]
    if as_json:
        _say_json(rows)
        return
    for row in rows:
        count = "encrypted" if row["rows"] is None else f"{row['rows']} rows"
        click.echo(
            f"{row['created_at']}  {_megabytes(row['size']):>10}  {count:>14}  "
            f"{', '.join(row['kept_as']) or 'not kept'}\n  {row['file']}"
        )
    if not rows:
        click.echo(
            f"There is none in {settings.backup.folder}; `handover backup create` makes one."
        )


@backup.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def prune(dry_run: bool) -> None:
    """Delete backups that are neither the newest nor one of BACKUP_KEEP_DAILY, _WEEKLY, _MONTHLY."""
    with refusing() as settings:
        kept = _kept(settings)
        gone = [one for one, why in kept.items() if not why]
        for one in gone:
            if not dry_run:
                one.path.unlink(missing_ok=True)
            click.echo(f"{'Would delete' if dry_run else 'Deleted'} {one.path}")
    click.echo(f"{len(kept) - len(gone)} kept, {len(gone)} {'to go' if dry_run else 'gone'}.")


@contextmanager
def refusing(file: Path | None = None) -> Iterator[Settings]:
    """The settings, in the application; what stands in the way ends the command with words."""
    try:
        with in_application() as app:
            yield app.settings
    except BadBackup as problem:
        raise click.ClickException(f"{file}: {problem}. Nothing was changed.") from None
    except (StoreFault, CannotEncrypt) as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'the backup'}: {error.strerror}") from None


def _kept(settings: Settings) -> dict[Backup, tuple[str, ...]]:
    keep = settings.backup
    return kept_as(
        list_backups(keep.folder),
        daily=keep.keep_daily,
        weekly=keep.keep_weekly,
        monthly=keep.keep_monthly,
    )


def _row(one: Backup, why: tuple[str, ...], settings: Settings) -> dict[str, Any]:
    rows = None
    if not one.encryption:
        manifest, _ = BackupFile(one.path, settings.backup).read_words()
        rows = sum(manifest.rows.values())
    return {
        "file": str(one.path),
        "created_at": instant_text(one.created_at),
        "size": one.size,
        "rows": rows,
        "encryption": one.encryption or None,
        "is_safety": one.is_safety,
        "kept_as": list(why),
    }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _say_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
