"""`soccheck schedule`: print what has systemd or cron run an audit by itself; nothing is installed."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from datetime import time
from pathlib import Path

import click

from soccheck.cli import common
from soccheck.cli.options import language_option
from soccheck.cli.output import write
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import OneOf
from soccheck.errors import UsageError
from soccheck.inventory import load as inventories
from soccheck.phrase import phrase
from soccheck.report.listings import timetable
from soccheck.sources.work_tree import real

CONFIG = "soccheck.yaml"


@a_command()
@argument("system", metavar="systemd|cron", type=OneOf(("systemd", "cron")))
@argument("inventory")
@option("--at", required=True, metavar="HH:MM", help="When it runs, every day.")
@option(
    "--timezone",
    metavar="ZONE",
    help="What --at is of, Asia/Ho_Chi_Minh; the machine's unless said.",
)
@option("--user", metavar="NAME", default="soccheck", show_default=True, help="Who it runs as.")
@option("--config", metavar="FILE", default=CONFIG, show_default=True, help="Settings of the runs.")
@option("--collect", "collects", is_flag=True, help="Ask the machines first.")
@option("--output", "-o", metavar="FOLDER", help="Write the files here, not to the screen.")
@language_option
def command(
    system: str,
    inventory: str,
    at: str,
    timezone: str | None,
    user: str,
    config: str,
    collects: bool,
    output: str | None,
    lang: str | None,
) -> int:
    """Print what starts `soccheck run INVENTORY` every day, for systemd or for cron; install nothing."""
    language = common.language(lang)
    if system == "cron" and timezone is not None:
        hint = phrase("give the machine's own time, or use systemd")
        raise UsageError(phrase("cron knows no time zones"), hint=hint)
    folder = real(Path(inventory))
    if not folder.is_dir():
        inventories.refuse(folder, inventory)
    settings = real(Path(config))
    if not settings.is_file():
        hint = phrase("`soccheck init --config FILE` writes an example")
        raise UsageError(phrase("{file}: no such file", file=config), hint=hint)
    plan = timetable.Nightly(
        name=timetable.unit_name(folder.name),
        command=(
            *_program(),
            *("run", str(folder), "--config", str(settings), "--by", "timer"),
            *(("--collect",) if collects else ()),
        ),
        folder=settings.parent,
        at=_time(at),
        zone=_zone(timezone) if timezone is not None else None,
        user=_user(user),
        writable=(settings.parent,),
    )
    if system == "cron":
        files = {f"{plan.name}.cron": timetable.cron(plan, language)}
        todo = language("add them to the crontab of {user}: crontab -u {user} -e")
    else:
        files = dict(timetable.systemd(plan, language))
        todo = language(
            "copy them to /etc/systemd/system, then: systemctl daemon-reload && "
            "systemctl enable --now {name}.timer"
        )
    for name, text in files.items():
        if output is None:
            write([f"# {name}\n{text}\n"] if system == "systemd" else [text], None)
        else:
            with contextlib.suppress(OSError):  # writing tells better what is wrong
                Path(output).mkdir(parents=True, exist_ok=True)
            write([text], str(Path(output) / name))
            click.echo((Path(output) / name).as_posix())
    click.echo(todo.format(user=user, name=plan.name), err=True)
    return 0


def _program() -> tuple[str, ...]:
    """Return how this program is started, by its whole path: a service has no PATH of its own."""
    mine = Path(os.path.abspath(sys.argv[0]))
    if mine.is_file() and mine.name.startswith("soccheck"):
        return (str(mine),)
    return (sys.executable, "-m", "soccheck")


def _time(text: str) -> time:
    try:
        if re.fullmatch(r"[0-9]{2}:[0-9]{2}", text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    hint = phrase("write hours and minutes, as in {example}", example="06:00")
    raise UsageError(phrase("--at: {text} is no time of day", text=repr(text)), hint=hint)


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = phrase("as in {example}", example="Asia/Ho_Chi_Minh")
        raise UsageError(phrase("no time zone {name}", name=repr(text)), hint=hint) from error


def _user(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,31}", text):
        raise UsageError(
            phrase("--user: {text} cannot be the name of a user", text=repr(text)),
            hint=phrase("use an account of its own, which may not log in"),
        )
    return text
