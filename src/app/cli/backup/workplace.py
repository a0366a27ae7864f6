"""Where a backup's drafts lie until it is whole: one folder, used by one command at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """An empty folder (0700) within the folder of the backups, which is made where it is missing.

    Another command that works there is waited for; what a killed one left is removed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    work = folder / ".work"
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Waiting for another backup command.", err=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work)


@contextmanager
def appearing(path: Path, work: Path) -> Iterator[IO[bytes]]:
    """A file (0600) that is there, and on the disk, when the block has ended well, or not at all."""
    draft = work / path.name
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
