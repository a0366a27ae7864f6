"""What is no whole backup of this product for this database is refused, and nothing is changed."""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.operations.backups.archive import MANIFEST, Writer, members
from tests.installations import Installation

Damage = Callable[[bytes], bytes]


def refused(place: Installation, file: Path, *, force: bool = True) -> str:
    """Verify and restore a file, which has to fail in one line and leave all as it was."""
    before = place.rows()
    verified = place.run("backup", "verify", str(file))
    restored = place.run("backup", "restore", str(file), *(["--force"] if force else []))
    for result in (verified, restored):
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)
        assert result.output.startswith("Error: ")
        assert len(result.output.splitlines()) == 1
    assert place.rows() == before
    assert list(place.backups.glob("*-safety.tar")) == []
    return restored.output


def allow_small_files_only() -> None:
    """As on a disk with 4 KiB left."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def with_manifest(stored: bytes, **changes: Any) -> bytes:
    """The same backup, whole, that says other things of itself."""
    out = io.BytesIO()
    writer = Writer(out)
    for name, content in members(io.BytesIO(stored), lambda name: name not in ("FORMAT", "SHA256")):
        said = json.dumps(json.loads(content) | changes).encode() if name == MANIFEST else content
        writer.add(name, said)
    writer.end()
    return out.getvalue()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.6, 0.9, 0.9999])
def test_a_truncated_backup(place: Installation, kept: Path, tmp_path: Path, part: float) -> None:
    file = tmp_path / "short.tar"
    stored = kept.read_bytes()
    file.write_bytes(stored[: int(len(stored) * part)])
    assert str(file) in refused(place, file)


def test_a_backup_with_one_changed_byte(place: Installation, kept: Path, tmp_path: Path) -> None:
    file = tmp_path / "changed.tar"
    stored = kept.read_bytes()
    for at in random.Random(7).sample(range(len(stored)), 5):
        file.write_bytes(stored[:at] + bytes([stored[at] ^ 0x20]) + stored[at + 1 :])
        assert "Nothing was changed" in refused(place, file)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda stored: b"SQLite format 3\0" * 99, "not a backup of Handover"),
        (lambda stored: with_manifest(stored, dialect="oracle"), "it is of oracle"),
        (lambda stored: with_manifest(stored, revision="29990101_later"), "29990101_later"),
        (lambda stored: with_manifest(stored, dump_sha256="0" * 64), "dump is not the one"),
        (lambda stored: with_manifest(stored, created_at=None), "manifest cannot be read"),
        (lambda stored: with_manifest(stored, rows={}), "other rows than its manifest says"),
    ],
)
def test_a_backup_that_is_not_for_us(
    place: Installation, kept: Path, tmp_path: Path, damage: Damage, words: str
) -> None:
    file = tmp_path / "other.tar"
    file.write_bytes(damage(kept.read_bytes()))
    assert words in refused(place, file)


def test_tables_of_a_later_version_are_backed_up_and_not_restored(place: Installation) -> None:
    head = place.ask(text("SELECT version_num FROM alembic_version"))[0]
    place.sql("UPDATE alembic_version SET version_num = '29990101_later'")
    later = place.back_up()
    place.sql(f"UPDATE alembic_version SET version_num = '{head}'")
    assert "restore it with version" in refused(place, later)
    later.unlink()


def test_a_full_disk_leaves_no_backup_and_says_so(place: Installation) -> None:
    before = place.files()
    limited = place.start(
        "backup", "create", preexec_fn=allow_small_files_only, stderr=subprocess.PIPE
    )
    _, said = limited.communicate(timeout=300)
    assert limited.returncode == 1
    assert said.startswith(b"Error: ")
    assert b"File too large" in said or b"is there room in" in said
    assert place.files() == before
    assert list(place.backups.glob(".work*")) == []
