"""Backups kept from others' eyes, copied elsewhere, listed and pruned; and a wiped installation."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.applications import close_databases, make_application
from tests.factories import PASSWORD
from tests.installations import Installation, install

needs = {
    program: pytest.mark.skipif(
        not shutil.which(program) and not os.environ.get("HANDOVER_REQUIRE_ALL"),
        reason=f"{program} is not installed",
    )
    for program in ("age", "gpg")
}


@pytest.fixture
def age(tmp_path: Path) -> dict[str, str]:
    """The settings with an age key of this test's own."""
    key = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True)
    return {"BACKUP_AGE_RECIPIENT": public.stdout.strip(), "BACKUP_AGE_IDENTITY": str(key)}


@pytest.fixture
def gpg(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The settings with an OpenPGP key of this test's own; its agent's socket wants a short path."""
    with tempfile.TemporaryDirectory() as home:
        monkeypatch.setenv("GNUPGHOME", home)
        make = ["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "keeper@example.com"]
        subprocess.run(make, check=True, capture_output=True)
        yield {"BACKUP_GPG_RECIPIENT": "keeper@example.com"}
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)


@pytest.mark.parametrize(
    "program", [pytest.param("age", marks=needs["age"]), pytest.param("gpg", marks=needs["gpg"])]
)
def test_an_encrypted_backup_is_read_with_the_key_alone(
    place: Installation, tmp_path: Path, program: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(program)
    made = place.back_up(**settings)
    assert made.suffix == f".{program}"
    assert b"handover-backup" not in made.read_bytes()
    place.do("backup", "verify", str(made), **settings)
    place.do("backup", "restore", str(made), "--force", **settings)
    short = tmp_path / f"short.tar.{program}"
    short.write_bytes(made.read_bytes()[:-100])
    assert "Nothing was changed" in place.run("backup", "verify", str(short), **settings).output
    if program == "age":
        assert "BACKUP_AGE_IDENTITY" in place.run("backup", "verify", str(made)).output
    listed = json.loads(place.do("backup", "list", "--json").stdout)
    assert {"file": str(made), "rows": None, "encryption": program}.items() <= next(
        one.items() for one in listed if one["file"] == str(made)
    )


@needs["age"]
def test_a_backup_that_cannot_be_encrypted_is_not_made(place: Installation) -> None:
    before = place.files()
    refused = place.run("backup", "create", BACKUP_AGE_RECIPIENT="age1nobody")
    assert (refused.exit_code, place.files()) == (1, before)
    assert refused.output.startswith("Error: age: ")


def test_a_backup_is_private_and_holds_no_secret(place: Installation, kept: Path) -> None:
    assert stat.S_IMODE(place.backups.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    plain = subprocess.run(
        f"tar -xOf {shlex.quote(str(kept))} --wildcards 'dump/*' | gunzip",
        shell=True,
        capture_output=True,
        check=True,
    ).stdout
    for name in ("SECRET_KEY", "JWT_SECRET_KEY", "SIGNING_SECRET"):
        assert place.environment[name].encode() not in plain
    assert b"@example.com" in plain
    assert "SIGNING_SECRET" in place.do("backup", "create").output


def test_a_backup_is_copied_elsewhere_by_no_shell(place: Installation, tmp_path: Path) -> None:
    target = tmp_path / "a copy; touch injected"
    made = place.back_up(BACKUP_COPY_COMMAND=f"cp {{}} '{target}'")
    assert target.read_bytes() == made.read_bytes()


@pytest.mark.parametrize("command", ["false", "/none/such"])
def test_a_copy_that_fails_is_an_error_and_the_backup_is_kept(
    place: Installation, command: str
) -> None:
    before = place.files()
    failed = place.run("backup", "create", BACKUP_COPY_COMMAND=command)
    assert failed.exit_code == 1
    [made] = set(place.files()) - set(before)
    assert f"The backup is kept: {made}\nBACKUP_COPY_COMMAND failed: {command}" in failed.output
    place.do("backup", "verify", str(made))


def test_backups_are_listed_and_pruned(place: Installation) -> None:
    files = [place.back_up() for _ in range(2)]
    listed = json.loads(place.do("backup", "list", "--json").stdout)
    assert [one["file"] for one in listed[:2]] == [str(file) for file in reversed(files)]
    assert listed[0]["kept_as"] == ["newest", "daily", "weekly", "monthly"]
    assert listed[0]["size"] == files[1].stat().st_size
    assert listed[0]["rows"] > 10
    assert f"Would delete {files[0]}" in place.do("backup", "prune", "--dry-run").output
    assert all(file.exists() for file in files)
    place.do("backup", "prune")
    assert [file.exists() for file in files] == [False, True]


def test_a_wiped_installation_is_empty_its_admin_stays_and_its_ledger_is_clean(
    tmp_path: Path, worker_id: str
) -> None:
    full = install(tmp_path / "full", worker_id, "full")
    full.do("setup")
    with full.shop() as shop:
        shop.place()
        name = shop.boss
    full.do("audit", "seal")
    rows = full.rows()
    database_name = full.environment["DATABASE_URL"].rpartition("/")[2]

    for confirmation in ([], ["--yes", "another"]):
        refused = full.run("wipe", *confirmation)
        assert (refused.exit_code, full.rows()) == (1, rows)
        assert database_name in refused.output
    assert full.run("wipe", "--yes", database_name, "--admin", "nobody").exit_code == 1
    assert full.rows() == rows
    full.do("wipe", "--yes", database_name, "--admin", name)

    left = {table: count for table, count in full.rows().items() if count}
    assert left == {"businesses": 1, "users": 1, "devices": 1, "audit_events": 2}
    full.do("audit", "verify", "--state")
    first = full.ask(text("SELECT action, data FROM audit_events ORDER BY id LIMIT 1"))
    assert (first[0], json.loads(first[1])["what"]) == ("BULK_OPERATION", "wipe")
    client = make_application(full.environment).test_client()
    login = {"username": name, "password": PASSWORD}
    assert client.post("/admin/login", json=login).status_code == 200
    close_databases()
    [safety] = full.files()
    full.do("backup", "restore", str(safety), "--force")
    assert full.rows() == {**rows, "audit_events": rows["audit_events"] + 1}
