"""`soccheck completion`: print the shell's completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from soccheck.cli.translated import a_command, argument
from soccheck.cli.value_types import OneOf


@a_command()
@argument("shell", metavar="bash|zsh|fish", type=OneOf(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print SHELL's completion script: `eval "$(soccheck completion bash)"`."""
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, "soccheck", "_SOCCHECK_COMPLETE").source())
    return 0
