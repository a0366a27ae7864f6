"""`handover doctor` says what is wrong and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import database
from app.cli import main
from app.http.application import Application
from app.operations.audit.sealing import seal_all
from app.operations.backups.folder import name_of
from app.support import clock
from tests import factories
from tests.outbox import change, queue
from tests.rows import writing

Doctor = Callable[..., Result]

KEY = "a-key-of-thirty-two-characters-or-more"


@pytest.fixture
def doctor(environment: dict[str, str], app: Application) -> Doctor:
    """Run the command in the environment of the tests, changed as a test wants it."""

    def run(*arguments: str, **changes: str) -> Result:
        return CliRunner().invoke(main, ["doctor", *arguments], env=environment | changes)

    return run


def wrong(result: Result) -> dict[str, str]:
    """What is wrong, and what to do, by name; run with --json."""
    assert result.exit_code == 1, result.output
    return {one["name"]: one["todo"] for one in json.loads(result.stdout) if one["todo"]}


def test_a_sound_installation_has_nothing_wrong(doctor: Doctor) -> None:
    result = doctor()
    assert result.exit_code == 0, result.output
    assert "WRONG" not in result.output
    for name in ("settings", "instance folder", "database", "migrations", "clocks", "redis"):
        assert f"ok    {name}" in result.output


def test_machines_get_json(doctor: Doctor) -> None:
    checks = json.loads(doctor("--json").stdout)
    assert {"name", "state", "todo"} == set(checks[0])
    assert "migrations" in {check["name"] for check in checks}


def test_bad_settings_are_all_named_and_never_shown(doctor: Doctor) -> None:
    result = doctor("--json", APP_ENV="production", SECRET_KEY="change-me-1234", PORT="no-port")
    assert {"setting SECRET_KEY", "setting PORT", "setting RATELIMIT_ENABLED"} <= set(wrong(result))
    assert "change-me-1234" not in result.output


def test_a_silent_database_is_named_without_its_password(doctor: Doctor) -> None:
    url = "mysql://keeper:open-sesame@127.0.0.1:1/handover"
    result = doctor("--json", DATABASE_URL=url)
    assert "DATABASE_URL" in wrong(result)["database"]
    assert "127.0.0.1:1" in result.stdout
    assert "open-sesame" not in result.output


def test_a_database_that_is_not_there_is_not_made(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    assert "handover setup" in wrong(doctor("--json", DATABASE_URL=f"sqlite:///{file}"))["database"]
    assert not file.exists()


def test_tables_of_another_revision_are_wrong(doctor: Doctor) -> None:
    with writing() as session:
        head = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '20000101_older'"))
    try:
        found = wrong(doctor("--json"))
    finally:
        with writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    assert found == {"migrations": f"run `handover setup`: the code wants {head}"}


def test_a_redis_that_does_not_answer_is_wrong(doctor: Doctor) -> None:
    found = wrong(doctor("--json", REDIS_URL="redis://127.0.0.1:1/0"))
    assert "REDIS_URL" in found["redis"]


def test_a_secret_that_others_can_read_is_wrong(
    doctor: Doctor, environment: dict[str, str]
) -> None:
    file = Path(environment["INSTANCE_PATH"]) / "secret_key"
    file.write_text(KEY)
    file.chmod(0o640)
    try:
        found = wrong(doctor("--json"))
        file.chmod(0o600)
        mended = doctor("--json")
    finally:
        file.unlink()
    assert found["secret file secret_key"].startswith(f"chmod 600 {file}")
    assert mended.exit_code == 0


def test_a_folder_that_cannot_be_written_is_wrong(doctor: Doctor, tmp_path: Path) -> None:
    found = wrong(doctor("--json", INSTANCE_PATH=str(tmp_path / "missing")))
    assert "writable" in found["instance folder"]


def test_the_database_server_is_examined(doctor: Doctor) -> None:
    names = {check["name"] for check in json.loads(doctor("--json").stdout)}
    if database.db.engine.dialect.name == "sqlite":
        assert {"journal_mode", "synchronous", "foreign_keys", "quick_check"} <= names
    else:
        assert {"isolation", "sql_mode", "columns without microseconds"} <= names


def test_a_ledger_that_nobody_seals_is_told(doctor: Doctor, app: Application) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=20)):
        factories.sign_up(app, "ada@example.com")
    assert "handover audit seal" in wrong(doctor("--json"))["ledger"]
    with app.app_context():
        seal_all()
    assert "every record is sealed" in doctor().output


def test_an_outbox_that_nobody_empties_is_told(doctor: Doctor) -> None:
    queue(2, created_at=clock.now() - timedelta(minutes=9))
    assert "2 wait, the oldest for 9 min" in doctor().output
    change(created_at=clock.now() - timedelta(minutes=11))
    assert "handover outbox run" in wrong(doctor("--json"))["outbox"]
    change(attempts=3)
    assert "handover outbox list" in wrong(doctor("--json"))["outbox"]
    change(dead_at=clock.now())
    assert set(wrong(doctor("--json"))) == {"outbox, given up"}
    change(dead_at=None, sent_at=clock.now())
    assert "all is sent" in doctor().output


def test_a_ledger_that_is_signed_with_another_secret_is_told(
    doctor: Doctor, app: Application
) -> None:
    factories.sign_up(app, "ada@example.com")
    other = {"SIGNING_SECRET": KEY}
    assert "SIGNING_SECRET" in wrong(doctor("--json", **other))["ledger keys"]
    retired = str(app.settings.signing_secret)
    assert doctor(**other, SIGNING_SECRETS_RETIRED=retired).exit_code == 0


def test_setting_up_refuses_a_database_whose_ledger_it_could_not_prove(
    environment: dict[str, str], app: Application
) -> None:
    factories.sign_up(app, "ada@example.com")
    result = CliRunner().invoke(main, ["setup"], env=environment | {"SIGNING_SECRET": KEY})
    assert result.exit_code == 1
    assert "SIGNING_SECRETS_RETIRED" in result.output
    assert CliRunner().invoke(main, ["setup"], env=environment).exit_code == 0


def test_in_production_a_backup_of_the_last_day_is_wanted(doctor: Doctor, tmp_path: Path) -> None:
    production = {
        "APP_ENV": "production",
        "RATELIMIT_ENABLED": "on",
        "ARGON2_MEMORY_KIB": "19456",
        "BACKUP_DIR": str(tmp_path),
    }
    assert doctor(BACKUP_DIR=str(tmp_path)).exit_code == 0
    assert "handover backup create" in wrong(doctor("--json", **production))["backups"]
    for hours, is_young in ((27, False), (25, True)):
        at = datetime.now(UTC) - timedelta(hours=hours)
        (tmp_path / name_of(at, encryption="", is_safety=False)).touch()
        checks = {one["name"]: one for one in json.loads(doctor("--json", **production).stdout)}
        assert (checks["backups"]["todo"] == "") is is_young
        assert f"{hours}.0 h old" in checks["backups"]["state"]
