"""A command that is also a group: what names none of its subcommands is for the first of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import click

from soccheck.cli.translated import SpokenGroup
from soccheck.facts.near import nearest


def is_slip(word: str, commands: Iterable[str]) -> bool:
    """Return whether a word is nearly a command, and neither an option nor a file."""
    if word.startswith("-") or os.path.exists(word):
        return False
    return nearest(word, commands, cutoff=0.75) is not None


class DefaultCommand(SpokenGroup):
    """Takes an inventory where no subcommand is named: `soccheck claims inventories/an-giang`."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default before anything that is neither a subcommand nor a call for help.

        A word that is nearly a subcommand, and no file, is refused: `claims chek inventories/an-giang`.
        """
        known = (*self.commands, "-h", "--help")
        if args and args[0] not in known and not is_slip(args[0], self.commands):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
