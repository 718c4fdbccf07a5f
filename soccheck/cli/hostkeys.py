"""`soccheck hostkeys`: collect the host keys machines offer, for review into a known_hosts file."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from soccheck.bundle.atomic import destination, replaceable
from soccheck.cli import collect_run, common, options_ssh
from soccheck.cli.options import language_option
from soccheck.cli.output import write
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.inventory import load
from soccheck.phrase import phrase
from soccheck.report.wording.answers import told
from soccheck.report.wording.reasons import problem

if TYPE_CHECKING:
    from soccheck.collect.plan import Target
    from soccheck.collect.ssh.connect import Connector
    from soccheck.collect.ssh.login import Login


@a_command()
@argument("inventory")
@option("--output", "-o", metavar="FILE", help="Write the lines there instead of printing.")
@option("--append", is_flag=True, help="Add to the file that --output names.")
@options_ssh.options
@language_option
def command(
    inventory: str, output: str | None, append: bool, lang: str | None, **given: Any
) -> int:
    """Collect the host keys of INVENTORY's machines, as lines for a known_hosts file.

    Nobody vouches for these keys: compare each fingerprint with what the machine's owner says,
    over another way than the network, before you use the file. Nothing is trusted or logged in to
    (a jump host excepted: its key must be known). Only keys of machines that are not known yet are
    written; a key that changed, or is revoked, is told on standard error, and never written.

    Exits 0 when every machine offered a key, and none had changed, else 3.
    """
    from soccheck.collect.plan import chosen

    options_ssh.refuse(
        phrase("to collect host keys"), "probes", "resume", "command_timeout", "retries"
    )
    kept = _kept(output, append)
    language = common.language(lang)
    options = options_ssh.Options(**given)
    loaded = load.load(Path(inventory), inventory)
    targets = chosen(loaded, options.assets)
    workers = collect_run.workers(options, targets, language)
    connector, resolve = collect_run.connection(options)

    def offered(target: Target) -> tuple[str, str]:
        return _offered(target, connector, resolve, None if output is None else kept, language)

    try:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(offered, targets))
    finally:
        connector.close()
    write([kept, *(lines for lines, _ in found)], output)
    faults = [fault for _, fault in found if fault]
    for fault in faults:
        click.echo(clean(fault), err=True)
    text = language("{good} of {asked} machines offered a key; compare fingerprints before use")
    counts = {"good": len(found) - len(faults), "asked": len(found)}
    click.echo(text.format(**counts), err=True)
    return 3 if faults else 0


def _kept(output: str | None, append: bool) -> str:
    """Return the lines of the file that is added to; raises `UsageError` where it is not asked to be."""
    if output in (None, "-"):
        if append:
            raise UsageError(phrase("--append does nothing without --output FILE"))
        return ""
    path = Path(str(output))
    if not path.exists() or not replaceable(destination(path)):
        return ""
    if not append:
        raise UsageError(
            phrase("{output}: is there already", output=output),
            hint=phrase("--append adds what is new to it"),
        )
    kept = path.read_text(encoding="utf-8")
    return kept if not kept or kept.endswith("\n") else f"{kept}\n"


def _offered(
    target: Target,
    connector: Connector,
    resolve: Callable[[Target], Login],
    kept: str | None,
    language: Language,
) -> tuple[str, str]:
    """Return the lines to write for a machine, and what is wrong; `kept` is none where all is shown."""
    from soccheck.collect.faults import FaultError
    from soccheck.collect.ssh.known_hosts import fingerprint, lookup_name

    try:
        login = resolve(target)
        offer = connector.offered_key(login)
    except FaultError as error:
        return (
            "",
            f"{target.asset}: {problem(error.code, language)}: {told(error.detail, language)}",
        )
    shown = f"{offer.kind} {fingerprint(offer.key)}"
    if offer.news in ("changed", "revoked"):
        text = language("the key it offers is another than the known one: {key}")
        if offer.news == "revoked":
            text = language("the key it offers is revoked: {key}")
        said = f"{problem('host_key', language)}: {text.format(key=shown)}"
        return "", f"{target.asset}: {said}"
    name = login.key_alias or lookup_name(login.host, login.port)
    line = f"{name} {offer.kind} {offer.key}\n"
    if offer.news == "known" or (kept is not None and line in kept):
        return "" if kept is not None else f"# {target.asset} {shown} is known\n", ""
    return f"# {target.asset} {shown}\n{line}", ""
