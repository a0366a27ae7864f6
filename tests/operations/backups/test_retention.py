"""Which backups are kept, and which may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.operations.backups.folder import Backup, list_backups, name_of
from app.operations.backups.retention import kept_as

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEEP = {"daily": 30, "weekly": 8, "monthly": 12}


def backup(at: datetime, *, is_safety: bool = False) -> Backup:
    name = name_of(at, encryption="", is_safety=is_safety)
    return Backup(Path("backups") / name, at, 1, "", is_safety)


def kept(backups: list[Backup], **keep: int) -> set[datetime]:
    found = kept_as(backups, **KEEP | keep)
    return {one.created_at for one, why in found.items() if why}


def every(hours: int, count: int) -> list[Backup]:
    return [backup(NOON - timedelta(hours=hours * one)) for one in range(count)]


@pytest.mark.parametrize(
    ("hours", "count", "keep", "left"),
    [
        pytest.param(24, 30, {}, 30, id="each of the last thirty days"),
        pytest.param(6, 120, {}, 30, id="the newest of a day"),
        pytest.param(24, 400, {}, 30 + 3 + 10, id="then weeks, then months"),
        pytest.param(24, 400, {"weekly": 0, "monthly": 0}, 30, id="only days"),
        pytest.param(24 * 40, 20, {}, 20, id="rare ones count as days"),
        pytest.param(1, 0, {}, 0, id="none"),
    ],
)
def test_the_newest_of_each_period_is_kept(
    hours: int, count: int, keep: dict[str, int], left: int
) -> None:
    assert len(kept(every(hours, count), **keep)) == left


def test_of_each_day_the_newest_is_kept() -> None:
    assert kept(every(6, 8), weekly=0, monthly=0) == {
        NOON,
        datetime(2026, 11, 19, 18, tzinfo=UTC),
        datetime(2026, 11, 18, 18, tzinfo=UTC),
    }


def test_the_newest_is_kept_whatever_it_is() -> None:
    newest = backup(NOON, is_safety=True)
    assert kept_as([newest], daily=1, weekly=0, monthly=0)[newest] == ("newest", "safety")


def test_a_safety_backup_takes_nobodys_place_and_goes_after_its_days() -> None:
    nightly = every(24, 60)
    young, old = (backup(NOON - timedelta(days=days, hours=-1), is_safety=True) for days in (3, 50))
    assert kept([*nightly, young, old]) == kept(nightly) | {young.created_at}


def test_a_folder_lists_its_backups_alone_the_newest_first(tmp_path: Path) -> None:
    names = [
        name_of(NOON, encryption="age", is_safety=False),
        name_of(NOON - timedelta(microseconds=1), encryption="", is_safety=True),
    ]
    for name in [*names, ".lock", "handover.tar", f".{names[0]}", f"{names[0]}.part"]:
        (tmp_path / name).write_bytes(b"12")
    found = list_backups(tmp_path)
    assert [one.path.name for one in found] == names
    assert [(one.encryption, one.is_safety, one.size) for one in found] == [
        ("age", False, 2),
        ("", True, 2),
    ]
    assert found[0].created_at == NOON
    assert list_backups(tmp_path / "none") == []
