"""`handover openapi`: the description of the API, to commit and to compare."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.context import SERVED, application
from app.http.describing import get_openapi_text


@click.group()
def openapi() -> None:
    """The OpenAPI document of /api/v1."""


@openapi.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("docs/openapi.json"),
    show_default=True,
    help="Where to.",
)
def write(output: Path) -> None:
    """Write the document to a file; `-` is standard output."""
    text = get_openapi_text(application(SERVED))
    if str(output) == "-":
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output}: {len(text)} characters")
