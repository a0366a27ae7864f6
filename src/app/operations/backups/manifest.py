"""What a backup says of itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from app.operations.backups.archive import FORMAT, BadBackup
from app.support.clock import instant_text, parse_instant


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` are those of each table in the dump's snapshot, `dump_sha256` is of the dump unpacked."""

    created_at: datetime
    product_version: str
    dialect: str
    revision: str | None
    rows: Mapping[str, int]
    dump_bytes: int
    dump_sha256: str
    ledger_checkpoint: str | None
    format: int = FORMAT

    def as_json(self) -> str:
        return json.dumps(asdict(self) | {"created_at": instant_text(self.created_at)}, indent=2)

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Read one; raises BadBackup."""
        try:
            said = json.loads(text)
            return cls(**said | {"created_at": parse_instant(said["created_at"])})
        except (KeyError, TypeError, ValueError):
            raise BadBackup("its manifest cannot be read") from None

    def refuse_unfit(self, *, dialect: str, revisions: Collection[str]) -> None:
        """Raise BadBackup when it is of another kind of database, or of a newer version."""
        if self.dialect != dialect:
            raise BadBackup(f"it is of {self.dialect}, and DATABASE_URL names {dialect}")
        if self.revision not in revisions:
            raise BadBackup(
                f"its tables are at revision {self.revision}, which this version (handover) does not "
                f"know: restore it with version {self.product_version} or a newer one"
            )
