"""`handover wipe`: an empty installation, after a backup of all that was in it."""

from __future__ import annotations

import sys

import click

from app import database
from app.cli.backup import refusing
from app.cli.backup.creating import create_backup
from app.cli.backup.restoring import begin_empty
from app.cli.backup.workplace import workplace
from app.cli.context import let_go
from app.cli.kept_checkpoint import KeptCheckpoint
from app.database.stores import store_of
from app.operations.actors import SYSTEM
from app.operations.backups.reading import BackupFile
from app.operations.installation.begin_anew import begin_anew, find_admin_to_keep


@click.command()
@click.option("--admin", "login", help="The admin who stays; else the oldest active one.")
@click.option("--yes", "confirmation", help="The database's name, where nobody can be asked.")
def wipe(login: str | None, confirmation: str | None) -> None:
    """Remove every order, scan, person and record, for good; stop the servers first.

    A backup is made and proved whole before. One admin stays, with password and second factor;
    schema, settings and secrets stay. A new ledger begins, which says so.
    """
    with refusing() as settings:
        store = store_of(settings)
        kept = database.replaying(lambda: find_admin_to_keep(login, actor=SYSTEM))
        let_go()
        _confirm(store.name, kept.name, confirmation)
        with workplace(settings.backup.folder) as work, store.alone() as lone:
            made = create_backup(settings, lone, work, dialect=store.dialect, is_safety=True)
            rows = made.manifest.rows
            if not settings.backup.is_sealed_from_us:
                BackupFile(made.path, settings.backup).check()
            with begin_empty(settings, store, work) as empty:
                removed = sum(rows.values())
                database.replaying(lambda: begin_anew(kept, removed=removed, actor=SYSTEM))
                let_go()
                lone.replace_by(empty, rows)
        aside = KeptCheckpoint(settings.instance_path).move_aside()
    click.echo(f"Wiped {store.name}: {removed} rows are gone. The admin {kept.name} stays.")
    click.echo(f"All of it is in {made.path}")
    if aside:
        click.echo(f"The checkpoint of its ledger, to be kept with it: {aside}")


def _confirm(database_name: str, admin_name: str, confirmation: str | None) -> None:
    """Have the database's name typed; raises ClickException for anything else."""
    if confirmation is None:
        if not sys.stdin.isatty():
            raise click.ClickException(f"nobody can be asked: say --yes {database_name}")
        click.echo(f"This empties {database_name}; the admin {admin_name} stays.")
        confirmation = click.prompt("The database's name, to go on")
    if confirmation != database_name:
        raise click.ClickException(f"the database is {database_name}. Nothing was changed.")
