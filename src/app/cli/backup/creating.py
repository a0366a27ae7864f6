"""Making a backup: one snapshot, dumped, described and encrypted while it streams."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from app.cli.backup.workplace import appearing
from app.cli.context import let_go
from app.cli.kept_checkpoint import KeptCheckpoint
from app.cli.proving import bar, reading
from app.config import Settings
from app.database.stores import Dump, Lone, Store
from app.errors import AppError
from app.operations.audit.checkpoints import origin_of, read_checkpoint
from app.operations.backups.archive import CHECKPOINT, MANIFEST, Writer
from app.operations.backups.encryption import chosen, encrypting
from app.operations.backups.folder import name_of
from app.operations.backups.manifest import Manifest
from app.support import clock


@dataclass(frozen=True, slots=True)
class Created:
    """A finished backup; its path and what it says of itself."""

    path: Path
    manifest: Manifest


def create_backup(
    settings: Settings, store: Store | Lone, work: Path, *, dialect: str, is_safety: bool = False
) -> Created:
    """Make a backup in the folder of the settings; it appears whole or not at all."""
    note = _checkpoint(settings)
    at = clock.now()
    name = name_of(at, encryption=chosen(settings.backup), is_safety=is_safety)
    path = settings.backup.folder / name
    with (
        appearing(path, work) as file,
        encrypting(file, settings.backup) as out,
        store.dump(work) as dump,
    ):
        writer = Writer(out)
        with bar("Backing up", dump.length) as progress:
            watched = _Watched(dump, progress)
            writer.add_dump(watched)
        contents = dump.contents()
        manifest = Manifest(
            created_at=at,
            product_version=version("handover"),
            dialect=dialect,
            revision=contents.revision,
            rows=contents.rows,
            dump_bytes=watched.bytes,
            dump_sha256=watched.digest.hexdigest(),
            ledger_checkpoint=note,
        )
        writer.add(CHECKPOINT, (note or "").encode())
        writer.add(MANIFEST, manifest.as_json().encode())
        writer.end()
    return Created(path, manifest)


def copy_elsewhere(path: Path, command: tuple[str, ...]) -> None:
    """Run the operator's command, without a shell; raises ClickException when it fails."""
    words = [word.replace("{}", str(path)) for word in command]
    if words == list(command):
        words.append(str(path))
    kept = f"The backup is kept: {path}\nBACKUP_COPY_COMMAND failed"
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    except OSError as error:
        raise click.ClickException(f"{kept}: {words[0]}: {error.strerror}") from None
    if done.returncode:
        raise click.ClickException(f"{kept}: {words[0]} ended with {done.returncode}")


def _checkpoint(settings: Settings) -> str | None:
    """What the dump must still contain: the kept checkpoint, or else that of the last seal."""
    kept = KeptCheckpoint(settings.instance_path).read()
    if kept is not None:
        return kept
    try:
        with reading():
            return read_checkpoint(origin=origin_of(settings.public_url))
    except AppError:  # a damaged ledger is backed up as well: it is the evidence
        return None
    finally:
        let_go()


class _Watched:
    def __init__(self, dump: Dump, progress: Callable[[int], None]) -> None:
        self.digest = hashlib.sha256()
        self.bytes = 0
        self._dump = dump
        self._progress = progress

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._dump:
            self.digest.update(chunk)
            self.bytes += len(chunk)
            self._progress(len(chunk))
            yield chunk
