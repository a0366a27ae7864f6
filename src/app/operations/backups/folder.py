"""The backups of a folder, by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

Encryption = str
"""`age`, `gpg`, or nothing."""

_NAME = re.compile(r"handover-([0-9]{8}T[0-9]{6}\.[0-9]{6})Z(-safety)?\.tar(?:\.(age|gpg))?")
_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup; a safety backup was made before something was replaced."""

    path: Path
    created_at: datetime
    size: int
    encryption: Encryption
    is_safety: bool


def name_of(created_at: datetime, *, encryption: Encryption, is_safety: bool) -> str:
    """The file's name; the time in it is UTC."""
    time = created_at.astimezone(UTC).strftime(_TIME)
    suffix = f".{encryption}" if encryption else ""
    return f"handover-{time}Z{'-safety' if is_safety else ''}.tar{suffix}"


def list_backups(folder: Path) -> list[Backup]:
    """The finished backups, the newest first; none where there is no folder."""
    if not folder.is_dir():
        return []
    found = [_read(path, name) for path in folder.iterdir() if (name := _NAME.fullmatch(path.name))]
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def find_newest(folder: Path) -> Backup | None:
    return next(iter(list_backups(folder)), None)


def encryption_of(path: Path) -> Encryption:
    """How a file is encrypted, by its suffix, whatever else its name is."""
    return suffix if (suffix := path.suffix.removeprefix(".")) in ("age", "gpg") else ""


def _read(path: Path, name: re.Match[str]) -> Backup:
    created_at = datetime.strptime(name[1], _TIME).replace(tzinfo=UTC)
    return Backup(path, created_at, path.stat().st_size, name[3] or "", name[2] is not None)
