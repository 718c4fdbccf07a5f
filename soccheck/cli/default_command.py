"""A command that is also a group: what names none of its subcommands is for the first of them."""

from __future__ import annotations

from typing import Any

import click

from soccheck.cli.translated import SpokenGroup


class DefaultCommand(SpokenGroup):
    """Takes an inventory where no subcommand is named: `soccheck claims inventories/an-giang`."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default before anything that is neither a subcommand nor a call for help."""
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
