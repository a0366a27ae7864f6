"""The checkpoint that an installation keeps of its own ledger, in a file beside the database."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.operations.audit.checkpoints import compare_checkpoint
from app.operations.audit.findings import Finding
from app.support import clock

NAME = "audit-checkpoint"


class KeptCheckpoint:
    """The file `audit-checkpoint` of the instance folder: the note of the last seal, as it was seen."""

    def __init__(self, instance_path: Path) -> None:
        self.path = instance_path / NAME
        self._note: str | None = None
        self._problem: Finding | None = None

    def look(self) -> None:
        """Read the file for `compare`: before its transaction begins, since a rival may seal meanwhile."""
        self._problem, self._note = None, None
        try:
            self._note = self.read()
        except OSError as error:
            words = f"{error.strerror}, {self.path}"
            self._problem = Finding("forged_checkpoint", "checkpoint", words=words)

    def compare(self) -> Finding | None:
        """What is wrong between what was seen and the ledger, which must still contain its seal.

        One SELECT in the transaction that is open; a file that was not there says nothing.
        """
        if self._problem is not None or self._note is None:
            return self._problem
        found = compare_checkpoint(self._note, origin=None)
        if found is None:
            return None
        words = f"{found.words}, in {self.path}" if found.words else f"so says {self.path}"
        return replace(found, words=words)

    def move_aside(self) -> Path | None:
        """Keep the file under another name, where a restored ledger is not compared with it.

        Its new path; None where there was none.
        """
        aside = self.path.with_name(f"{NAME}-before-{clock.now():%Y%m%dT%H%M%S.%fZ}")
        with suppress(FileNotFoundError):
            return self.path.rename(aside)
        return None

    def write(self, note: str) -> None:
        """Keep this note instead (0600): wholly or not at all, and the folder's owner may replace it."""
        if note == self.read():
            return
        draft = self.path.with_name(f".{NAME}.{secrets.token_hex(8)}")
        try:
            draft.touch(mode=0o600, exist_ok=False)
            owner = self.path.parent.stat()
            with suppress(PermissionError):  # only root may, and only root has to
                os.chown(draft, owner.st_uid, owner.st_gid)
            with draft.open("w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def read(self) -> str | None:
        """The note that is kept; None where there is none."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
