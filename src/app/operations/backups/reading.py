"""A backup's file read: proved whole, its manifest, its dump."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from app.config.backups import BackupSettings
from app.operations.backups.archive import (
    CHECKPOINT,
    DUMP,
    MANIFEST,
    BadBackup,
    check,
    members,
    unpacked,
)
from app.operations.backups.encryption import decrypting
from app.operations.backups.manifest import Manifest

Progress = Callable[[int], None]


class BackupFile:
    """A file that is, or should be, a backup."""

    def __init__(self, path: Path, settings: BackupSettings) -> None:
        self.path = path
        self._settings = settings

    def check(self) -> tuple[Manifest, str]:
        """Prove every byte; its manifest and the ledger's checkpoint, "" for none.

        Raises BadBackup for anything but a whole backup that nobody has changed.
        """
        with decrypting(self.path, self._settings) as stream:
            check(stream)
        return self.read_words()

    def read_words(self) -> tuple[Manifest, str]:
        """Its manifest and checkpoint, believed as they stand; raises BadBackup."""
        with decrypting(self.path, self._settings) as stream:
            found = dict(members(stream, lambda name: not name.startswith(DUMP)))
        if MANIFEST not in found:
            raise BadBackup("it has no manifest")
        manifest = Manifest.parse(found[MANIFEST])
        return manifest, found.get(CHECKPOINT, b"").decode(errors="replace")

    def read_dump(self, manifest: Manifest, progress: Progress) -> Iterator[bytes]:
        """The dump; raises BadBackup at its end when it is another one than the manifest's."""
        digest = hashlib.sha256()
        with decrypting(self.path, self._settings) as stream:
            pieces = members(stream, lambda name: name.startswith(DUMP))
            for chunk in unpacked(content for _, content in pieces):
                digest.update(chunk)
                progress(len(chunk))
                yield chunk
        if digest.hexdigest() != manifest.dump_sha256:
            raise BadBackup("its dump is not the one that its manifest describes")
