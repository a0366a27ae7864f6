"""The operator's command `handover`."""

from __future__ import annotations

import click
from flask.cli import ScriptInfo
from flask_migrate.cli import db

from app.cli import (
    admin,
    appointments,
    audit,
    backup,
    customers,
    doctor,
    licenses,
    openapi,
    outbox,
    prune,
    seed,
    setup,
    wipe,
)
from app.cli.context import application


@click.group(context_settings={"obj": ScriptInfo(create_app=application)})
@click.version_option(package_name="handover")
def main() -> None:
    """Run a Handover installation: settings come from the environment."""


main.add_command(setup.setup)
main.add_command(doctor.doctor)
main.add_command(openapi.openapi)
main.add_command(seed.seed_demo)
main.add_command(admin.admin)
main.add_command(customers.customers)
main.add_command(audit.audit)
main.add_command(outbox.outbox)
main.add_command(appointments.appointments)
main.add_command(licenses.licenses)
main.add_command(prune.prune_)
main.add_command(backup.backup)
main.add_command(wipe.wipe)
main.add_command(db)
