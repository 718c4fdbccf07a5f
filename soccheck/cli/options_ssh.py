"""The options of every command that asks machines: parsed without loading what asks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from soccheck.cli.translated import option
from soccheck.cli.value_types import Integer, Number
from soccheck.collect.limits import Limits
from soccheck.errors import UsageError
from soccheck.phrase import Phrase, phrase

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Represents the options of a collection, as the command line gives them."""

    workers: int
    user: str | None
    identity: tuple[str, ...]
    ssh_config: str | None
    known_hosts: tuple[str, ...]
    jump: str | None
    no_agent: bool
    assets: tuple[str, ...]
    probes: tuple[str, ...]
    connect_timeout: float
    login_timeout: float
    command_timeout: float
    total_timeout: float
    retries: int
    resume: bool

    @property
    def limits(self) -> Limits:
        """Return how long each step may take."""
        return Limits(
            connect=self.connect_timeout,
            login=self.login_timeout,
            command=self.command_timeout,
            total=self.total_timeout,
        )


def refuse(why: Phrase, *names: str, also: tuple[str, ...] = ()) -> None:
    """Raise `UsageError` for an option the command line gives, of these names or any of `Options`.

    Those of `also` are for something else, too.
    """
    context = click.get_current_context()
    wanted = names or tuple(field.name for field in fields(Options))
    wanted = tuple(name for name in wanted if name not in also)
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in wanted and source is ParameterSource.COMMANDLINE:
            text = phrase("{option} does nothing {why}", option=parameter.opts[0], why=why)
            raise UsageError(text)


def options(function: F) -> F:
    """Add the options; the command takes them as `**given` for `Options`."""
    seconds = Number(min=0.1, max=3600)
    added = [
        option("--workers", type=Integer(1, 1024), default=128, show_default=True,
                     help="Machines asked at once."),
        option("--user", metavar="NAME", help="Log in as this user where nothing else is said."),
        option("--identity", "-i", multiple=True, metavar="FILE",
                     help="Private key; may be repeated."),
        option("--ssh-config", "-F", metavar="FILE", help="Instead of ~/.ssh/config."),
        option("--known-hosts", multiple=True, metavar="FILE",
                     help="Instead of ~/.ssh/known_hosts; may be repeated."),
        option("--jump", metavar="HOST", help="Go through this machine: [user@]name[:port]."),
        option("--no-agent", is_flag=True, help="Do not use keys of the SSH agent."),
        option("--asset", "assets", multiple=True, metavar="ID",
                     help="This asset only; may be repeated."),
        option("--probe", "probes", multiple=True, metavar="NAME",
                     help="Ask by this probe only; may be repeated."),
        option("--connect-timeout", type=seconds, default=5.0, show_default=True,
                     metavar="SECONDS", help="To get a connection."),
        option("--login-timeout", type=seconds, default=15.0, show_default=True,
                     metavar="SECONDS", help="To log in."),
        option("--command-timeout", type=seconds, default=60.0, show_default=True,
                     metavar="SECONDS", help="For a machine's answers."),
        option("--total-timeout", type=seconds, default=120.0, show_default=True,
                     metavar="SECONDS", help="For a machine altogether."),
        option("--retries", type=Integer(0, 10), default=2, show_default=True,
                     help="Further tries after a fault that may pass."),
        option("--resume", is_flag=True,
                     help="Ask only what the bundle, or an interrupted run, has no answer of."),
    ]  # fmt: skip
    for add in reversed(added):
        function = add(function)
    return function
