"""What verifying finds: which row, in which seal, and what is wrong with it in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

MOST_OF_A_KIND = 100

KINDS = {
    "edited": "was changed after it was written, or not written by this application",
    "pii_edited": "has other personal data than it was written with",
    "erased_unlawfully": "lost its personal data, and no PII_ERASED record covers it",
    "unknown_key": "is signed with a key that is not among SIGNING_SECRET and the retired ones",
    "replayed": "is a copy of a genuine record",
    "missing_seal": "names a seal that does not exist",
    "inserted": "is not among the rows that its seal sealed",
    "moved": "was sealed in another seal than it names now",
    "renumbered": "has another id than when it was sealed",
    "missing_row": "was sealed and is gone",
    "altered_seal": "was made over other rows than those that name it",
    "broken_chain": "does not follow the seal before it",
    "forged_seal": "was changed, or not sealed by this application",
    "not_sealed": "could not be added to",
    "truncated": "is not there: the ledger ends before it",
    "rewritten": "is another one than the checkpoint says",
    "forged_checkpoint": "is no checkpoint of this ledger",
    "status_mismatch": "has another state than its events give",
    "claims_mismatch": "takes other time than its status says",
    "value_mismatch": "has other values than its records tell",
    "missing_record": "has no record of how it came about",
    "version_gap": "has versions without a record, or records without a version",
    "missing_event": "has no record in audit_events",
    "missing_track": "names an event that is not in tracks",
    "deletion_mismatch": "is deleted without a record, or recorded as deleted and is not",
    "missing_resource": "is gone, but the ledger has records of it",
}
"""Each kind of finding, as the end of a sentence about a row."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `what` is a word of KINDS, `words` say more of this one."""

    what: str
    table: str
    row_id: int | None = None
    seal_id: int | None = None
    words: str = ""

    def sentence(self) -> str:
        """The row and what is wrong with it."""
        row = self.table if self.row_id is None else f"{self.table} {self.row_id}"
        seal = "" if self.seal_id is None else f" (seal {self.seal_id})"
        more = f": {self.words}" if self.words else ""
        return f"{row}{seal} {KINDS[self.what]}{more}"


class Findings:
    """The first findings of each kind, and how many more there were."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        self._counts[finding.what] += 1
        if self._counts[finding.what] <= MOST_OF_A_KIND:
            self.found.append(finding)

    @property
    def total(self) -> int:
        return self._counts.total()

    @property
    def unnamed(self) -> dict[str, int]:
        """How many findings of each kind are counted and not kept."""
        return {
            what: count - MOST_OF_A_KIND
            for what, count in self._counts.items()
            if count > MOST_OF_A_KIND
        }

    def add_all(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.add(finding)
