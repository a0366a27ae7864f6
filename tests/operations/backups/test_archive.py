"""A backup's file: every byte of it is proved, and it is written and read as it streams."""

from __future__ import annotations

import io
import os
import random
import subprocess
from pathlib import Path

import pytest

from app.operations.backups.archive import DUMP, BadBackup, Writer, check, members, unpacked

DUMPED = random.Random(1).randbytes(20_000_000)
CHUNK = 1 << 20


def archive(content: bytes = b"some rows\n" * 1000) -> bytes:
    out = io.BytesIO()
    writer = Writer(out)
    writer.add_dump(content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    writer.add("manifest.json", b"{}")
    writer.end()
    return out.getvalue()


def dump_in(stream: io.BufferedIOBase) -> bytes:
    return b"".join(unpacked(piece for _, piece in members(stream, lambda name: DUMP in name)))


WHOLE = archive()


def test_what_was_written_is_read_again() -> None:
    stored = archive(DUMPED)
    check(io.BytesIO(stored))
    assert dump_in(io.BytesIO(stored)) == DUMPED
    names = [name for name, _ in members(io.BytesIO(stored), lambda name: True)]
    assert names[0] == "FORMAT"
    assert names[1:4] == ["dump/000001.gz", "dump/000002.gz", "dump/000003.gz"]
    assert names[-2:] == ["manifest.json", "SHA256"]


def test_it_is_read_from_a_pipe() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as out, os.fdopen(writing, "wb") as into:
        into.write(WHOLE)
        into.close()
        assert dump_in(out) == b"some rows\n" * 1000


def test_ordinary_tools_read_it(tmp_path: Path) -> None:
    file = tmp_path / "some.tar"
    file.write_bytes(archive(DUMPED))
    tar = ["tar", "-xOf", str(file), "--wildcards", "dump/*"]
    packed = subprocess.run(tar, capture_output=True, check=True).stdout
    plain = subprocess.run(["gunzip"], input=packed, capture_output=True, check=True).stdout
    assert plain == DUMPED


def test_a_byte_that_was_changed_anywhere_is_found() -> None:
    for at in range(len(WHOLE)):
        changed = bytearray(WHOLE)
        changed[at] ^= 1 << at % 8
        with pytest.raises(BadBackup):
            check(io.BytesIO(changed))


def test_a_backup_that_is_too_short_or_too_long_is_found() -> None:
    for length in range(0, len(WHOLE), 61):
        with pytest.raises(BadBackup):
            check(io.BytesIO(WHOLE[:length]))
    with pytest.raises(BadBackup, match="checksum"):
        check(io.BytesIO(WHOLE + b"\0"))


def test_something_else_is_called_what_it_is() -> None:
    for other in (b"", b"PK\x03\x04" * 500, b"\0" * 4096):
        with pytest.raises(BadBackup, match="not a backup of Handover"):
            check(io.BytesIO(other))


def test_a_later_format_is_refused_by_its_number() -> None:
    later = WHOLE.replace(b"handover-backup 1\n", b"handover-backup 7\n")
    with pytest.raises(BadBackup, match="format 7, and this version reads 1"):
        check(io.BytesIO(later))
