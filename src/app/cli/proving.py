"""Sealing and proving at the console: the ledger, and the checkpoint that is kept of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import structlog
from sqlalchemy.exc import DBAPIError

from app import database
from app.cli.kept_checkpoint import KeptCheckpoint
from app.errors import AppError
from app.operations.audit.checkpoints import parse_checkpoint, read_checkpoint
from app.operations.audit.findings import Finding
from app.operations.audit.sealing import Sealed, count_unsealed, seal_all
from app.operations.audit.verifying import Report, count_work, verify_ledger

log = structlog.get_logger(__name__)

NOTHING_SEALED = Sealed(0, 0, ())


def seal_ledger(kept: KeptCheckpoint, origin: str) -> Sealed:
    """Seal what there is, if the ledger still contains what was sealed; then keep its checkpoint."""
    kept.look()
    with reading():
        count = count_unsealed()
        broken = kept.compare()
    if broken is not None:
        log.error("ledger_not_sealed", finding=broken.sentence())
        return Sealed(0, 0, (broken,))
    with bar("Sealing", count) as progress:
        sealed = seal_all(progress=progress)
    if any(one.table == "audit_seals" for one in sealed.unsound):
        log.error("ledger_not_sealed", finding=sealed.unsound[-1].sentence())
        return sealed
    with reading():
        note = read_checkpoint(origin=origin)
        last = parse_checkpoint(note, origin=origin)
    if last.number:
        kept.write(note)
    # In groups: the log takes a longer run of letters for a token.
    log.info("ledger_sealed", rows=sealed.rows, seal=last.number, hash=last.digest.hex(":", 8))
    return sealed


def try_to_seal(kept: KeptCheckpoint, origin: str) -> tuple[Sealed, tuple[Finding, ...]]:
    """Seal what was proved: whatever hinders that is a finding."""
    try:
        sealed = seal_ledger(kept, origin)
    except Exception as problem:
        words = _words_of(problem)
        return NOTHING_SEALED, (Finding("not_sealed", "audit_seals", words=words),)
    return sealed, sealed.unsound


def prove_ledger(kept: KeptCheckpoint, note: str | None, origin: str, with_state: bool) -> Report:
    """Prove the whole ledger, against the checkpoint that is kept and the `note` that is given."""
    kept.look()
    with reading():
        count = count_work(with_state=with_state)
    with bar("Verifying", count) as progress, reading():
        report = verify_ledger(
            checkpoint=note, origin=origin, with_state=with_state, progress=progress
        )
        if (broken := kept.compare()) is not None:
            report.findings.add(broken)
    return report


@contextmanager
def reading() -> Iterator[None]:
    """One transaction that only reads; what undoes it ends the command with words."""
    try:
        with database.transaction(write=False):
            yield
    except database.Replay as replay:
        raise replay.refusal() from replay


@contextmanager
def bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for people; programs and logs get none."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _words_of(problem: Exception) -> str:
    if isinstance(problem, AppError):
        return problem.message
    if isinstance(problem, DBAPIError):
        return str(problem.orig)
    return str(problem) or type(problem).__name__
