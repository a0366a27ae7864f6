"""A whole installation of a test's own: its folder, its database, its commands."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app import database
from app.cli import main
from app.models import Base, User
from tests.applications import close_databases, make_application
from tests.conftest import fresh_mariadb, make_environment
from tests.operations.audit.shop import Shop

_count = itertools.count(1)
ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass(frozen=True)
class Installation:
    """`environment` is what its commands are started with."""

    folder: Path
    environment: dict[str, str]

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def run(self, *arguments: str, **changes: str) -> Result:
        return CliRunner().invoke(main, arguments, env=self.environment | changes)

    def do(self, *arguments: str, **changes: str) -> Result:
        """A command that has to succeed."""
        result = self.run(*arguments, **changes)
        assert result.exit_code == 0, result.output
        return result

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        """A command in a process of its own."""
        env = self.environment | {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",  # a full disk would leave half a file of it
        }
        return subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, env=env, **more)

    def back_up(self, **changes: str) -> Path:
        """Make a backup; its file."""
        before = set(self.files())
        self.do("backup", "create", **changes)
        [made] = set(self.files()) - before
        return made

    def files(self) -> list[Path]:
        """The backups that have their final names."""
        return sorted(self.backups.glob("handover-*"))

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """Somebody at work in it; nobody is connected any more afterwards."""
        app = make_application(self.environment)
        with app.app_context():
            try:
                yield Shop(app, number=next(_count))
            finally:
                database.db.session.remove()
                close_databases()

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = Base.metadata.sorted_tables
        counts = [select(func.count()).select_from(one).scalar_subquery() for one in tables]
        names = [table.name for table in tables]
        return dict(zip(names, self.ask(select(*counts)), strict=True))

    def ask(self, query: Any) -> Any:
        """The first row of an answer."""
        return self._in_database(lambda connection: connection.execute(query).one())

    def admin(self) -> str:
        """The user name of an admin that a test made."""
        return str(self.ask(select(func.max(User.username)))[0])

    def scratches(self) -> list[str]:
        """The scratch schemas that are left beside a MariaDB's database."""
        url = make_url(self.environment["DATABASE_URL"])
        if url.get_backend_name() == "sqlite":
            return []
        query = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :name"
        named = text(query).bindparams(name=f"{url.database}_scratch_%")
        found: list[str] = self._in_database(lambda connection: connection.scalars(named).all())
        return found

    def sql(self, statement: str) -> None:
        """Change something as no operation does."""
        self._in_database(lambda connection: connection.execute(text(statement)))

    def _in_database(self, work: Any) -> Any:
        engine = create_engine(self.environment["DATABASE_URL"], poolclass=NullPool)
        with engine.begin() as connection:
            return work(connection)


def install(folder: Path, worker_id: str, name: str) -> Installation:
    """An installation without tables, on the kind of database that the suite runs on."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder}/handover.db"
    if base := os.environ.get("HANDOVER_TEST_DATABASE_URL"):
        prefix = os.environ.get("HANDOVER_TEST_NAME", "")
        url = fresh_mariadb(base, f"handover_test_{prefix}{worker_id}_{name}")
    return Installation(folder, make_environment(url, INSTANCE_PATH=str(folder)))
