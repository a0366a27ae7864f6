"""`handover audit`: seal the ledger, verify it, print its checkpoint, forget old personal data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from app import database
from app.cli.context import in_application
from app.config import Settings
from app.operations.actors import SYSTEM
from app.operations.audit.checkpoints import origin_of, read_checkpoint, read_verifier_key
from app.operations.audit.findings import KINDS, Finding
from app.operations.audit.forgetting import count_erasable, forget_pii
from app.operations.audit.sealing import Sealed, count_unsealed, seal_all
from app.operations.audit.verifying import Report, count_work, verify_ledger
from app.support import clock

_KEEP = "Before anything else copy the database as it is: it is the evidence."
_TODO = {
    "unknown_key": "Put the old secret into SIGNING_SECRETS_RETIRED, and verify again.",
    "truncated": "Compare with the newest backup: what came after it was cut off or never restored.",
    "forged_checkpoint": "Look where the checkpoint comes from; after a move name the old --origin.",
    "version_gap": "Compare this row with the backups: one of its changes was made or unmade in SQL.",
    "status_mismatch": "Compare this order with its events: it was changed in SQL.",
}
_TODO_ELSE = "Find who can write to the database, and compare the named rows with the backups."


@click.group()
def audit() -> None:
    """Seal, verify and anchor the ledger; forget old personal data."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def seal(as_json: bool) -> None:
    """Seal every row that is not sealed yet; meant for a timer.

    A row that is not what this application wrote is left out and named, and the command exits
    with 1.
    """
    with in_application():
        sealed = _seal()
    if as_json:
        unsound = [asdict(one) for one in sealed.unsound]
        _say_json({"rows": sealed.rows, "seals": sealed.seals, "findings": unsound})
    else:
        click.echo(f"Sealed {sealed.rows} rows in {sealed.seals} seals.")
        _name(list(sealed.unsound))
    if sealed.unsound:
        raise SystemExit(1)


@audit.command()
@click.option("--state", "with_state", is_flag=True, help="Derive the business rows again, too.")
@click.option(
    "--checkpoint",
    type=click.File(encoding="utf-8"),
    help="A checkpoint that was kept outside: nothing before it may be gone.",
)
@click.option("--origin", help="The name in that checkpoint, where PUBLIC_URL was another then.")
@click.option("--no-seal", is_flag=True, help="Do not seal first.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(
    with_state: bool, checkpoint: Any, origin: str | None, no_seal: bool, as_json: bool
) -> None:
    """Prove every row of the ledger; exit with 1 on any finding, and name the rows.

    Found: a row that was edited, deleted, inserted, moved or replayed, sealed or not, and a chain
    that was written anew; with --checkpoint also a ledger that was cut off; with --state also a
    status that was changed in SQL, and an order's unsealed row that was deleted.

    Not found: an unsealed row of something without a version, such as a failed login of the last
    half minute, that was deleted in SQL; nothing that was done by someone who holds the
    application's keys.
    """
    with in_application() as app:
        note = None if checkpoint is None else checkpoint.read()
        sealed = Sealed(0, 0, ()) if no_seal else _seal()
        report = _verify(note, origin or origin_of(app.settings.public_url), with_state)
    findings = report.findings
    if as_json:
        _say_json(
            {
                "rows": report.rows,
                "seals": report.seals,
                "sealed_now": sealed.rows,
                "findings": [asdict(one) for one in findings.found],
                "more": findings.unnamed,
            }
        )
    else:
        _name(findings.found)
        for what, count in findings.unnamed.items():
            click.echo(f"... and {count} more: {KINDS[what]}")
        verdict = f"Findings: {findings.total} in" if findings.total else "Sound:"
        click.echo(f"{verdict} {report.rows} rows, {report.seals} seals.")
    if findings.total:
        raise SystemExit(1)


@audit.command()
@click.option("--key", is_flag=True, help="The key with which anybody checks one, instead.")
def checkpoint(key: bool) -> None:
    """Print the checkpoint of the last seal: a signed note to keep where nobody here can write."""
    with in_application() as app:
        origin = origin_of(app.settings.public_url)
        if key:
            click.echo(read_verifier_key(origin=origin))
            return
        with _reading():
            note = read_checkpoint(origin=origin)
    click.echo(note, nl=False)


@audit.command()
@click.option("--before", required=True, help="A day (its midnight here) or an RFC 3339 time.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(before: str, yes: bool) -> None:
    """Null personal data in older rows of the ledger, for good; the proofs stay valid.

    These are addresses, browsers and tried logins, notes, e-mails and positions of scans, and
    what records tell of contact data. It is recorded itself, as PII_ERASED.
    """
    with in_application() as app:
        until = _instant(before, app.settings)
        with _reading():
            count = count_erasable(until)
        if count and not yes:
            words = (
                f"Null the personal data of {count} rows older than {clock.instant_text(until)}?"
            )
            click.confirm(words, abort=True)
        with _bar("Forgetting", count) as progress:
            forgotten = forget_pii(until, progress=progress, actor=SYSTEM)
    click.echo(f"Forgot personal data of {forgotten.tracks} tracks, {forgotten.events} events.")


def _seal() -> Sealed:
    with _reading():
        count = count_unsealed()
    with _bar("Sealing", count) as progress:
        return seal_all(progress=progress)


def _verify(note: str | None, origin: str, with_state: bool) -> Report:
    with _reading():
        count = count_work(with_state=with_state)
    with _bar("Verifying", count) as progress, _reading():
        return verify_ledger(
            checkpoint=note, origin=origin, with_state=with_state, progress=progress
        )


@contextmanager
def _reading() -> Iterator[None]:
    try:
        with database.transaction(write=False):
            yield
    except database.Replay as replay:
        raise replay.refusal() from replay


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for people; programs and logs get none."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _name(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(finding.sentence())
    if findings:
        todo = {_TODO.get(one.what, _TODO_ELSE) for one in findings}
        click.echo(
            "\n".join(["", "What to do:", f"- {_KEEP}", *(f"- {one}" for one in sorted(todo))])
        )


def _say_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _instant(words: str, settings: Settings) -> datetime:
    try:
        day = date.fromisoformat(words)
        return datetime.combine(day, time(), ZoneInfo(settings.business_timezone))
    except ValueError:
        pass
    try:
        return clock.parse_instant(words)
    except ValueError:
        raise click.BadParameter(
            "a day such as 2026-11-20, or a time such as 2026-11-20T05:39:12Z",
            param_hint="--before",
        ) from None
