"""`handover admin`: the accounts of admins, made at the server's console and nowhere else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import cast

import click

from app import database
from app.cli.context import in_application
from app.http.application import Application
from app.operations.actors import SYSTEM
from app.operations.auth import admins
from app.operations.auth.admins import AdminWithPassword
from app.operations.auth.second_factors import remove_second_factor
from app.support import clock
from app.support.clock import instant_text
from app.support.emails import normal_email
from app.support.passwords import PasswordHasher


@click.group()
def admin() -> None:
    """Make, list and help admins. A password is never taken from the command line."""


def _password_options(command: Callable[..., None]) -> Callable[..., None]:
    prompt = click.option("--prompt", is_flag=True, help="Ask for the password.")
    stdin = click.option(
        "--password-stdin", is_flag=True, help="Read the password from standard input."
    )
    return prompt(stdin(command))


@admin.command()
@click.argument("username")
@click.option("--email", help="An e-mail address that signs in as well.")
@_password_options
def create(username: str, email: str | None, prompt: bool, password_stdin: bool) -> None:
    """Make an admin; without an option for it the password is generated and shown once."""
    password = _read_password(prompt, password_stdin)
    with in_application() as app:
        made = _run(
            lambda: admins.create_admin(
                username=username,
                email=normal_email(email) if email else None,
                password=password,
                passwords=_hasher(app),
                at=clock.now(),
                actor=SYSTEM,
            )
        )
    _show("Made", made)


@admin.command("reset-password")
@click.argument("login")
@_password_options
def reset_password(login: str, prompt: bool, password_stdin: bool) -> None:
    """Give an admin, by user name or e-mail, another password; their sessions end."""
    password = _read_password(prompt, password_stdin)
    with in_application() as app:
        changed = _run(
            lambda: admins.reset_admin_password(
                login=login,
                password=password,
                passwords=_hasher(app),
                at=clock.now(),
                actor=SYSTEM,
            )
        )
    _show("Changed", changed)


@admin.command("switch-off-two-factor")
@click.argument("login")
def switch_off_two_factor(login: str) -> None:
    """Let an admin who lost phone and recovery codes sign in by the password alone."""
    with in_application():
        user = database.replaying(
            lambda: remove_second_factor(login=login, at=clock.now(), actor=SYSTEM)
        )
    click.echo(f"Two-factor sign-in is off: {user.username or user.email}")


@admin.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_admins(as_json: bool) -> None:
    """List every admin."""
    with in_application():
        accounts = database.replaying(lambda: admins.list_admins(actor=SYSTEM))
    rows = [
        {
            "id": account.id,
            "username": account.username,
            "email": account.email,
            "is_active": account.is_active,
            "created_at": instant_text(account.created_at),
        }
        for account in accounts
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "" if row["is_active"] else "  (deactivated)"
        click.echo(f"{row['id']:>6}  {row['username'] or row['email']}{state}")


def _read_password(prompt: bool, password_stdin: bool) -> str | None:
    if prompt and password_stdin:
        raise click.UsageError("Choose one of --prompt and --password-stdin.")
    if prompt:
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return None


def _hasher(app: Application) -> PasswordHasher:
    return cast(PasswordHasher, app.extensions["handover_passwords"])


def _run(work: Callable[[], AdminWithPassword]) -> AdminWithPassword:
    try:
        return database.replaying(work)
    except ValueError as refusal:
        raise click.ClickException(str(refusal)) from None


def _show(what: str, changed: AdminWithPassword) -> None:
    click.echo(f"{what}: {changed.user.username or changed.user.email}")
    if changed.generated_password is not None:
        click.echo(f"Password, shown this once: {changed.generated_password}")
