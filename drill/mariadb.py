"""A MariaDB of the drill's own, in a folder of the drill's own: it may be killed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pymysql
from pymysql.constants import CR
from pymysql.cursors import Cursor

from drill.processes import Program

DATABASE = "handover"
USER = "mysql" if os.geteuid() == 0 else getpass.getuser()
"""Who the servers run as: root would be refused by what copies a node's files to another."""

_SMALL = (
    "--innodb-buffer-pool-size=128M",
    "--innodb-log-file-size=32M",
    "--performance-schema=OFF",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--innodb-flush-log-at-trx-commit=1",
)


class Mariadb:
    """A server; `host` is where the application reaches it."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        host: str = "127.0.0.1",
        options_file: Path | None = None,
        options: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> None:
        self.host, self.port, self.folder = host, port, folder
        self.data = folder / "data"
        own = (folder, self.data, folder / "temporary")  # TMPDIR may be for its owner alone
        for one in own:
            one.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(one, USER)
        self._tmpdir = f"--tmpdir={own[-1]}"
        self._socket = folder / "s"
        first = f"--defaults-file={options_file}" if options_file else "--no-defaults"
        self.program = Program(
            [
                *prefix,
                "mariadbd",
                first,
                f"--user={USER}",
                f"--datadir={self.data}",
                self._tmpdir,
                f"--socket={self._socket}",
                f"--pid-file={folder / 'pid'}",
                f"--bind-address={host}",
                f"--port={port}",
                *_SMALL,
                *options,
            ],
            folder / "log",
            answers=self.answers,
        )

    def install(self) -> None:
        """Make its system tables; raises CalledProcessError."""
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--user={USER}",
                f"--datadir={self.data}",
                self._tmpdir,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            capture_output=True,
        )

    def make_database(self) -> None:
        """Make the application's database, and let it in by the network."""
        with self.connect(None) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
            cursor.execute("CREATE USER handover@'%' IDENTIFIED BY 'drill'")
            cursor.execute(f"GRANT ALL ON {DATABASE}.* TO handover@'%'")

    def connect(self, database: str | None = DATABASE) -> pymysql.Connection[Cursor]:
        """A connection past the application, in autocommit; raises pymysql.OperationalError."""
        connection: pymysql.Connection[Cursor] = pymysql.Connection(
            user="root", database=database, autocommit=True, read_timeout=120, defer_connect=True
        )
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(str(self._socket))
        except OSError as error:
            line.close()  # PyMySQL would leave it open
            raise pymysql.OperationalError(CR.CR_CONNECTION_ERROR, str(error)) from None
        connection.connect(line)
        return connection

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self.connect(None) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return [tuple(row) for row in cursor.fetchall()]

    def answers(self) -> bool:
        """Whether it takes questions."""
        try:
            return self.ask("SELECT 1") == [(1,)]
        except pymysql.MySQLError:
            return False
