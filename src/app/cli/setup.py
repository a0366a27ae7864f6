"""`handover setup`: everything that has to be there before the first request."""

from __future__ import annotations

import logging
import sys
from decimal import Decimal
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade

from app import database
from app.cli.context import in_application, unusable
from app.config import Settings, prepare_instance
from app.operations.actors import SYSTEM
from app.operations.audit.condition import list_unknown_keys
from app.operations.auth.admins import ensure_first_admin
from app.operations.businesses.change import set_house_timezone
from app.operations.health import revisions
from app.operations.services.change import create_service
from app.support import clock

SAMPLE_SERVICES = (
    ("Wash & Fold", Decimal("12.50"), 24 * 60, "Laundry"),
    ("Dry Cleaning", Decimal("18.00"), 48 * 60, "Laundry"),
    ("Ironing", Decimal("6.00"), 12 * 60, "Laundry"),
)


@click.command()
def setup() -> None:
    """Make what is missing: folder, secrets, database, first admin.

    It may run at every start. A generated password is printed this once and stored nowhere.
    """
    try:
        prepare_instance()
    except OSError as error:
        raise click.ClickException(unusable(error)) from None
    with in_application() as app:
        if (file := database.sqlite_file(app.settings)) is not None:
            file.touch(mode=0o600)  # its log and its shared memory take the mode from it
        was_new = migrate(Path(app.extensions["migrate"].directory))
        refuse_foreign_ledger(app.settings)
        if was_new:
            _settle_house(app.settings)
            _add_samples()
        _make_first_admin(app.settings)


def migrate(migrations: Path) -> bool:
    """Bring the tables to what the code wants; whether there were none."""
    head = revisions.get_head(migrations)
    with database.transaction(write=False):
        found = revisions.find_revision()
    if found == head:
        say(f"The database is at {head}.")
        return False
    logging.getLogger("alembic").setLevel(logging.WARNING)  # we say it in a line of our own
    say(f"Bringing the database from {found or 'nothing'} to {head}.")
    upgrade(directory=str(migrations))
    return found is None


def refuse_foreign_ledger(settings: Settings) -> None:
    """Raise ClickException for a ledger whose keys are not here: nobody could go on with it."""
    with database.transaction(write=False):
        keys = list_unknown_keys()
    if keys:
        raise click.ClickException(
            f"this database's ledger is signed with other keys ({', '.join(keys)}) than those of "
            f"{settings.instance_path}: is INSTANCE_PATH that of its server? Bring its "
            "SIGNING_SECRET, or name it in SIGNING_SECRETS_RETIRED."
        )


def _settle_house(settings: Settings) -> None:
    zone = settings.business_timezone
    database.replaying(lambda: set_house_timezone(zone, at=clock.now()))


def _add_samples() -> None:
    def add() -> None:
        for name, price, minutes, category in SAMPLE_SERVICES:
            create_service(
                name=name, price=price, duration_minutes=minutes, category=category, actor=SYSTEM
            )

    database.replaying(add)
    say(f"Sample services: {', '.join(one[0] for one in SAMPLE_SERVICES)}.")


def _make_first_admin(settings: Settings) -> None:
    made = database.replaying(
        lambda: ensure_first_admin(
            username=settings.admin_username,
            password=settings.admin_password,
            passwords=current_app.extensions["handover_passwords"],
            at=clock.now(),
            actor=SYSTEM,
        )
    )
    if made is None:
        return
    say(f"First admin: {made.user.username or made.user.email}")
    if made.generated_password is not None:
        say(f"Its password, shown this once: {made.generated_password}")


def say(words: str) -> None:
    """A line for the operator."""
    click.echo(words, file=sys.stderr)
