"""MariaDB's own programs, started with the password in a private file and never as an argument."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL

from app.database.stores.shapes import StoreFault

_DUMP = (
    "--single-transaction",
    "--quick",
    "--hex-blob",
    "--no-autocommit",  # a table is one transaction, which InnoDB then loads by sorting its keys
    "--skip-add-drop-table",
    "--skip-add-locks",
    "--skip-comments",
    "--no-tablespaces",
    "--default-character-set=utf8mb4",
)
# --binary-mode runs no client command that a dump might hold.
_LOAD = ("--binary-mode", "--default-character-set=utf8mb4")
_OPTIONS = {
    "unix_socket": "socket",
    "ssl_ca": "ssl-ca",
    "ssl_cert": "ssl-cert",
    "ssl_key": "ssl-key",
}


@contextmanager
def dumping(url: URL) -> Iterator[IO[bytes]]:
    """The lines of a dump in one snapshot; raises StoreFault when it did not come to its end."""
    with _options_file(url) as options, tempfile.TemporaryFile() as said:
        command = [_program("mariadb-dump", "mysqldump"), options, *_DUMP, str(url.database)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as process:  # noqa: S603
            assert process.stdout is not None
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        _refuse_failure(process.returncode, said)


def load(url: URL, chunks: Iterable[bytes]) -> None:
    """Run a dump in a database; raises StoreFault with the reason when a statement fails."""
    with _options_file(url) as options, tempfile.TemporaryFile() as said:
        command = [_program("mariadb", "mysql"), options, *_LOAD, str(url.database)]
        has_gone = False
        try:
            with subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            ) as process:
                assert process.stdin is not None
                try:
                    process.stdin.writelines(chunks)
                except BrokenPipeError:
                    raise
                except BaseException:
                    process.kill()
                    raise
        except BrokenPipeError:
            has_gone = True
        _refuse_failure(process.returncode or has_gone, said)


@contextmanager
def _options_file(url: URL) -> Iterator[str]:
    """The argument that names a file (0600, in a folder 0700) with what the URL says."""
    values: dict[str, object] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
    }
    values |= {ours: url.query.get(theirs) for theirs, ours in _OPTIONS.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "client.cnf"
        file.touch(mode=0o600)
        lines = [f"{name}={_quoted(str(value))}" for name, value in values.items() if value]
        file.write_text("\n".join(["[client]", *lines, ""]), encoding="utf-8")
        yield f"--defaults-file={file}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _program(*names: str) -> str:
    for name in names:
        if (path := shutil.which(name)) is not None:
            return path
    raise StoreFault(f"{names[0]} is not installed (Debian: apt install mariadb-client)")


def _refuse_failure(code: int | bool, said: IO[bytes]) -> None:
    if code:
        said.seek(0)
        words = said.read(4000).decode(errors="replace").strip().splitlines()
        raise StoreFault(words[-1] if words else f"MariaDB's client ended with {code}")
