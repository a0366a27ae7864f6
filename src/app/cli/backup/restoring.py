"""Verifying and restoring a backup: everything is proved beside the database before it is touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app

from app import database
from app.cli.backup.creating import Created, create_backup
from app.cli.context import in_scratch
from app.cli.kept_checkpoint import KeptCheckpoint
from app.cli.proving import bar, reading
from app.cli.setup import migrate, refuse_foreign_ledger
from app.config import Settings
from app.database.stores import Scratch, Store
from app.operations.actors import SYSTEM
from app.operations.audit.verifying import Report, count_work, verify_ledger
from app.operations.backups.archive import BadBackup
from app.operations.backups.manifest import Manifest
from app.operations.backups.reading import BackupFile
from app.operations.health.revisions import get_head, list_revisions
from app.operations.ledger.actions import BACKUP_RESTORED
from app.operations.ledger.record import record
from app.support.clock import instant_text


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; the backup of what was there before, and its checkpoint, where there were."""

    manifest: Manifest
    safety: Created | None
    checkpoint_aside: Path | None


def verify_backup(
    settings: Settings, file: BackupFile, store: Store, work: Path
) -> tuple[Manifest, Report]:
    """Load a backup into a scratch database and prove its ledger; raises BadBackup, StoreFault."""
    manifest, note = _check(file, store)
    with store.scratch(work) as scratch:
        _load(file, manifest, scratch)
        with _brought_up(settings, scratch, manifest):
            with reading():
                count = count_work(with_state=True)
            with bar("Proving", count) as progress, reading():
                report = verify_ledger(
                    checkpoint=note or None, origin=None, with_state=True, progress=progress
                )
    return manifest, report


def restore_backup(
    settings: Settings, file: BackupFile, store: Store, work: Path, *, force: bool
) -> Restored:
    """Put a backup in the place of what is there, in one step, at the end of everything else.

    What is there must be empty, or `force` be given: then it is backed up first. Raises BadBackup,
    StoreFault and ClickException, and has then changed nothing.
    """
    manifest, note = _check(file, store)
    with store.alone() as lone:
        before = lone.contents()
        if not (before.is_empty or force):
            raise click.ClickException(
                f"{store.name} is not empty ({before.total} rows): --force replaces it, and makes "
                "a backup of it first"
            )
        with store.scratch(work) as scratch:
            _load(file, manifest, scratch)
            with _brought_up(settings, scratch, manifest):
                refuse_foreign_ledger(settings)
                made_at = instant_text(manifest.created_at)
                database.replaying(lambda: record(BACKUP_RESTORED, actor=SYSTEM, backup=made_at))
            safety = None
            if not before.is_empty:
                safety = create_backup(settings, lone, work, dialect=store.dialect, is_safety=True)
            lone.replace_by(scratch, before.rows if safety is None else safety.manifest.rows)
    kept = KeptCheckpoint(settings.instance_path)
    aside = kept.move_aside()
    if note:
        kept.write(note)
    return Restored(manifest, safety, aside)


@contextmanager
def begin_empty(settings: Settings, store: Store, work: Path) -> Iterator[Scratch]:
    """A scratch database with our tables and no rows, and an application over it."""
    with store.scratch(work) as scratch, in_scratch(settings, scratch.url):
        migrate(_migrations())
        yield scratch


def _check(file: BackupFile, store: Store) -> tuple[Manifest, str]:
    manifest, note = file.check()
    manifest.refuse_unfit(dialect=store.dialect, revisions=list_revisions(_migrations()))
    return manifest, note


def _load(file: BackupFile, manifest: Manifest, scratch: Scratch) -> None:
    with bar("Loading", manifest.dump_bytes) as progress:
        scratch.load(file.read_dump(manifest, progress))
    found = scratch.contents()
    if (dict(found.rows), found.revision) != (dict(manifest.rows), manifest.revision):
        raise BadBackup("what was loaded has other rows than its manifest says")


@contextmanager
def _brought_up(settings: Settings, scratch: Scratch, manifest: Manifest) -> Iterator[None]:
    """An application over the scratch database, whose tables are brought to our revision."""
    with in_scratch(settings, scratch.url):
        if manifest.revision != get_head(_migrations()):
            migrate(_migrations())
        yield


def _migrations() -> Path:
    return Path(current_app.extensions["migrate"].directory)
