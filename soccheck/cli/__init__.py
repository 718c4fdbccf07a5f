"""The command line: one module a command, imported when it is asked for; wiring, printing, exit codes."""

from __future__ import annotations

import mmap
import os
import sys
import traceback
from importlib import import_module
from typing import Any

import click

from soccheck import __version__
from soccheck.cli.faults import told
from soccheck.cli.translated import (
    HELP_NAMES,
    SpokenGroup,
    SpokenOption,
    asked_for,
    group,
    language_of,
    speaking,
)
from soccheck.errors import SoccheckError, scarce, unreachable, unwritten
from soccheck.i18n import Language
from soccheck.phrase import phrase

COMMANDS = {
    "audit": "judge an inventory by the policies and print tables",
    "validate": "check an inventory and the policies, and judge nothing",
    "run": "judge, keep the run in the history, and say what changed and why",
    "diff": "say what changed between two runs or results, and why",
    "failing": "list what fails, since when, and what is over its time",
    "trend": "show a month a row how much is met",
    "health": "say when the last good run was, and which machines are silent",
    "notify": "try whether those who are told of a run can be reached",
    "history": "list, show, check, prune, sign and export the runs kept",
    "explain": "say why a control has its result on an asset",
    "gate": "compare with a git reference or a baseline, and stop what is worse",
    "collect": "ask machines over SSH and write the evidence",
    "hostkeys": "collect host keys for review",
    "probe": "list what machines are asked, and the rights it needs",
    "evidence": "verify, show, sign, redact and merge evidence",
    "import": "read spreadsheets and consoles' exports into evidence or the inventory",
    "drift": "list where inventory and machines disagree",
    "compare": "put two inventories, or two years, beside each other",
    "report": "write reports for readers: HTML, XLSX, Markdown, CSV, JSON",
    "worklist": "list what a unit has to do, by when",
    "claims": "check the figures that reports state",
    "policy": "list, show, test, check and compare the policies",
    "docs": "print the page of a control",
    "waiver": "list, check and add waivers",
    "attest": "list, check and add what is stated in signed documents",
    "firewall": "say what a firewall's ruleset really lets through",
    "fill": "print lines to fill in for every key asked for and not stated",
    "facts": "list the facts there are: name, form, who gives it, what to write",
    "schema": "print a JSON Schema",
    "schedule": "print what has systemd or cron run an audit by itself",
    "export": "write an inventory as tables for a spreadsheet, and back",
    "init": "start a new inventory from a template",
    "completion": "print the shell's completion script",
}
"""Command -> its line of help. The module `module_of(NAME)` holds it as `command`."""


_MODULES = {"import": "imports"}
"""Command -> its module, where Python keeps the command's name for itself."""


def module_of(command: str) -> str:
    """Return the module that holds a command."""
    return f"soccheck.cli.{_MODULES.get(command, command)}"


class Lazy(SpokenGroup):
    """Finds a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands' lines of help without importing any of them."""
        language = language_of(ctx)
        with formatter.section(language("Commands")):
            formatter.write_dl([(name, language(line)) for name, line in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with what it was given is said in the language it was asked for."""
        try:
            return super().invoke(ctx)
        except SoccheckError as error:
            click.echo(told(error, language_of(ctx)), err=True)
            return error.exit_code


@group(
    "soccheck",
    cls=Lazy,
    context_settings={"help_option_names": HELP_NAMES, "max_content_width": 80},
    epilog="Exit codes: 0 compliant, 1 failing, 2 usage or input that cannot be trusted, "
    "3 incomplete or nothing assessed, 4 soccheck failed, 130 interrupted.",
)
@click.version_option(
    __version__,
    message="soccheck %(version)s",
    cls=SpokenOption,
    help="Show the version and exit.",
)
def cli() -> None:
    """Security-operations compliance, with every figure traced to its evidence."""


_LEAST = 128 * 1024 * 1024
"""Address space that must be free, in bytes: some libraries end the process where they get none."""


def command_line(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; click's own errors are usage errors: 2."""
    language = asked_for(sys.argv[1:] if args is None else args, os.environ)
    with speaking(language):
        return _run(args, language)


def _run(args: list[str] | None, language: Language) -> int:
    try:
        mmap.mmap(-1, _LEAST).close()
        code = cli.main(args=args, prog_name="soccheck", standalone_mode=False, obj=language)
        if code != 130:
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        click.echo(language("interrupted"), err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        # The reader went away (`soccheck audit | head`): the rest has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 4
    except SystemExit as error:
        # click ends so, whatever it is told, when the reader went away: 1 would say a finding fails.
        return 4 if error.code == 1 else int(error.code or 0)
    except KeyboardInterrupt:
        click.echo(language("interrupted"), err=True)
        return 130
    except Exception as error:  # noqa: BLE001  - the last resort: exit 4, with all a report needs
        known, refused = scarce(error) or unreachable(error), unwritten(error)
        said = language.say(refused) if refused else known and told(known, language)
        click.echo(said or _report_of_failure(language), err=True)
        return known.exit_code if known else 4


def _report_of_failure(language: Language) -> str:
    said = language(
        "soccheck {version} failed: this is a fault of soccheck, and nothing was judged."
    )
    hint = phrase("report it with the lines above; they hold no part of the inventory")
    return f"{traceback.format_exc()}\n{language.fault(said.format(version=__version__), hint)}"
