"""`soccheck schema`: print a JSON Schema."""

from __future__ import annotations

import click

from soccheck.cli.translated import a_command, argument
from soccheck.cli.value_types import OneOf
from soccheck.sources import schema


@a_command()
@argument("name", metavar="NAME", type=OneOf(schema.NAMES))
def command(name: str) -> int:
    """Print the JSON Schema (2020-12) of NAME, for editors and for readers of soccheck's output."""
    click.echo(schema.text(name), nl=False)
    return 0
