"""How a command gets its application: by an import path, as gunicorn does.

It serves nobody, and what it would be served by takes longer than most commands: it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError
from werkzeug.utils import import_string

from app import database
from app.config import BadSettings, Settings
from app.errors import AppError, Unavailable
from app.http.application import Application
from app.operations.ledger.circumstances import Circumstances, told_by
from app.support import clock

SERVED = "app:create_app"
_CORE = "app:create_core"
_ASK_THE_DOCTOR = "`handover doctor` says what to do"


def application(factory: str = _CORE) -> Application:
    """The application of the environment's settings; bad settings end the command with words."""
    try:
        return cast(Application, ScriptInfo(app_import_path=factory).load_app())
    except BadSettings as mistakes:
        raise click.ClickException(str(mistakes)) from None


@contextmanager
def in_application() -> Iterator[Application]:
    """The application with its context, for the length of a command.

    A refusal, and a database or a folder that cannot be used, end the command with words.
    """
    app = application()
    try:
        with app.app_context(), told_by(_circumstances):
            try:
                yield app
            finally:
                let_go()
    except Unavailable:
        raise click.ClickException(f"the database is silent or busy; {_ASK_THE_DOCTOR}") from None
    except AppError as refusal:
        raise click.ClickException(refusal.message) from None
    except DBAPIError as error:
        raise click.ClickException(
            f"the database refuses: {error.orig}; {_ASK_THE_DOCTOR}"
        ) from None
    except OSError as error:
        if error.filename is None:  # no folder of ours: a reader that went away, for one
            raise
        raise click.ClickException(unusable(error)) from None


@contextmanager
def in_scratch(settings: Settings, database_url: str) -> Iterator[Application]:
    """An application with these settings over another database, within a command's own."""
    app = cast(Application, import_string(_CORE)(replace(settings, database_url=database_url)))
    with app.app_context():
        try:
            yield app
        finally:
            let_go()


def let_go() -> None:
    """Close the present application's connections: the database may be somebody else's alone."""
    database.db.session.remove()
    database.db.engine.dispose()


def _circumstances() -> Circumstances:
    context = click.get_current_context(silent=True)
    return Circumstances(
        at=clock.now(), method="CLI", route=None if context is None else context.command_path
    )


def unusable(error: OSError) -> str:
    """What is wrong with a file or a folder, and who knows more."""
    return f"{error.filename}: {error.strerror}; {_ASK_THE_DOCTOR}"
