"""Findings of the ledger as people read them: the rows, what is wrong with them, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from app.operations.audit.findings import Finding

_KEEP = "Before anything else copy the database as it is: it is the evidence."
_TODO = {
    "unknown_key": "Bring the secret it was signed with: the server's own as SIGNING_SECRET, an older "
    "one in SIGNING_SECRETS_RETIRED; then verify again.",
    "truncated": "Compare with the newest backup: what came after it was cut off or never restored.",
    "forged_checkpoint": "Look where the checkpoint comes from; after a move name the old --origin.",
    "not_sealed": "Mend what it says: until then what is new can be deleted without a trace.",
    "version_gap": "Compare this row with the backups: one of its changes was made or unmade in SQL.",
    "value_mismatch": "Compare this row with the backups: it was changed in SQL.",
    "claims_mismatch": "Look at this appointment in its calendar: its time was changed in SQL.",
    "status_mismatch": "Compare this order with its events: it was changed in SQL.",
}
_TODO_ELSE = "Find who can write to the database, and compare the named rows with the backups."


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    """A sentence for each finding; rows of which the same is to be said share one."""
    alike: dict[Finding, list[int]] = {}
    for one in findings:
        rows = alike.setdefault(replace(one, row_id=None), [])
        if one.row_id is not None:
            rows.append(one.row_id)
    for one, rows in alike.items():
        if len(rows) <= 1:
            yield replace(one, row_id=rows[0] if rows else None).sentence()
        else:
            yield replace(one, table=f"{one.table} {_ranges(rows)}").sentence()


def _ranges(rows: Sequence[int]) -> str:
    """Ids in few words: 3, 5-9."""
    parts: list[list[int]] = []
    for row in sorted(rows):
        if parts and row == parts[-1][-1] + 1:
            parts[-1][1:] = [row]
        else:
            parts.append([row])
    return ", ".join("-".join(map(str, part)) for part in parts)


def name_findings(findings: Sequence[Finding], kept: Path) -> None:
    """Print each finding and what to do; `kept` is this installation's own checkpoint."""
    for line in _lines(findings):
        click.echo(line)
    if not findings:
        return
    todo = {_TODO.get(one.what, _TODO_ELSE) for one in findings}
    if any(str(kept) in one.words for one in findings):
        todo.add(
            "Nothing is sealed while the ledger does not contain its last checkpoint. If you have"
            f" restored a backup, and only then: move {kept} elsewhere, keep it, and seal again."
        )
    click.echo("\n".join(["", "What to do:", f"- {_KEEP}", *(f"- {one}" for one in sorted(todo))]))
