"""Where backups lie, who can read them, and how long they are kept."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path

from app.config.environment import EnvironmentReader


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """The settings whose names begin with BACKUP_; a folder that is relative lies in the instance."""

    folder: Path
    keep_daily: int
    keep_weekly: int
    keep_monthly: int
    age_recipient: str | None
    age_identity: Path | None
    gpg_recipient: str | None
    copy_command: tuple[str, ...] = field(repr=False)

    @property
    def is_sealed_from_us(self) -> bool:
        """Whether this machine makes backups that it may be unable to read: it has no private key."""
        return self.age_recipient is not None and self.age_identity is None

    @classmethod
    def read(cls, read: EnvironmentReader, instance: Path) -> "BackupSettings":
        """Read them; mistakes are the reader's to tell."""
        age, gpg = read.text("BACKUP_AGE_RECIPIENT"), read.text("BACKUP_GPG_RECIPIENT")
        if age and gpg:
            read.mistake("BACKUP_GPG_RECIPIENT", "is one too many; keep it or BACKUP_AGE_RECIPIENT")
        identity = read.text("BACKUP_AGE_IDENTITY")
        return cls(
            folder=instance / (read.text("BACKUP_DIR") or "backups"),
            keep_daily=read.number("BACKUP_KEEP_DAILY", 30, 1, 3650),
            keep_weekly=read.number("BACKUP_KEEP_WEEKLY", 8, 0, 520),
            keep_monthly=read.number("BACKUP_KEEP_MONTHLY", 12, 0, 120),
            age_recipient=age,
            age_identity=Path(identity) if identity else None,
            gpg_recipient=gpg,
            copy_command=_words(read, "BACKUP_COPY_COMMAND"),
        )


def _words(read: EnvironmentReader, name: str) -> tuple[str, ...]:
    """A command as its words; no shell will see them."""
    try:
        return tuple(shlex.split(read.text(name) or ""))
    except ValueError:
        read.mistake(name, "has an open quotation mark; close it")
        return ()
