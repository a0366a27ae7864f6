"""`handover audit`: seal the ledger, verify it, print its checkpoint, forget old personal data."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.cli.context import in_application
from app.cli.findings import name_findings
from app.cli.kept_checkpoint import KeptCheckpoint
from app.cli.proving import (
    NOTHING_SEALED,
    bar,
    prove_ledger,
    reading,
    seal_ledger,
    try_to_seal,
)
from app.config import Settings
from app.operations.actors import SYSTEM
from app.operations.audit.checkpoints import (
    origin_of,
    read_checkpoint,
    read_verifier_key,
)
from app.operations.audit.findings import KINDS
from app.operations.audit.forgetting import count_erasable, forget_pii
from app.support import clock


@click.group()
def audit() -> None:
    """Seal, verify and anchor the ledger; forget old personal data."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def seal(as_json: bool) -> None:
    """Seal every row that is not sealed yet; meant for a timer.

    A row that is not what this application wrote is left out and named, and the command exits
    with 1. Nothing is sealed when the last seal is forged, or when the ledger does not contain the
    checkpoint that the last run left in the instance folder.
    """
    with in_application() as app:
        kept = KeptCheckpoint(app.settings.instance_path)
        sealed = seal_ledger(kept, origin_of(app.settings.public_url))
    if as_json:
        unsound = [asdict(one) for one in sealed.unsound]
        _say_json({"rows": sealed.rows, "seals": sealed.seals, "findings": unsound})
    else:
        rows, seals = _counted(sealed.rows, "row"), _counted(sealed.seals, "seal")
        click.echo(f"Sealed {rows} in {seals}.")
        name_findings(sealed.unsound, kept.path)
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
@click.option("--no-seal", is_flag=True, help="Do not seal what was found sound.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(
    with_state: bool, checkpoint: Any, origin: str | None, no_seal: bool, as_json: bool
) -> None:
    """Prove every row of the ledger, and seal what is new; exit with 1 on any finding.

    Nothing is written before all is proved, and nothing at all when there is a finding.

    Found: a row that was edited, deleted, inserted, moved or replayed, sealed or not, and a chain
    that was written anew; a ledger that was cut off before the checkpoint that is kept in the
    instance folder, or the given one; with --state also a value or a status that was changed in
    SQL, and an order's unsealed row that was deleted.

    Not found: an unsealed row of something without a version, such as a failed login of the last
    half minute, that was deleted in SQL; nothing that was done by someone who holds the
    application's keys. docs/ledger.md tells the rest.
    """
    with in_application() as app:
        note = None if checkpoint is None else checkpoint.read()
        kept = KeptCheckpoint(app.settings.instance_path)
        own_origin = origin_of(app.settings.public_url)
        report = prove_ledger(kept, note, origin or own_origin, with_state)
        findings, sealed = report.findings, NOTHING_SEALED
        if not (no_seal or findings.total):
            sealed, unable = try_to_seal(kept, own_origin)
            findings.add_all(unable)
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
        name_findings(findings.found, kept.path)
        for what, count in findings.unnamed.items():
            click.echo(f"... and {count} more: {KINDS[what]}")
        verdict = f"Findings: {findings.total}, in" if findings.total else "Sound:"
        proved = f"{_counted(report.rows, 'row')}, {_counted(report.seals, 'seal')}"
        click.echo(f"{verdict} {proved}; {_counted(sealed.rows, 'row')} sealed now.")
        unchecked = [
            *(["whether the business rows agree (--state)"] if not with_state else []),
            *(["a checkpoint kept outside (--checkpoint FILE)"] if note is None else []),
        ]
        if unchecked:
            click.echo(f"Not checked: {'; '.join(unchecked)}.")
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
        with reading():
            note = read_checkpoint(origin=origin)
    click.echo(note, nl=False)


@audit.command()
@click.option("--before", required=True, help="A day (its midnight here) or an RFC 3339 time.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also where the ledger has findings: evidence goes.")
def forget(before: str, yes: bool, force: bool) -> None:
    """Erase personal data in older rows of the ledger, for good; the proofs stay valid.

    These are addresses, browsers and tried logins, notes, e-mails and positions of scans, and
    what records tell of contact data. Orders and accounts themselves stay as they are. The ledger
    is verified first, since what is erased can no longer be compared. It is recorded itself, as
    PII_ERASED.
    """
    with in_application() as app:
        until = _instant(before, app.settings)
        if until > clock.now():
            raise click.BadParameter("this time has not come yet", param_hint="--before")
        kept = KeptCheckpoint(app.settings.instance_path)
        report = prove_ledger(kept, None, origin_of(app.settings.public_url), False)
        if report.findings.total and not force:
            name_findings(report.findings.found, kept.path)
            raise click.ClickException("nothing is erased while the ledger has findings")
        with reading():
            count = count_erasable(until)
        if count and not yes:
            which = f"{_counted(count, 'row')} older than {clock.instant_text(until)}"
            click.confirm(f"Erase the personal data of {which}? It cannot be undone.", abort=True)
        with bar("Forgetting", count) as progress:
            forgotten = forget_pii(until, progress=progress, actor=SYSTEM)
    tracks, events = _counted(forgotten.tracks, "scan"), _counted(forgotten.events, "record")
    click.echo(f"Erased the personal data of {tracks} and {events}.")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


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
