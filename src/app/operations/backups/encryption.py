"""Encrypting and decrypting a backup while it streams, by age or gpg."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.config.backups import BackupSettings
from app.operations.backups.archive import BadBackup
from app.operations.backups.folder import Encryption, encryption_of


class CannotEncrypt(Exception):
    """age or gpg is missing or refuses; the text is its own."""


def chosen(settings: BackupSettings) -> Encryption:
    """How new backups are encrypted."""
    if settings.age_recipient:
        return "age"
    return "gpg" if settings.gpg_recipient else ""


@contextmanager
def encrypting(out: IO[bytes], settings: BackupSettings) -> Iterator[IO[bytes]]:
    """Where to write what shall come to `out` encrypted; raises CannotEncrypt."""
    if settings.age_recipient:
        command = ["age", "--encrypt", "--recipient", settings.age_recipient]
    elif settings.gpg_recipient:
        command = ["gpg", "--batch", "--no-tty", "--trust-model", "always"]
        command += ["--encrypt", "--recipient", settings.gpg_recipient]
    else:
        yield out
        return
    with tempfile.TemporaryFile() as said:
        has_gone = False
        try:
            with subprocess.Popen(  # noqa: S603
                _found(command), stdin=subprocess.PIPE, stdout=out, stderr=said
            ) as process:
                assert process.stdin is not None
                try:
                    yield process.stdin
                except BaseException:
                    process.kill()
                    raise
        except BrokenPipeError:
            has_gone = True
        if has_gone or process.returncode:
            raise CannotEncrypt(_words(command[0], said))


@contextmanager
def decrypting(path: Path, settings: BackupSettings) -> Iterator[IO[bytes]]:
    """The bytes of a backup, decrypted where its name says that it is encrypted.

    Raises BadBackup for one that cannot be decrypted, and CannotEncrypt without the program.
    """
    encryption = encryption_of(path)
    if not encryption:
        with path.open("rb") as plain:
            yield plain
        return
    if encryption == "age" and settings.age_identity is None:
        raise BadBackup("it is encrypted: set BACKUP_AGE_IDENTITY to the path of the private key")
    command = ["age", "--decrypt", "--identity", str(settings.age_identity)]
    if encryption == "gpg":
        command = ["gpg", "--batch", "--no-tty", "--decrypt"]
    with path.open("rb") as sealed, tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            _found(command), stdin=sealed, stdout=subprocess.PIPE, stderr=said
        ) as process:
            assert process.stdout is not None
            try:
                yield process.stdout
            except BadBackup:
                process.stdout.close()
                if process.wait() > 0:
                    raise BadBackup(_words(command[0], said)) from None
                raise
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise BadBackup(_words(command[0], said))


def _found(command: Sequence[str]) -> Sequence[str]:
    if shutil.which(command[0]) is None:
        raise CannotEncrypt(f"{command[0]} is not installed (Debian: apt install {command[0]})")
    return command


def _words(program: str, said: IO[bytes]) -> str:
    said.seek(0)
    lines = [line.strip() for line in said.read(4000).decode(errors="replace").splitlines()]
    told = [line for line in lines if line and "report unexpected" not in line]
    return f"{program}: {told[-1].removeprefix(f'{program}: ')}" if told else f"{program} failed"
