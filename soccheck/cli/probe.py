"""`soccheck probe`: every command soccheck may run on a machine, and the sudoers lines they need."""

from __future__ import annotations

from pathlib import Path

import click

from soccheck.cli import common
from soccheck.cli.options import language_option
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import argument, group, option
from soccheck.errors import UsageError
from soccheck.facts.values import clean
from soccheck.inventory import load
from soccheck.phrase import phrase
from soccheck.probes.base import Probe
from soccheck.report.columns import plain, wrapped

_MARKER = "soccheck-" + "0" * 32


@group("probe")
def command() -> None:
    """List what machines are asked, and the rights it needs."""


@command.command("list")
@option("--platform", metavar="NAME", help="Only this platform.")
@language_option
def listing(platform: str | None, lang: str | None) -> int:
    """List every command a probe runs, with its purpose; there are no others."""
    from soccheck.probes.all import PROBES
    from soccheck.probes.devices import PREPARE

    language = common.language(lang)
    width = terminal_width()
    seen = set()
    for of_platform, probe in ((p, probe) for (p, _), probe in PROBES.items()):
        if platform is not None and of_platform != platform:
            continue
        purpose = language(probe.purpose)
        click.echo(wrapped(f"{of_platform} {probe.name}: {purpose}", width, "  "))
        for line in PREPARE.get(of_platform, ()):
            pager = language("stops the pager, for this session only")
            click.echo(f"  {pager}\n    {line}")
        for ask in probe.asks:
            if (of_platform, ask.name) in seen:
                continue
            seen.add((of_platform, ask.name))
            root = " [root]" if ask.root else ""
            purpose = language(ask.purpose)
            click.echo(wrapped(f"  {ask.name}{root}: {purpose}", width, "    "))
            click.echo(wrapped(f"    {ask.command}", width, "      "))
        click.echo("")
    click.echo(language("Nothing else is run, and nothing is written."))
    return 0


@command.command()
@argument("asset", required=False)
@option("--inventory", metavar="FOLDER", help="The inventory that ASSET is in.")
@option("--platform", metavar="NAME", help="Only this platform.")
def script(asset: str | None, inventory: str | None, platform: str | None) -> int:
    """Print exactly what a machine is sent, for its administrator to read.

    With ASSET that of one machine, without it all that is ever sent, platform by platform. Only the
    marker between answers differs: it is a new secret for every machine.
    """
    from soccheck.collect import script as scripts
    from soccheck.collect.asking import told
    from soccheck.collect.plan import plan
    from soccheck.probes.all import PROBES

    if (asset is None) != (inventory is None):
        raise UsageError(
            phrase("ASSET and --inventory go together"), hint=phrase("or name neither of them")
        )
    found: dict[str, list[Probe]] = {}
    if asset is not None and inventory is not None:
        loaded = load.load(Path(inventory), inventory)
        targets = plan(loaded, keep=lambda one: one.id == asset)
        if not targets:
            hint = phrase("hosts and firewalls are asked; see `soccheck probe list`")
            raise UsageError(
                phrase(
                    "{folder}: {asset} is no machine to ask",
                    folder=loaded.folder,
                    asset=repr(clean(asset)),
                ),
                hint=hint,
            )
        found = {target.platform: list(target.probes) for target in targets}
    else:
        for (of_platform, _), probe in PROBES.items():
            found.setdefault(of_platform, []).append(probe)
    if platform is not None and platform not in found:
        raise UsageError(
            phrase("no platform {platform}", platform=repr(clean(platform))),
            hint=phrase("known: {names}", names=", ".join(found)),
        )
    for name, probes in found.items():
        if platform is None or platform == name:
            shell, text = told(name, scripts.asks_of(probes), _MARKER)
            click.echo(f"# {name}: {shell or 'typed line by line'}\n\n{text}")
    return 0


@command.command()
@option("--user", default="soccheck", show_default=True, help="The user that logs in.")
@language_option
def sudoers(user: str, lang: str | None) -> int:
    """Print the exact sudoers lines that let a user ask without being root."""
    from soccheck.probes.sudoers import lines

    try:
        click.echo("\n".join(lines(user, common.language(lang))))
    except ValueError as error:
        hint = phrase("small letters, digits, - and _, at most 32; % before the name of a group")
        raise UsageError(
            phrase("{user} is no user name for sudoers", user=repr(clean(user))), hint=hint
        ) from error
    return 0


@command.command()
@language_option
def facts(lang: str | None) -> int:
    """List the facts each probe learns."""
    from soccheck.probes.all import PROBES

    language = common.language(lang)
    rows = [
        [platform, name, fact]
        for (platform, name), probe in PROBES.items()
        for fact in (*probe.learns, *probe.may, *probe.shows)
    ]
    header = [language("Platform"), language("Probe"), language("Fact")]
    click.echo(plain(rows, header, terminal_width()))
    return 0
